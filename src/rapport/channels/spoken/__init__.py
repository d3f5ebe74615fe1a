"""What reaches us in our own form: words from the chat and from other systems. Owns the word spoken."""
