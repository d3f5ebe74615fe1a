"""Reads tables out of files, line by line in bounded memory, and sorts them beside the record.

Owns the words table (named columns and their lines), layout (how a file is written) and spill (the sorted copy).
"""
