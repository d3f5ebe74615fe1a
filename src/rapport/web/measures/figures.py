"""Results as pages show them: figures, and the rows of tables."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from rapport.analytics.measures import catalogue
from rapport.analytics.measures.registry import Measure
from rapport.analytics.measures.results import Result
from rapport.interactions.lake.queries.answers import Answers
from rapport.web import moments
from rapport.web.measures import words


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table behind a figure; `share` is its part of the whole where that means something."""

    label: str
    value: str
    share: str
    size: float


def figures(now: Answers, before: Answers | None, currency: str, tail: str) -> list[dict[str, Any]]:
    """Every measure as a figure, in the order of the register; `tail` ends the address of each page."""
    found = []
    for measure in catalogue.measures():
        if result := now.of(measure.name):
            earlier = before.of(measure.name) if before else None
            found.append(
                figure(measure, result, earlier, currency) | {"address": f"/measures/{measure.name}/{tail}"}
            )
    return found


def figure(measure: Measure, now: Result, before: Result | None, currency: str) -> dict[str, Any]:
    """What the component for a figure needs."""
    change, is_care = words.change(measure, now, before, currency)
    has_value = now.value is not None
    return {
        "label": _(measure.about.title),
        "value": words.value(now.value, now.unit, currency) if now.value is not None else "",
        "unit": words.unit(now.unit) if has_value else "",
        "low": words.value(now.low, now.unit, currency) if now.low is not None else "",
        "high": words.value(now.high, now.unit, currency) if now.high is not None else "",
        "change": change,
        "is_care": is_care,
        "grade": now.grade,
        "missing": "" if has_value else words.missing(now),
    }


def lines(measure: Measure, now: Result, currency: str) -> list[Line]:
    """The rows of the table behind a figure."""
    whole = sum(part.n for part in now.parts)
    return [
        Line(
            words.label(part, measure.about.parts),
            words.value(part.value, now.unit, currency)
            if measure.about.parts == "total"
            else moments.number(part.n),
            ""
            if measure.about.parts == "total" or not whole
            else words.value(part.n / whole, "share", currency),
            part.value,
        )
        for part in now.parts
    ]
