"""Finding interactions by the words in them, newest first. Owns no words of its own: it asks the search index."""
