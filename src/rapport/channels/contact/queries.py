from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from rapport.channels.contact import rules
from rapport.channels.contact.models import Asked, ContactRule, Pause, Suppression
from rapport.channels.contact.rules import Before, Known, Rule, Verdict, Wish
from rapport.customers.forgotten import queries as forgotten
from rapport.customers.forgotten.rules import of_identifier
from rapport.customers.reaching import queries as reaching
from rapport.staff.organisation import queries as organisation

MOST_SHOWN = 20
_AT_ONCE = 50
_ACTIVE = Q(ended_at=None)
Address = tuple[str, str]
"""Kind and value of a contact point, in their stored form: ("email", "vera@shop.example")."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether we may write to a customer: what keeps us from it, and what was decided of late."""

    suppressions: tuple[Suppression, ...]
    pauses: tuple[Pause, ...]
    asked: tuple[Asked, ...]


def active_rules() -> QuerySet[ContactRule]:
    """The rules in force, quiet hours after caps, in the order in which they were made."""
    return ContactRule.objects.filter(_ACTIVE).order_by("kind", "id")


def verdicts(identifier_ids: Collection[int], *, limit: int = MOST_SHOWN) -> list[Asked]:
    """What was asked about these contact points and answered, the newest first."""
    found = Asked.objects.filter(identifier_id__in=identifier_ids).select_related("identifier")
    return list(found.order_by("-id")[:limit])


def standing(identifier_ids: Collection[int]) -> Standing:
    """What a customer's page shows of whether we may write; three queries."""
    own = {"identifier_id__in": identifier_ids}
    suppressions = Suppression.objects.filter(_ACTIVE, **own).select_related("identifier").order_by("id")
    pauses = Pause.objects.filter(_ACTIVE, **own).order_by("id")
    return Standing(tuple(suppressions), tuple(pauses), tuple(verdicts(identifier_ids)))


def suppressed(addresses: Collection[Address]) -> dict[Address, frozenset[str]]:
    """What is kept from each of these addresses; one that nothing is kept from is missing."""
    key = forgotten.key() if addresses else None
    if key is None:
        return {}
    digests = {of_identifier(key, *one): one for one in addresses}
    covered: dict[Address, set[str]] = defaultdict(set)
    rows = Suppression.objects.filter(_ACTIVE, digest__in=list(digests))
    for digest, covers in rows.values_list("digest", "covers"):
        covered[digests[digest]].add(covers)
    return {one: frozenset(covers) for one, covers in covered.items()}


def suppressions(*, before: int | None = None, limit: int = 50) -> tuple[list[Suppression], int | None]:
    """Addresses that are not written to, the newest first, and the number to ask for what is older."""
    found = Suppression.objects.filter(_ACTIVE).select_related("identifier").order_by("-id")
    if before is not None:
        found = found.filter(id__lt=before)
    page = list(found[: limit + 1])
    return page[:limit], page[limit - 1].pk if len(page) > limit else None


def judged(wishes: Sequence[Wish], *, at: datetime, holds_place: bool = False) -> list[Verdict]:
    """What the arbiter would say to each wish now; nothing is kept, and no place under a cap is taken.

    `holds_place`: its place under the caps was taken when it was first asked, so caps are not counted again.
    Wishes are judged one by one as if none of the others were granted.
    """
    found: list[Verdict] = []
    is_any_unasked = not all(one.is_answer for one in wishes)
    in_force = [_rule(one) for one in active_rules()] if is_any_unasked else []
    for start in range(0, len(wishes), _AT_ONCE):
        piece = wishes[start : start + _AT_ONCE]
        known = _known(piece, at, in_force)
        found += [
            _judge(wish, known.get(wish.identifier_id), in_force, at, holds_place=holds_place)
            for wish in piece
        ]
    return found


def _judge(
    wish: Wish, known: "_Person | None", in_force: list[Rule], at: datetime, *, holds_place: bool
) -> Verdict:
    if known is None:
        return Verdict("no", "gone")
    facts = replace(known.facts, allows=known.allows.get(wish.purpose, wish.purpose == "service" or None))
    if holds_place:
        facts = replace(facts, before=())
    return rules.judged(wish, facts, in_force, at)


@dataclass(frozen=True, slots=True)
class _Person:
    facts: Known
    allows: dict[str, bool]


def _known(wishes: Sequence[Wish], at: datetime, in_force: list[Rule]) -> dict[int, _Person]:
    """What is known of those asked about; of who only gets answers, no more than whether mail comes back."""
    addresses = reaching.contact_points({one.identifier_id for one in wishes})
    covered = suppressed(set(addresses.values()))
    dead = {id_: covered.get(address, frozenset()) for id_, address in addresses.items()}
    known = {id_: _Person(Known(zone=UTC, suppressed=covers), {}) for id_, covers in dead.items()}
    people = reaching.behind({one.identifier_id for one in wishes if not one.is_answer})
    if not people:
        return known
    everybody = {one for person in people.values() for one in person.identifier_ids}
    paused = set(
        Pause.objects.filter(_ACTIVE, identifier_id__in=everybody).values_list("identifier_id", flat=True)
    )
    before = _before(everybody, at, in_force)
    zone = ZoneInfo(found.time_zone if (found := organisation.current()) else "UTC")
    return known | {
        id_: _Person(
            Known(
                zone=person.zone or zone,
                suppressed=dead[id_],
                is_paused=not paused.isdisjoint(person.identifier_ids),
                before=[one for own in person.identifier_ids for one in before.get(own, ())],
            ),
            person.allows,
        )
        for id_, person in people.items()
    }


def _before(identifier_ids: Iterable[int], at: datetime, in_force: list[Rule]) -> dict[int, list[Before]]:
    """What was allowed within the longest window of any cap, per identifier."""
    longest = max((rule.days or 0 for rule in in_force), default=0)
    if not longest:
        return {}
    rows = Asked.objects.filter(
        identifier_id__in=list(identifier_ids),
        answer="yes",
        is_answer=False,
        released_at=None,
        at__gt=at - timedelta(days=longest),
    )
    found: dict[int, list[Before]] = defaultdict(list)
    for id_, purpose, channel, then in rows.values_list("identifier_id", "purpose", "channel", "at"):
        found[id_].append(Before(purpose, channel, then))
    return found


def _rule(row: ContactRule) -> Rule:
    return Rule(row.kind, row.purpose, row.channel, row.starts, row.ends, row.most, row.days)
