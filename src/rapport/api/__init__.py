"""The HTTP API: plain fast routes for ingestion, typed routes for everything else."""
