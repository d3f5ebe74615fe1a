"""One archive that holds all of an installation that cannot be made anew, and the way back from it.

It lives in wiring because it is about everything: the database of every area, stored files, keys.
"""
