"""The queue: a job is put in with its cause, leased to one worker, tried again with growing pauses, parked at last.

Owns the words lease (a claim on a job until a moment) and fence (the number that makes a late worker's word void).
"""
