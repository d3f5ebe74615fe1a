"""Choices as conditions and orders of a query. Columns come from the vocabulary alone, values are parameters."""

from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta, tzinfo
from typing import Any

from django.db.models import BooleanField, F, Func, Model, Q, QuerySet, Value

from rapport.filters.compiler.rules import Choice, Condition, Place, Sort

_LAST = "\U0010ffff"
"""Behind all texts that begin alike, when text is ordered by code point."""


def where(conditions: Iterable[Condition], *, zone: tzinfo) -> Q:
    """What must hold of a row; `zone` says when a day begins."""
    wanted = Q()
    for one in conditions:
        wanted &= _OPERATORS[one.operator](one.field.column, one.value, zone)
    return wanted


def _since(column: str, value: Any, zone: tzinfo) -> Q:
    return Q((f"{column}__gte", datetime.combine(value, time.min, zone)))


def _until(column: str, value: Any, zone: tzinfo) -> Q:
    return Q((f"{column}__lt", datetime.combine(value + timedelta(days=1), time.min, zone)))


_OPERATORS: dict[str, Callable[[str, Any, tzinfo], Q]] = {
    "is": lambda column, value, _: Q((column, value)),
    "is_not": lambda column, value, _: ~Q((column, value)),
    "among": lambda column, value, _: Q((f"{column}__in", value)),
    "begins": lambda column, value, _: Q((f"{column}__gte", value), (f"{column}__lt", value + _LAST)),
    "at_least": lambda column, value, _: Q((f"{column}__gte", value)),
    "at_most": lambda column, value, _: Q((f"{column}__lte", value)),
    "any": lambda column, _, __: Q((f"{column}__gt", 0)),
    "since": _since,
    "until": _until,
}


class _Pair(Func):
    """Two values compared as one, so that the index on both serves the comparison."""

    template = "(%(expressions)s)"
    output_field = BooleanField()


class _Compared(Func):
    """Whether one pair lies before or behind another; `arg_joiner` is the sign between them."""

    template = "%(expressions)s"
    output_field = BooleanField()


def ordered(rows: QuerySet[Any], choice: Choice, *, until: Place | None = None) -> QuerySet[Any]:
    """The rows in their order, from the place chosen on, and not beyond `until`: at the cost of what is read."""
    sign = "-" if choice.sort.is_descending else ""
    rows = rows.order_by(sign + choice.sort.column, sign + "id")
    if choice.after is not None:
        rows = rows.filter(_beyond(rows.model, choice.sort, choice.after, "<" if sign else ">"))
    if until is not None:
        rows = rows.filter(_beyond(rows.model, choice.sort, until, ">=" if sign else "<="))
    return rows


def place(row: Any, sort: Sort) -> Place:
    """Where this row stands in the order."""
    return Place(getattr(row, sort.column), row.pk)


def _beyond(model: type[Model], sort: Sort, at: Place, sign: str) -> _Compared:
    column = next(f for f in model._meta.concrete_fields if f.name == sort.column)  # noqa: SLF001 - documented
    there = _Pair(Value(at.value, output_field=column), Value(at.id))
    return _Compared(_Pair(F(column.name), F("id")), there, arg_joiner=sign)
