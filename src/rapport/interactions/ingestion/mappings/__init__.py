"""The mappings that come with Rapport, each a TOML file named after its data set."""
