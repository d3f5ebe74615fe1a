"""Customers: the list, the page of one, proposals to decide."""
