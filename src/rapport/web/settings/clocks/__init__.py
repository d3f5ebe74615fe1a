"""How long things may take and by which hours that is counted: policies and calendars."""
