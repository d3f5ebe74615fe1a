"""What each role may do. Owns the words role and permission."""
