"""Working hours, how a clock runs through them, and which policy sets it: on plain values."""
