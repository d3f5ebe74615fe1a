"""New rows of the log become files by month; many small files of a month become one."""

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from rapport.analytics.engines.manifest import File
from rapport.analytics.schema import INTERACTIONS
from rapport.interactions.lake import rules
from rapport.interactions.lake.commands import storing
from rapport.interactions.lake.queries import reading, sources

_MOST_WAITING = 300_000
"""Rows kept in memory over all months before they are written out."""
_AHEAD = 16
"""Pieces of text that may wait for Arrow, so that the database is read on while months are written out."""
_SHAPE = reading.as_read(INTERACTIONS.schema)
_SMALL_ROWS, _MOST_SMALL = 200_000, 8


class Months:
    """Rows parted by month, each month a file of its own, in bounded memory."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._pieces: dict[str, storing.Piece] = {}
        self._waiting: dict[str, list[pa.Table]] = {}
        self._rows = 0

    def add(self, rows: pa.Table) -> None:
        for month, some in rules.by_month(rows, INTERACTIONS.month_of):
            self._waiting.setdefault(month, []).append(some)
        self._rows += len(rows)
        if self._rows >= _MOST_WAITING:
            self._write()

    def done(self) -> list[File]:
        self._write()
        return [piece.done() for _, piece in sorted(self._pieces.items())]

    def _write(self) -> None:
        for month, waiting in sorted(self._waiting.items()):
            if month not in self._pieces:
                self._pieces[month] = storing.Piece(self._folder, INTERACTIONS, self._name, month, _SHAPE)
            self._pieces[month].add(pa.concat_tables(waiting).unify_dictionaries().combine_chunks())
        self._waiting, self._rows = {}, 0


def append(
    folder: Path, name: str, *, after: int, upto: int, progress: Callable[[int], None] = lambda _: None
) -> list[File]:
    """Files with the log's rows above `after` up to `upto`; the database is read while Arrow writes."""
    months, shape = Months(folder, name), INTERACTIONS.schema
    done = after

    def take(text: bytes) -> None:
        if text:
            months.add(reading.parse(text, shape))

    with ThreadPoolExecutor(max_workers=1) as hand:
        begun: deque[Future[None]] = deque()
        for text in reading.texts(sources.interactions(), shape, after=after, upto=upto):
            begun.append(hand.submit(take, text))
            if len(begun) > _AHEAD:
                begun.popleft().result()
            done = min(upto, done + reading.STEP)
            progress(done)
        for rest in begun:
            rest.result()
    return months.done()


def compact(folder: Path, name: str, files: Iterable[File]) -> list[File]:
    """The same rows in fewer files: where a month has many small ones, they become one."""
    kept: list[File] = []
    months: dict[str, list[File]] = {}
    for file in files:
        months.setdefault(file.month, []).append(file)
    for month, members in sorted(months.items()):
        small = [file for file in members if file.rows < _SMALL_ROWS]
        if len(small) <= _MOST_SMALL:
            kept += members
            continue
        rows = (pq.read_table(folder / file.path, partitioning=None) for file in small)
        kept += [file for file in members if file not in small]
        kept.append(storing.write(folder, INTERACTIONS, f"{name}-compact", rows, month))
    return kept


def without(folder: Path, name: str, files: Iterable[File], removals: list[rules.Removed]) -> list[File]:
    """The files less what left the log; only those that held some of it are written anew, a group of rows at a time."""
    if not removals:
        return list(files)
    less = (_less(folder, f"{name}-less-{n}", file, removals) for n, file in enumerate(files))
    return [file for file in less if file is not None]


def _less(folder: Path, name: str, file: File, removals: list[rules.Removed]) -> File | None:
    with pq.ParquetFile(folder / file.path) as held:
        groups = range(held.num_row_groups)
        gone = [rules.taken(held.read_row_group(one, list(rules.REMOVED_BY)), removals) for one in groups]
        if all(mask is None for mask in gone):
            return file
        rest = (rows for one in groups if len(rows := _rest(held.read_row_group(one), gone[one])))
        for first in rest:
            return storing.write(folder, INTERACTIONS, name, chain([first], rest), file.month)
        return None


def _rest(rows: pa.Table, gone: pa.ChunkedArray | None) -> pa.Table:
    return rows if gone is None else rows.filter(pa.compute.invert(gone))
