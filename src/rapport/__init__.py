"""Rapport: one record of every customer, for those who serve them."""

__version__ = "0.1.0"
