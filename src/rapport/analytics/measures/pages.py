"""The documentation page of each measure, made from the register.

`python -m rapport.analytics.measures.pages docs/reference/measures` writes them; a test fails when one is stale.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rapport.analytics.engines import sessions
from rapport.analytics.measures import catalogue, examples, periods
from rapport.analytics.measures.registry import Measure

UNITS = {
    "share": "a share between 0 and 1",
    "money_minor": "minor units (pence, cents) of the organisation's currency",
    "days": "whole days of 24 hours",
}
_SHAPES = {
    "count": "Every one is counted: no interval. Two periods are compared as Poisson counts.",
    "share": "Wilson's interval (95 %). Fewer than 10: no value.",
    "mean": "The normal interval of the mean (95 %). Fewer than 10 customers: no value.",
    "money": "The normal interval of the mean (95 %). Fewer than 10 customers: no value.",
    "median": "An interval by rank (95 %). Fewer than 10 customers: no value.",
}


def pages() -> dict[str, str]:
    """File name and text of every page, with an index and the customers of the examples."""
    found = {f"{measure.name}.md": page(measure) for measure in catalogue.measures()}
    return {"index.md": _index(), "example.md": _example(), **found}


def page(measure: Measure) -> str:
    """One measure: what it is, how far to trust it, a worked example, the statement that runs."""
    about = measure.about
    facts = {
        "Unit": UNITS.get(about.unit, about.unit),
        "Grain": about.grain,
        "Direction": str(about.direction),
        "Range": _SHAPES[measure.shape.__name__],
        "Source": about.source,
    }
    lines = [f"# {about.title}", "", about.definition, "", "| | |", "|---|---|"]
    lines += [f"| {name} | {fact} |" for name, fact in facts.items()]
    lines += ["", "## What to beware of", "", about.caveat, "", "## Example", ""]
    lines += [
        f"For [these few customers](example.md) in March 2026 the rows are `{_rows(measure)}`.",
        "",
        about.example.words,
        "",
        "## The statement",
        "",
        "As Ibis writes it for DuckDB, for March 2026:",
        "",
        "```sql",
        statement(measure),
        "```",
        "",
    ]
    return "\n".join(lines)


def statement(measure: Measure) -> str:
    """The SQL that Ibis builds of the measure for the period of the examples."""
    known_until = datetime(2026, 4, 20, tzinfo=UTC)
    period = periods.named(examples.PERIOD, zone=ZoneInfo(examples.ZONE), known_until=known_until)
    return sessions.written(measure.build(sessions.described(), period), "duckdb")


def _rows(measure: Measure) -> str:
    return "; ".join(", ".join(f"{value:g}" if isinstance(value, float) else str(value) for value in row)
                     for row in measure.about.example.rows)  # fmt: skip


def _index() -> str:
    lines = ["# Measures", "", "| measure | unit | direction |", "|---|---|---|"]
    lines += [
        f"| [{one.about.title}]({one.name}.md) | {UNITS.get(one.about.unit, one.about.unit)} | {one.about.direction} |"
        for one in catalogue.measures()
    ]
    return "\n".join([*lines, "", "Made from the register in `analytics/measures`.", ""])


def _example() -> str:
    lines = [
        "# The customers of the examples",
        "",
        "Amina is known by two identifiers, which are linked. A euro is worth 0.85 pounds. Times are UTC.",
        "",
        "| who | kind | channel | direction | when | department | amount |",
        "|---|---|---|---|---|---|---|",
    ]
    departments = {number: department for number, _, department, _ in examples.PLACES}
    for one in sorted(examples.EVENTS, key=lambda event: event.at):
        who = examples.PEOPLE[one.who] if one.who else "nobody we know"
        amount = f"{one.minor / 100:.2f} {one.currency}" if one.minor is not None else ""
        place = departments.get(one.touchpoint or 0, "")
        told = (who, one.kind, one.channel, one.direction, one.at, place, amount)
        lines.append(f"| {' | '.join(told)} |")
    return "\n".join([*lines, ""])


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
