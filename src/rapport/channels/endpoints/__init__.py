"""Where we can be reached: mailboxes, chat, doors for other systems. Owns the words endpoint, alias and widget."""
