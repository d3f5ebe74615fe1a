"""How a customer can be reached: who stands behind an address, what they allow, their clock and their language."""
