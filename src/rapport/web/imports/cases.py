"""What an import told of cases, as its page shows it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.service.histories import queries

if TYPE_CHECKING:
    from rapport.interactions.ingestion.models import Import

Counted = tuple[str, int]
SHOWN_FAULTS = 20


@dataclass(frozen=True, slots=True)
class ToldCases:
    """Cases that an import told of: what was counted, where the file differs from itself, what could not be told."""

    is_open: bool
    figures: tuple[Counted, ...]
    differs: tuple[str, ...]
    faults: tuple[tuple[str, str, str], ...]
    faulty: int


def told_of(one: "Import") -> ToldCases | None:
    """What the import told of cases; None: it tells of none."""
    run = queries.run_of(one.pk)
    if run is None or one.taken_back_at:
        return None
    counts = run.figures
    return ToldCases(
        is_open=run.done_at is None,
        figures=_figures(counts),
        differs=tuple(_sentences(counts)),
        faults=tuple((number, field, value) for number, field, value in run.faults[:SHOWN_FAULTS]),
        faulty=counts.get("cases_not_told", 0),
    )


def _figures(counts: dict[str, int]) -> tuple[Counted, ...]:
    always = (
        (_("Cases"), counts.get("cases", 0)),
        (_("Passed on"), counts.get("transfers", 0)),
        (_("Opened again"), counts.get("reopenings", 0)),
        (_("In time, it says"), counts.get("in_time", 0)),
        (_("Too late, it says"), counts.get("too_late", 0)),
    )
    sometimes = (
        (_("Cases that went on"), counts.get("cases_continued", 0)),
        (_("Of nobody named"), counts.get("nobody_named", 0)),
        (_("Left alone, worked on here"), counts.get("cases_left_alone", 0)),
    )
    return always + tuple(one for one in sometimes if one[1])


def _sentences(counts: dict[str, int]) -> list[str]:
    """Where the counters of the file and its own lines differ, each as a sentence; we follow the counters."""

    def say(name: str, one: str, many: str) -> str:
        times = counts.get(name, 0)
        return ngettext(one, many, times) % {"times": f"{times:,}"} if times else ""

    found = [
        say(
            "transfers_not_seen",
            "%(times)s time it counts a case as passed on while the group stayed the same.",
            "%(times)s times it counts a case as passed on while the group stayed the same.",
        ),
        say(
            "transfers_not_counted",
            "%(times)s time a case went to another group without being counted.",
            "%(times)s times a case went to another group without being counted.",
        ),
        say(
            "reopenings_not_seen",
            "%(times)s time it counts a case as opened again while it was open.",
            "%(times)s times it counts a case as opened again while it was open.",
        ),
        say(
            "reopenings_not_counted",
            "%(times)s time a case was opened again without being counted.",
            "%(times)s times a case was opened again without being counted.",
        ),
        say(
            "counts_that_fell",
            "%(times)s time one of its counts became smaller.",
            "%(times)s times one of its counts became smaller.",
        ),
    ]
    return [one for one in found if one]
