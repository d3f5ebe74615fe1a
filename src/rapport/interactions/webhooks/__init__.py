"""Webhooks: addresses of other programs that are told what happens, each interaction once, as Standard Webhooks says.

Owns the words webhook (an address that is told, with what it wants to hear) and delivery (one thing to be told there).
"""
