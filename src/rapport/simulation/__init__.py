"""The made-up company: demo, load generator and test oracle in one. Its truths are planted and known."""
