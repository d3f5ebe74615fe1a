"""The first run: five questions, then a way in."""
