"""Full-text search over whatever other areas lay into it. Knows no domain."""
