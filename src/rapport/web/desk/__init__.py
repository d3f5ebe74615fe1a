"""The desk: who waits, what was said, who it is; each act is a resource of its own."""
