"""Estimators from the literature in NumPy and SciPy: arrays in, arrays out."""
