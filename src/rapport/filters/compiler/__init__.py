"""The one compiler from an address or a saved choice to a query. Owns the words field, operator and choice."""
