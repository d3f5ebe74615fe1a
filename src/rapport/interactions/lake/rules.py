"""How rows are parted by month, which of them a removal takes, and what makes two lakes equal."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rapport.analytics.schema import Dataset
from rapport.kernel.refusals import Refusal


class LakeBusy(Refusal):
    """Another process is writing the lake."""


@dataclass(frozen=True, slots=True)
class Removed:
    """Rows that left the log, up to an id: of an import, of identifiers, or of kinds (and a source) before a moment.

    `before` is in UTC without a zone, as the lake keeps moments.
    """

    upto: int
    import_id: int = 0
    identifier_ids: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()
    source_id: int = 0
    before: datetime | None = None

    def takes(self, rows: pa.Table) -> pa.ChunkedArray:
        """Which of these rows are gone, as booleans."""
        return pc.and_(pc.less_equal(rows["id"], self.upto), self._names(rows).fill_null(False))

    def _names(self, rows: pa.Table) -> pa.ChunkedArray:
        if self.import_id:
            return pc.equal(rows["import_id"], self.import_id)
        if self.before is None:
            return pc.is_in(rows["identifier_id"], value_set=pa.array(self.identifier_ids, pa.int64()))
        named = pc.is_in(rows["kind"], value_set=pa.array(self.kinds, pa.string()))
        early = pc.and_(named, pc.less(rows["occurred_at"], pa.scalar(self.before, pa.timestamp("us"))))
        return pc.and_(early, pc.equal(rows["source_id"], self.source_id)) if self.source_id else early


REMOVED_BY = ("id", "import_id", "identifier_id", "kind", "source_id", "occurred_at")
"""The columns that say whether a removal takes a row."""


def by_month(rows: pa.Table, moment: str) -> Iterator[tuple[str, pa.Table]]:
    """The rows of each month (`2026-03`), in the order they came."""
    months = pc.floor_temporal(rows[moment], unit="month").cast(pa.date32())
    order = pc.sort_indices(months)
    runs = pc.run_end_encode(months.take(order).combine_chunks())
    ordered = rows.take(order) if len(runs.values) > 1 else rows
    start = 0
    for month, end in zip(runs.values.to_pylist(), runs.run_ends.to_pylist(), strict=True):
        yield str(month)[:7], ordered.slice(start, end - start)
        start = end


def taken(rows: pa.Table, removals: Sequence[Removed]) -> pa.ChunkedArray | None:
    """Which of these rows any removal takes, as booleans; None when none is taken."""
    gone = reduce(pc.or_, (removed.takes(rows) for removed in removals)) if removals else None
    return gone if gone is not None and pc.any(gone).as_py() else None


def content(dataset: Dataset, tables: Iterable[pa.Table]) -> str:
    """The SHA-256 of the rows in order of their key, whatever files they lie in.

    Tables are given in an order that is the same for equal content (by month).
    """
    total = hashlib.sha256(dataset.digest.encode())
    for table in tables:
        ordered = table.sort_by([(name, "ascending") for name in dataset.key]).combine_chunks()
        for column in ordered.columns:
            for chunk in column.chunks:
                for value in _canonical(chunk):
                    total.update(value)
    return total.hexdigest()


def _canonical(values: pa.Array) -> Iterator[bytes]:
    """Bytes that depend on the values alone: lengths or numbers, with a mark for each null.

    Without `to_numpy`, which imports pandas: a second and a hundred megabytes. So does filling, where there are nulls.
    """
    yield np.packbits(np.from_dlpack(values.is_null().cast(pa.uint8())).astype(np.bool_)).tobytes()
    if values.null_count:
        values = values.fill_null("" if pa.types.is_string(values.type) else 0)
    if pa.types.is_string(values.type):
        _, offsets, text = values.buffers()
        ends = np.frombuffer(offsets, np.int32)[values.offset : values.offset + len(values) + 1]
        yield np.diff(ends).tobytes()
        yield b"" if text is None else text[int(ends[0]) : int(ends[-1])].to_pybytes()
    else:
        plain = values if pa.types.is_floating(values.type) else values.cast(pa.int64())
        yield np.from_dlpack(plain).tobytes()


class Selection(msgspec.Struct, frozen=True):
    """What is measured: a period by its name, with one channel's or one department's interactions alone if told."""

    period: str
    channel: str = ""
    department: str = ""

    @property
    def key(self) -> str:
        """The same for equal selections, fit for a file's name."""
        told = msgspec.json.encode([self.period, self.channel, self.department])
        return hashlib.sha256(told).hexdigest()[:32]
