"""Events: that something changed, for whom, without its content. Owns the words event, topic and cursor."""
