"""The tables that join areas which may not know each other: what happens when, and who exports and erases what."""
