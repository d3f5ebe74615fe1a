"""Lists of cases: by longest wait where customers wait, else by newest change; a page at a time by keyset."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import F, Q

from rapport.customers.finding import queries as customers
from rapport.kernel.refusals import Refusal
from rapport.search.index import queries as index
from rapport.service.desk.models import Case, CaseSet
from rapport.service.desk.rules import SEARCH_KIND
from rapport.staff.roles.rules import Reach

PAGE = 50
MOST_COUNTED = 1_000
"""Where there are more, a list says so and does not count on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Which cases are wanted: a name of `VIEWS`, and of which queue, owner or channel; what is empty is all.

    `also`: what else must hold of them.
    """

    name: str = "waiting"
    queue_id: int | None = None
    owner_id: int | None = None
    channel: str = ""
    also: Q | None = None


@dataclass(frozen=True, slots=True)
class After:
    """Where a list goes on: the moment by which it is ordered, and the number, of the last case shown."""

    at: datetime
    id: int


@dataclass(frozen=True, slots=True)
class Row:
    """A case as a list shows it. `preview` is the newest word said in it, `is_theirs` whether the customer said it."""

    case: Case
    customer_id: int
    customer: str
    preview: str
    is_theirs: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Rows in their order, and where to go on (None: that was all)."""

    rows: tuple[Row, ...]
    after: After | None


class UnknownView(Refusal):
    """A view, or a place in one, that there is not."""


Narrow = Callable[[CaseSet], CaseSet]

VIEWS: dict[str, tuple[str, str, Narrow]] = {
    "waiting": ("Waiting", "waiting_since", lambda cases: cases.waiting()),
    "open": ("Open", "-changed_at", lambda cases: cases.open().awake()),
    "unassigned": ("Nobody's", "-changed_at", lambda cases: cases.open().awake().filter(owner=None)),
    "theirs": ("With the customer", "-changed_at", lambda cases: cases.open().filter(kind="theirs")),
    "third": ("With somebody else", "-changed_at", lambda cases: cases.open().filter(kind="third")),
    "snoozed": (
        "Put off",
        "snoozed_until",
        lambda cases: cases.open().filter(snoozed_until__isnull=False),
    ),
    "done": ("Done", "-changed_at", lambda cases: cases.filter(kind="done")),
    "junk": ("Junk", "-changed_at", lambda cases: cases.filter(kind="junk")),
}
"""Name -> title, by what it is ordered, and what belongs to it. With an owner, each is that person's own."""


def known_view(name: str) -> str:
    """The name of a view as it came from outside; refuses one that there is not."""
    if name not in VIEWS:
        raise UnknownView(
            f"'{name[:40]}' is not a view; there is {', '.join(VIEWS)}.", field="view", value=name
        )
    return name


def write_place(after: After | None) -> str:
    """Where a list goes on, as it stands in an address; empty where it does not."""
    return f"{after.at.isoformat()},{after.id}" if after else ""


def read_place(text: str) -> After | None:
    """The place that an address names."""
    moment, _, number = text.partition(",")
    if not text:
        return None
    try:
        return After(datetime.fromisoformat(moment).astimezone(UTC), int(number))
    except (ValueError, OverflowError) as error:
        raise UnknownView("This place in the list does not exist.", field="after", value=text) from error


def as_row(case: Case) -> Row:
    """A case that was found otherwise, as a list shows it."""
    return _rows([_loaded(Case.objects.filter(pk=case.pk)).get()])[0]


def cases(view: View, *, reach: Reach, after: After | None = None, limit: int = PAGE) -> Page:
    """A page of a view; three queries, however many cases there are.

    First the numbers alone, along the index that the order lies in, then the rows of those. Who was answered in between
    waits no more and has no place in that order.
    """
    _, order, _ = VIEWS[view.name]
    field = order.removeprefix("-")
    found = _narrowed(view, reach)
    if after is not None:
        found = found.filter(_behind(field, after, is_falling=order.startswith("-")))
    number = "-id" if order.startswith("-") else "id"
    places = list(found.order_by(order, number).values_list("pk", field)[: limit + 1])
    last = places[limit - 1] if len(places) > limit else None
    shown = Case.objects.filter(pk__in=[pk for pk, _ in places[:limit]]).order_by(order, number)
    standing = [case for case in _loaded(shown) if getattr(case, field) is not None]
    return Page(tuple(_rows(standing)), After(last[1], last[0]) if last else None)


