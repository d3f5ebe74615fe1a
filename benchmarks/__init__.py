"""How fast, each figure beside a ceiling or peer of the same run. `make bench` runs them all."""
