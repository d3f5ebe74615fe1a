"""What the lake holds, for pages, commands and checks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from rapport.analytics.engines import manifest
from rapport.analytics.schema import DATASETS
from rapport.interactions.lake import rules
from rapport.interactions.lake.queries import reading, sources


@dataclass(frozen=True, slots=True)
class State:
    """What the lake holds; `behind` is how many ids of the log it has not seen."""

    version: int
    refreshed_at: datetime
    rows: dict[str, int]
    files: int
    size: int
    behind: int


def folder() -> Path:
    """Where the lake lies: in the data folder."""
    return Path(settings.HOME) / "lake"


def state() -> State | None:
    """The lake as it stands; None before the first refresh."""
    try:
        held = manifest.load(folder())
    except manifest.NoLakeYet:
        return None
    position = held.datasets["interactions"].position
    return State(
        held.version,
        held.refreshed_at,
        {name: one.rows for name, one in held.datasets.items()},
        sum(len(one.files) for one in held.datasets.values()),
        sum(file.size for one in held.datasets.values() for file in one.files),
        max(0, reading.newest(sources.interactions()) - position),
    )


def fingerprint(place: Path) -> dict[str, str]:
    """A hash of the rows of each dataset, whatever files they lie in: equal lakes have equal hashes."""
    held = manifest.load(place)
    manifest.prove(place, held)
    return {
        name: rules.content(DATASETS[name], _tables(place, one))
        for name, one in sorted(held.datasets.items())
        if name in DATASETS
    }


def _tables(place: Path, held: manifest.Held) -> Iterator[pa.Table]:
    for month in sorted({file.month for file in held.files if file.rows}):
        yield pa.concat_tables(
            pq.read_table(place / file.path, partitioning=None) for file in held.files if file.month == month
        )
