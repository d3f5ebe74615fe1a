"""The search: the box on every page, and its page."""
