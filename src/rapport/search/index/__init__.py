"""The index: documents with words, a moment, and who may find them. Owns the words document and hit."""
