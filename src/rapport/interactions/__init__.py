"""Everything that happened between customers and us, and the ways it comes in."""
