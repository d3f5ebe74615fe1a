"""A small lake out of tables in memory, for examples and notebooks; that of the log is `interactions/lake`."""

from datetime import datetime
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from rapport.analytics.engines import manifest
from rapport.analytics.engines.manifest import File, Held, Manifest
from rapport.analytics.schema import DATASETS


def lay(folder: Path, tables: dict[str, pa.Table], *, at: datetime) -> Manifest:
    """Write each table as one file of the dataset of its name; a dataset that is not told is empty."""
    datasets = {}
    for name, dataset in DATASETS.items():
        rows = tables.get(name, dataset.schema.empty_table()).cast(dataset.schema)
        path = folder / name / "all.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(rows, path, store_schema=False)
        file = File(f"{name}/all.parquet", len(rows), path.stat().st_size, manifest.digest(path))
        datasets[name] = Held(dataset.digest, (file,))
    laid = Manifest(1, at, datasets)
    (folder / manifest.NAME).write_bytes(msgspec.json.encode(laid))
    return laid
