"""Looking after background work: trying again what was given up, letting go on what was stopped.

The acts themselves are the queue's; here they are allowed by role and written down.
"""
