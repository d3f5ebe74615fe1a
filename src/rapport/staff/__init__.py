"""The organisation and those who work for it: its settings, its people, their roles, its keys, its audit log."""
