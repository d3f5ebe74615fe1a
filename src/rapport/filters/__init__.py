"""What a list may be narrowed and sorted by. Knows no domain."""
