"""How the installation is doing: what `rapport doctor`, readiness and metrics say comes from here."""
