"""The log as Parquet files by month, for analytics. Owns the words lake and dataset."""
