"""Statements that bring the files of a set together, line by line, sorted by the key of an interaction."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from rapport.interactions.ingestion.files.spill import Spill, quoted
from rapport.interactions.ingestion.files.tables import UnreadableFile
from rapport.interactions.ingestion.rules.mapping import ONLY_FILE, BadMapping, FileMapping, Mapping


class Selection(NamedTuple):
    """A statement and the columns it gives, after the two places that stand in front."""

    statement: str
    columns: list[str]
    key: tuple[int, ...]


class Wanted(NamedTuple):
    """What an interaction needs of the files: from which, with whose lines inside, which columns, what order."""

    base: str
    inner: str
    columns: Sequence[str]
    key: Sequence[str] = ()
    order: Sequence[str] = ()
    optional: Collection[str] = ()


class Joins:
    """Finds the way from one file to the others, and the columns there. A file that is missing has nothing known."""

    def __init__(self, mapping: Mapping, spill: Spill) -> None:
        self._files = {file.name: file for file in mapping.files or (ONLY_FILE,)}
        self._columns = {name: spill.columns(name) for name in self._files}

    def selection(self, wanted: Wanted) -> Selection:
        """One row per line (and line inside it), those of one key together, in the order of the file."""
        steps = self._steps(wanted)
        columns = list(dict.fromkeys((*wanted.columns, *wanted.key, *wanted.order)))
        spots = {column: self._spot(column, wanted, steps) for column in columns}
        inner = f"{quoted(wanted.inner)}.place" if wanted.inner else "NULL"
        base = f"{quoted(wanted.base)}.place"
        order = [spots[column] for column in wanted.key]
        order += [f"CAST({spots[column]} AS REAL)" for column in wanted.order]
        statement = (
            f"SELECT {', '.join([base, inner, *spots.values()])} FROM {quoted(wanted.base)} "  # noqa: S608
            + " ".join(steps.values())
            + f" ORDER BY {', '.join([*order, base, *([inner] if wanted.inner else [])])}"
        )
        return Selection(statement, columns, tuple(columns.index(column) for column in wanted.key))

    def indexes(self) -> list[str]:
        """Statements that make look-ups between files quick."""
        wanted = {(file.name, column) for file in self._files.values() for column in file.refers.values()}
        wanted |= {(file.name, file.id[0]) for file in self._files.values() if file.id}
        wanted = {(file, column) for file, column in wanted if self._columns[file]}
        return [
            f"CREATE INDEX IF NOT EXISTS {quoted(f'{file}.{column}')} ON {quoted(file)} "
            f"({self.place(file, column)})"
            for file, column in sorted(wanted)
        ]

    def place(self, file: str, column: str) -> str:
        """The stored name of a file's column; refuses a column that the file does not have."""
        try:
            return f"c{self._columns[file].index(column)}"
        except (KeyError, ValueError):
            known = ", ".join(self._columns.get(file, [])[:30])
            raise UnreadableFile(
                f"The file has no column '{column}', which the mapping needs; it has: {known}.",
                field=column,
                value=known,
            ) from None

    def repeated(self, file: FileMapping) -> str:
        """Lines whose id stands in an earlier line: (place, whether it says the same, the id)."""
        ids = ", ".join(self.place(file.name, column) for column in file.id)
        same = " AND ".join(f"later.c{i} IS first.c{i}" for i in range(len(self._columns[file.name])))
        table, first_id = quoted(file.name), self.place(file.name, file.id[0])
        return f"""
            WITH ranked AS (SELECT place, first_value(place) OVER (PARTITION BY {ids} ORDER BY place) AS earliest
                            FROM {table})
            SELECT later.place, {same}, later.{first_id} FROM ranked
            JOIN {table} AS later USING (place) JOIN {table} AS first ON first.place = ranked.earliest
            WHERE ranked.place <> ranked.earliest"""  # noqa: S608

    def orphans(self, file: FileMapping, other: str) -> str:
        """Lines that refer to nothing in another file: (place, the reference)."""
        mine = f"{quoted(file.name)}.{self.place(file.name, file.refers[other])}"
        theirs = f"{quoted(other)}.{self.place(other, self._files[other].id[0])}"
        return (
            f"SELECT {quoted(file.name)}.place, {mine} FROM {quoted(file.name)} "  # noqa: S608
            f"WHERE NOT EXISTS (SELECT 1 FROM {quoted(other)} WHERE {theirs} = {mine})"
        )

    def _steps(self, wanted: Wanted) -> dict[str, str]:
        """The join to each file that can be reached, the lines inside first, then references near to far."""
        steps: dict[str, str] = {}
        reached = [wanted.base]
        if wanted.inner:
            column = self._files[wanted.inner].refers.get(wanted.base)
            if column is None:
                raise BadMapping(
                    f"The lines of '{wanted.inner}' do not say to which of '{wanted.base}' they belong.",
                    field="lines_from",
                    value=wanted.inner,
                )
            steps[wanted.inner] = self._join(wanted.inner, column, wanted.base, self._id(wanted.base))
            reached.append(wanted.inner)
        for name in reached:
            for other, column in self._files[name].refers.items():
                if other not in reached and self._columns[other]:
                    steps[other] = self._join(other, self._id(other), name, column)
                    reached.append(other)
        return steps

    def _id(self, file: str) -> str:
        if not self._files[file].id:
            raise BadMapping(f"The file '{file}' is referred to and needs an id.", field="id", value=file)
        return self._files[file].id[0]

    def _join(self, new: str, column: str, old: str, other: str) -> str:
        return (
            f"LEFT JOIN {quoted(new)} ON {quoted(new)}.{self.place(new, column)} "
            f"= {quoted(old)}.{self.place(old, other)}"
        )

    def _spot(self, column: str, wanted: Wanted, steps: dict[str, str]) -> str:
        file, dot, name = column.partition(".")
        if dot and file in self._files:
            is_here = file == wanted.base or file in steps
            return f"{quoted(file)}.{self.place(file, name)}" if is_here else "NULL"
        if column in wanted.optional and column not in self._columns[wanted.base]:
            return "NULL"
        return f"{quoted(wanted.base)}.{self.place(wanted.base, column)}"
