"""Answers given to programs, kept for a while, so that the same request sent twice has one effect and one answer."""
