"""Standing duties, done for every new row by name: which of them stumble, which were stopped, and how often each ran.

Owns the words duty, stumble (a duty that fails and is tried again) and budget (how often one may run for one subject).
"""
