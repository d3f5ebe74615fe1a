"""The first half of a run: every line of every file into the spill, or among the rejects."""

import fnmatch
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rapport.interactions.ingestion.files.joining import Joins
from rapport.interactions.ingestion.files.opening import Source
from rapport.interactions.ingestion.files.spill import Spill
from rapport.interactions.ingestion.files.tables import Table
from rapport.interactions.ingestion.models import Import
from rapport.interactions.ingestion.rules import mapping as mappings
from rapport.interactions.ingestion.rules.mapping import BadMapping, FileMapping, Mapping
from rapport.kernel import comma_separated
from rapport.kernel.refusals import Refusal


class FileChanged(Refusal):
    """A file is no longer what it was when its import began."""


class Loading:
    """Loads the files of an import; `alive(rows=..., bytes_read=...)` is called every few thousand lines."""

    def __init__(self, one: Import, mapping: Mapping, spill: Spill, alive: Callable[..., None]) -> None:
        self._one, self._mapping, self._spill, self._alive = one, mapping, spill, alive
        self._rows = self._bytes = 0

    def all_files(self) -> list[str]:
        """Load everything; the names of tables in an archive that the mapping has no use for."""
        left_out: list[str] = []
        for file in self._one.files:
            left_out += self._file(file)
        self._check_present(left_out)
        self._tidy()
        self._spill.keep()
        self._one.rows = self._rows
        return left_out

    def _file(self, file: dict[str, Any]) -> list[str]:
        path = Path(file["path"])
        if not path.exists() or path.stat().st_size != file["bytes"]:
            raise FileChanged(
                f"{file['name']} has changed since its import began.", field="file", value=file["name"]
            )
        left_out: list[str] = []
        with Source(path, self._mapping.layout, name=file["name"]) as source:
            for table in source.tables():
                name = file_for(table.name, self._mapping.files)
                if name:
                    self._rows += self._table(name, table, source)
                else:
                    left_out.append(table.name)
        self._bytes += file["bytes"]
        return left_out

    def _table(self, name: str, table: Table, source: Source) -> int:
        def tick(count: int) -> None:
            self._alive(rows=self._rows + count, bytes_read=self._bytes + source.bytes_read)

        return self._spill.load(name, table, tick)

    def _check_present(self, left_out: list[str]) -> None:
        """Refuse a set in which a file is missing that others cannot do without."""
        here = {
            file.name
            for file in self._mapping.files or (mappings.ONLY_FILE,)
            if self._spill.columns(file.name)
        }
        needed = {other for file in self._mapping.files if file.name in here for other in file.required}
        needed |= {
            one.lines_from for one in self._mapping.interactions if one.from_ in here and one.lines_from
        }
        missing = [file for file in self._mapping.files if file.name in needed - here]
        if missing or not here:
            wanted = ", ".join(file.match for file in missing or self._mapping.files)
            raise BadMapping(
                f"A file is missing from the set: {wanted}.", field="files", value=", ".join(left_out)
            )

    def _tidy(self) -> None:
        """Set aside lines that repeat an id with other words, and lines that refer to nothing."""
        joins = Joins(self._mapping, self._spill)
        for statement in joins.indexes():
            self._spill.execute(statement)
        loaded = [file for file in self._mapping.files if self._spill.columns(file.name)]
        for file in loaded:
            if file.id:
                found = self._spill.execute(joins.repeated(file)).fetchall()
                other = (
                    (p, f"'{one}' stands in an earlier line with other words")
                    for p, same, one in found
                    if not same
                )
                self._spill.reject(file.name, other)
                self._spill.drop(file.name, (place for place, _, _ in found))
        for file in loaded:
            for other_file in file.required:
                lost = self._spill.execute(joins.orphans(file, other_file)).fetchall()
                self._spill.reject(
                    file.name, ((p, f"'{one}' is not among the {other_file}") for p, one in lost)
                )
                self._spill.drop(file.name, (place for place, _ in lost))


def file_for(name: str, files: Sequence[FileMapping]) -> str:
    """Which file of the mapping a table is, by its name; empty for one that fits nowhere."""
    bare = name.rpartition("/")[2].lower()
    fitting = (
        file.name for file in files or (mappings.ONLY_FILE,) if fnmatch.fnmatch(bare, file.match.lower())
    )
    return next(fitting, "")


def write_rejects(spill: Spill, path: Path) -> None:
    """Write the lines that were not taken, with their reasons, as a CSV file; it appears whole or not at all."""
    beside = path.with_suffix(".new")
    with beside.open("w", newline="", encoding="utf-8") as file:
        comma_separated.write(file, ["file", "line", "reason", "text"], spill.rejects())
    beside.replace(path)
