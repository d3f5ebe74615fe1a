"""What the law gives a customer, as pages: a copy of everything, and to be forgotten. And files to fetch."""
