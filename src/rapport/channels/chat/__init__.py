"""The chat on our pages, seen from the customer's side. Owns the words visitor, visit and wait."""
