"""Routing on plain values: who is there, who may serve whom, how full anybody is, how long it takes."""
