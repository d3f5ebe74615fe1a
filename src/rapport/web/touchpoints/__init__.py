"""Touchpoints: where customers and we meet."""
