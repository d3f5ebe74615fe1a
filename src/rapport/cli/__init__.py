"""The command line: the same commands and queries as pages and API, for people and scripts."""
