"""Settings: the organisation, its people, its keys."""
