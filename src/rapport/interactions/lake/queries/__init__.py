"""What the lake asks the record for, and what it holds."""
