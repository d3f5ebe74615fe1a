"""The endless conversation with one customer over all channels. Owns the words thread, message and participant."""
