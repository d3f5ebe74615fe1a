"""Measures and estimators over tables of the lake: Ibis and NumPy, no Django; usable alone from a notebook."""
