"""Bringing the lake up to the end of the log, and making it anew from the log."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
from msgspec.structs import replace

from rapport.analytics.engines import manifest
from rapport.analytics.engines.manifest import Held, Manifest
from rapport.analytics.schema import INTERACTIONS
from rapport.interactions.lake.commands import appending, publishing, storing
from rapport.interactions.lake.queries import reading, sources, state
from rapport.staff.organisation import queries as organisation

OWN = frozenset({"interactions", "identifiers", "customers", "touchpoints", "rates"})
"""The datasets that a refresh writes itself."""
ROWS_IN_A_STEP = 5_000_000
"""After so many rows the list is swapped: a process killed later loses no more than these."""

Progress = Callable[[int, int], None]
"""Told how far the log was read, and how far it goes."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh did; `changed` tells whether any answer may differ."""

    version: int
    added: int
    removed: int
    changed: bool


def refresh(*, at: datetime, progress: Progress = lambda _done, _all: None) -> Refreshed:
    """Follow the log: what is new is added, what left it is removed, what is kept whole is compared and swapped.

    Killed at any point, the next refresh goes on from the last list of files; each row is in the lake once.
    """
    folder = state.folder()
    with storing.alone(folder):
        try:
            begun = manifest.load(folder)
        except manifest.NoLakeYet:
            begun = Manifest(0, at.astimezone(UTC), {})
        storing.sweep(folder, begun)
        return _follow(folder, begun, _Way(at, progress, ROWS_IN_A_STEP))


def rebuild(*, at: datetime, progress: Progress = lambda _done, _all: None) -> Refreshed:
    """Make the lake anew from the log, whatever became of its files; the old one serves until the new one is whole.

    What other areas published stays.
    """
    folder = state.folder()
    with storing.alone(folder):
        try:
            old = manifest.load(folder)
        except manifest.NoLakeYet:
            old = Manifest(0, at.astimezone(UTC), {})
        except manifest.LakeDamaged:
            old = Manifest(int(at.timestamp()), at.astimezone(UTC), {})
        published = {name: held for name, held in old.datasets.items() if name not in OWN}
        return _follow(folder, replace(old, datasets=published), _Way(at, progress, None))


@dataclass(frozen=True, slots=True)
class _Way:
    at: datetime
    progress: Progress
    step: int | None


def _follow(folder: Path, begun: Manifest, way: _Way) -> Refreshed:
    before = begun.datasets.get(INTERACTIONS.name)
    if before is None or before.shape != INTERACTIONS.digest:
        before = Held(INTERACTIONS.digest)
    less, version = _less(folder, begun.version + 1, before), begun.version + 1
    held, upto = less, reading.newest(sources.interactions())
    while True:
        held = _more(folder, version, held, upto, way)
        if held.position >= upto:
            break
        storing.commit(
            folder, replace(begun, version=version, datasets=begun.datasets | {INTERACTIONS.name: held})
        )
        version += 1
    datasets = begun.datasets | {INTERACTIONS.name: held} | _snapshots(folder, version, begun)
    base = organisation.base_currency()
    is_new = (datasets, base) != (begun.datasets, begun.base_currency)
    new = Manifest(version if is_new else begun.version, way.at.astimezone(UTC), datasets, base)
    storing.commit(folder, new)
    return Refreshed(new.version, held.rows - less.rows, before.rows - less.rows, is_new)


def _less(folder: Path, version: int, held: Held) -> Held:
    removals, newest = sources.removals(held.removals)
    files = appending.without(folder, f"{version:012}", held.files, removals)
    return replace(held, files=tuple(files), removals=newest)


def _more(folder: Path, version: int, held: Held, upto: int, way: _Way) -> Held:
    end = upto if way.step is None else min(upto, held.position + way.step)
    files = appending.append(
        folder,
        f"{version:012}",
        after=held.position,
        upto=end,
        progress=lambda done: way.progress(done, upto),
    )
    compacted = appending.compact(folder, f"{version:012}", [*held.files, *files])
    if not compacted:
        empty = pa.Table.from_batches([], schema=INTERACTIONS.schema)
        compacted = [storing.write(folder, INTERACTIONS, f"{version:012}-empty", [empty])]
    return replace(held, files=tuple(compacted), position=max(end, held.position))


def _snapshots(folder: Path, version: int, begun: Manifest) -> dict[str, Held]:
    return {
        dataset.name: publishing.written(
            folder, f"{version:012}", dataset, tables, begun.datasets.get(dataset.name)
        )
        for dataset, tables in sources.snapshots()
    }
