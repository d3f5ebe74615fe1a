"""Measures: what the log tells, with what it rests on, compared with the time before."""
