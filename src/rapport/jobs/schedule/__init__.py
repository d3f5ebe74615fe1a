"""What is done again and again: a table of names, each run once per slot for ever, whoever ticks it how often.

Owns the words periodic job and slot (a stretch of time in UTC that calls for one run).
"""
