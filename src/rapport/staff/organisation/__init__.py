"""The organisation that this installation serves. Owns its name, time zone, currency and words."""
