"""All that is known of one customer, and how we know it. Owns the word portrait."""
