"""Customers who may be one: found by weak likeness, proposed to a person, never joined by themselves.

Owns the words likeness and proposal.
"""
