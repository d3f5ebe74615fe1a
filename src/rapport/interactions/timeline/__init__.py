"""What happened with one customer, newest first, a page at a time. Owns the word timeline."""
