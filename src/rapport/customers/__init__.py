"""Who our customers are and what they allow: one directory, one ledger of why we believe it."""
