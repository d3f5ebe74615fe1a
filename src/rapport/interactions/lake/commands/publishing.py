"""Datasets that are kept whole: written anew when they changed, left alone when they did not."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pyarrow as pa

from rapport.analytics.engines import manifest
from rapport.analytics.engines.manifest import Held, Manifest
from rapport.analytics.schema import DATASETS, Dataset
from rapport.interactions.lake import rules
from rapport.interactions.lake.commands import storing
from rapport.interactions.lake.queries import state
from rapport.kernel.refusals import Refusal


class UnknownDataset(Refusal):
    """A dataset that `analytics/schema.py` does not describe as one that is published whole."""


def publish(name: str, tables: Iterable[pa.Table], *, at: datetime) -> bool:
    """Put an area's own dataset into the lake, in place of what it published before; whether it differs."""
    dataset = DATASETS.get(name)
    if dataset is None or dataset.month_of:
        raise UnknownDataset(f"'{name}' is not a dataset to publish.", field="dataset", value=name)
    folder = state.folder()
    with storing.alone(folder):
        try:
            begun = manifest.load(folder)
        except manifest.NoLakeYet:
            begun = Manifest(0, at.astimezone(UTC), {})
        held = begun.datasets.get(name)
        new = written(folder, f"{begun.version + 1:012}", dataset, tables, held)
        if new != held:
            datasets = {**begun.datasets, name: new}
            storing.commit(
                folder, msgspec.structs.replace(begun, version=begun.version + 1, datasets=datasets)
            )
        return new != held


def written(folder: Path, name: str, dataset: Dataset, tables: Iterable[pa.Table], held: Held | None) -> Held:
    """The dataset with these rows: what is held where that is the same, else a new file."""
    whole = pa.concat_tables([pa.Table.from_batches([], schema=dataset.schema), *tables])
    content = rules.content(dataset, [whole])
    if held is not None and (held.content, held.shape) == (content, dataset.digest):
        return held
    return Held(dataset.digest, (storing.write(folder, dataset, name, [whole]),), content=content)
