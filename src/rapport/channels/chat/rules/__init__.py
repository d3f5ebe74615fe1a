"""Decisions of the chat on plain values: its settings, who may be believed, how long people wait."""
