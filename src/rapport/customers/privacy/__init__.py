"""What the law gives a person: all that is known of them, or to be forgotten. Owns the words export and erasure."""
