"""What arrives: kept as it came, then walked through steps that each say why. Owns the words envelope and step."""
