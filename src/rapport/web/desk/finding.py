"""Another case of the same customer, to be chosen: the newest, or those that words or a number lead to."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from rapport.service.desk import queries
from rapport.service.desk.queries import Row, Shown
from rapport.web.access import reach

LONGEST = 100


@dataclass(frozen=True, slots=True)
class FoundCase:
    """A case that can be chosen."""

    id: int
    title: str


@dataclass(frozen=True, slots=True)
class Found:
    """What was looked for, what was found, and how many of it are of other customers."""

    words: str
    cases: tuple[FoundCase, ...]
    others: int = 0


def found_cases(request: HttpRequest, shown: Shown) -> Found:
    """Cases of the customer beside the one shown; where words are given, those that they find."""
    words = request.GET.get("find", "").replace("\0", "").strip()[:LONGEST]
    if not words:
        rows = queries.of_customers([shown.customer_id], reach=reach(request))
        return Found("", _titled(rows, shown))
    rows, _before, _is_cut = queries.search(words, reach=reach(request))
    same = [row for row in rows if row.customer_id == shown.customer_id]
    return Found(words, _titled(same, shown), len(rows) - len(same))


def _titled(rows: list[Row], shown: Shown) -> tuple[FoundCase, ...]:
    standing = [row.case for row in rows if row.case.pk != shown.case.pk and row.case.merged_into_id is None]
    return tuple(
        FoundCase(one.pk, f"{one.pk} · {one.subject or _('(no subject)')} · {one.state.name}")
        for one in standing
    )
