"""Live updates: screens follow an append-only table of events by cursor. Knows no domain."""
