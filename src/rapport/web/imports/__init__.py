"""Imports: drop a file, map its columns, watch it come in, take it back."""
