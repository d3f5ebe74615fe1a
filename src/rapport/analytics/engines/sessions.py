"""What every engine gives: the tables of the lake as Ibis tables, and answers to expressions over them."""

from dataclasses import dataclass, fields, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from rapport.analytics.engines import manifest
from rapport.analytics.engines.manifest import Manifest
from rapport.analytics.schema import DATASETS
from rapport.kernel.refusals import Refusal


class LakeMoved(Refusal):
    """The lake was refreshed while it was read; the same question can be asked again."""


class NotAnExpression(Refusal):
    """Engines answer expressions built with Ibis, never text."""


@dataclass(frozen=True, slots=True)
class Tables:
    """The lake as Ibis tables; their columns are described in `analytics/schema.py`."""

    interactions: ir.Table
    identifiers: ir.Table
    customers: ir.Table
    touchpoints: ir.Table
    rates: ir.Table

    def narrowed(self, *, channel: str = "", department: str = "") -> "Tables":
        """The same tables with the interactions of one channel, or at the touchpoints of one department, alone."""
        rows = self.interactions
        if channel:
            rows = rows.filter(rows.channel == channel)
        if department:
            places = self.touchpoints.filter(self.touchpoints.department == department)
            rows = rows.semi_join(places, "touchpoint_id")
        return replace(self, interactions=rows)


NAMES = tuple(field.name for field in fields(Tables))


def described() -> Tables:
    """The tables by their description alone: expressions over them are written out for whichever engine is asked."""
    return Tables(
        **{name: ibis.table(ibis.Schema.from_pyarrow(DATASETS[name].schema), name=name) for name in NAMES}
    )


class Session(Protocol):
    """An open engine over one state of the lake."""

    name: str
    manifest: Manifest
    tables: Tables

    def run(self, expression: ir.Table) -> pa.Table:
        """The rows of an expression, in the types that the expression declares."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def readable(folder: Path) -> Manifest:
    """The list of a lake whose files are whole and which holds every table that measures read."""
    held = manifest.load(folder)
    stale = [name for name in NAMES if name not in held.datasets or _is_of_old(name, held)]
    if stale:
        raise manifest.LakeDamaged(
            f"The lake lacks {', '.join(stale)} in the shape of this version. Run `rapport lake refresh`."
        )
    manifest.prove(folder, held)
    return held


def _is_of_old(name: str, held: Manifest) -> bool:
    return held.datasets[name].shape != DATASETS[name].digest


def written(expression: Any, dialect: str) -> str:
    """The statement that Ibis writes of an expression; anything that is none, above all text, is refused."""
    if not isinstance(expression, ir.Table):
        raise NotAnExpression("Only expressions built with Ibis are answered.", value=str(expression)[:80])
    return str(ibis.to_sql(expression, dialect=dialect))


def shaped(rows: pa.Table, expression: ir.Table) -> pa.Table:
    """The rows in the types that the expression declares, whatever the engine counts in."""
    return rows.cast(expression.schema().to_pyarrow())


def paths(folder: Path, held: Manifest, name: str) -> list[str]:
    """The files of a dataset; an empty one gives way to those with rows."""
    files = held.datasets[name].files
    return [str(folder / file.path) for file in files if file.rows] or [str(folder / files[0].path)]


def is_gone(folder: Path, held: Manifest) -> bool:
    """Whether a file of this state was removed by a newer one."""
    return any(not (folder / path).exists() for path in held.paths)
