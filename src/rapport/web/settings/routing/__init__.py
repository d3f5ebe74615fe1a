"""Queues, skills, and what each of the staff can do and take at once."""
