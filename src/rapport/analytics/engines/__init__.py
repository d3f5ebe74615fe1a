"""Where measures are computed, by URL: DuckDB in this process, or Spark. Owns the word engine."""
