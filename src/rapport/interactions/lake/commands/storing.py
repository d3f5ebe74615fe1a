"""Writing files of the lake so that no crash leaves half of anything: write beside, make durable, swap the list."""

import fcntl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from rapport.analytics.engines import manifest
from rapport.analytics.engines.manifest import File, Manifest
from rapport.analytics.schema import Dataset
from rapport.interactions.lake.rules import LakeBusy
from rapport.kernel import crashing, durable

ROWS_IN_A_GROUP = 128 * 1024
_FEW_VALUES = ["kind", "channel", "direction", "currency", "department"]


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Be the only writer of this lake; refuses while another process is."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / ".writer").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LakeBusy("The lake is being written by another process. Try again in a moment.") from error
        yield


class Piece:
    """One new Parquet file; it belongs to the lake once a list names it."""

    def __init__(
        self, folder: Path, dataset: Dataset, name: str, month: str = "", shape: pa.Schema | None = None
    ) -> None:
        inner = Path(dataset.name) / f"month={month}" if month else Path(dataset.name)
        self._folder, self._path, self._month, self._rows = folder, inner / f"{name}.parquet", month, 0
        (folder / inner).mkdir(parents=True, exist_ok=True)
        crashing.reach("lake.before_write")
        few = [name for name in dataset.schema.names if name in _FEW_VALUES]
        self._writer = pq.ParquetWriter(
            folder / self._path,
            shape or dataset.schema,
            compression="zstd",
            use_dictionary=few,
            store_schema=False,
        )

    def add(self, rows: pa.Table) -> Self:
        self._writer.write_table(rows, row_group_size=ROWS_IN_A_GROUP)
        self._rows += len(rows)
        crashing.reach("lake.mid_write")
        return self

    def done(self) -> File:
        """Close the file and make it durable."""
        self._writer.close()
        path = self._folder / self._path
        durable.settle(path)
        durable.settle(path.parent)
        return File(str(self._path), self._rows, path.stat().st_size, manifest.digest(path), self._month)


def write(folder: Path, dataset: Dataset, name: str, tables: Iterable[pa.Table], month: str = "") -> File:
    """One file with all these rows."""
    piece = Piece(folder, dataset, name, month)
    for rows in tables:
        piece.add(rows)
    return piece.done()


def commit(folder: Path, new: Manifest) -> None:
    """Swap the list for a new one, then remove every file that it does not name."""
    beside = folder / f"{manifest.NAME}.new"
    beside.write_bytes(msgspec.json.format(msgspec.json.encode(new), indent=1))
    durable.settle(beside)
    crashing.reach("lake.before_manifest")
    beside.replace(folder / manifest.NAME)
    durable.settle(folder)
    crashing.reach("lake.after_manifest")
    sweep(folder, new)


def sweep(folder: Path, held: Manifest) -> None:
    """Remove the files of the lake that its list does not name: of an earlier state, or of a writer that died."""
    for path in folder.rglob("*.parquet"):
        if str(path.relative_to(folder)) not in held.paths:
            path.unlink()
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
