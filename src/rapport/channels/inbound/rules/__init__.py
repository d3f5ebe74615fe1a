"""Reading mail: pure functions from bytes to what they say; for any bytes at all, in linear time."""