def count(view: View, *, reach: Reach) -> int:
    """How many cases belong to a view, counted up to `MOST_COUNTED`."""
    return _narrowed(view, reach).order_by()[:MOST_COUNTED].count()


def owners(case_ids: Collection[int], *, reach: Reach) -> dict[int, int | None]:
    """Whose each of these cases is (None: nobody's), of those within reach."""
    found = Case.objects.seen_by(reach).filter(pk__in=case_ids)
    return dict(found.values_list("pk", "owner_id"))


def longest_waiting(*, reach: Reach) -> int | None:
    """The case whose customer has waited longest, of those that nobody has; None: there is none."""
    free = VIEWS["waiting"][2](Case.objects.seen_by(reach).standing()).filter(owner=None)
    return free.order_by("waiting_since", "id").values_list("id", flat=True).first()


def of_customers(
    customer_ids: Collection[int], *, reach: Reach, is_open: bool | None = None, limit: int = 20
) -> list[Row]:
    """The cases of these customers, the newest change first; open ones alone, settled ones alone, or (None) all."""
    found = Case.objects.seen_by(reach).standing().filter(identifier__customer_id__in=customer_ids)
    if is_open is not None:
        found = found.filter(closed_at__isnull=is_open)
    return _rows(list(_loaded(found.order_by("-changed_at", "-id"))[:limit]))


def search(
    text: str, *, reach: Reach, before: int | None = None, limit: int = index.PAGE
) -> tuple[list[Row], int | None, bool]:
    """Cases within reach whose subject, number or outcome has words that begin with all those typed, newest first.

    Then where to go on (None: there is no more), and whether the look ended before the page was full.
    """
    hits = index.search(text, kind=SEARCH_KIND, covers=reach.covers, before=before, limit=limit)
    if not hits.numbers:
        return [], hits.before, hits.is_cut
    rows = _loaded(Case.objects.seen_by(reach).filter(pk__in=hits.numbers).order_by("-id"))
    return _rows(list(rows)), hits.before, hits.is_cut


def _narrowed(view: View, reach: Reach) -> CaseSet:
    narrow = VIEWS[view.name][2]
    found = narrow(Case.objects.seen_by(reach).standing())
    if view.also is not None:
        found = found.filter(view.also)
    if view.queue_id is not None:
        found = found.filter(queue_id=view.queue_id)
    if view.owner_id is not None:
        found = found.filter(owner_id=view.owner_id)
    return found.filter(channel=view.channel) if view.channel else found


def _behind(field: str, after: After, *, is_falling: bool) -> Q:
    """What stands behind that place; the bound on the moment alone lets the index begin there."""
    way = "lt" if is_falling else "gt"
    bound = Q(**{f"{field}__{way}e": after.at})
    return bound & (Q(**{f"{field}__{way}": after.at}) | Q(**{field: after.at, f"id__{way}": after.id}))


def _loaded(found: CaseSet) -> CaseSet:
    word = ("last_word__text", "last_word__direction")
    return (
        found.select_related("identifier", "state", "owner", "queue")
        .annotate(word=F(word[0]), word_direction=F(word[1]))
        .defer("owner__password")
    )


def _rows(found: list[Any]) -> list[Row]:
    names = customers.names({case.identifier.customer_id for case in found}) if found else {}
    return [
        Row(
            case,
            case.identifier.customer_id,
            names.get(case.identifier.customer_id, case.identifier.value),
            " ".join((case.word or "")[:400].split())[:160],
            case.word_direction == "in",
        )
        for case in found
    ]
