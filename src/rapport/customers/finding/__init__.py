"""Finding customers among millions, by name, identifier, trait and facet. Owns the word filter."""
