"""What is remembered of people who were erased: keyed digests and their refusals, nothing else. Owns the word mark.

It keeps old data about them from coming back, and keeps us from writing to whoever had said no.
"""
