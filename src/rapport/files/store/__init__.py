"""The store: files with their digest, owner and end. Owns the words stored file and quota."""
