"""What consents give to an export, and what is left of them after an erasure."""

from collections.abc import Iterator
from datetime import datetime

from rapport.customers.consent.models import ConsentRecord
from rapport.customers.consent.rules import Statement, standings
from rapport.kernel.persons import Erased, Fact, Person, pieces

name = "consents"
covers = ("customers.ConsentRecord",)


def export(person: Person) -> Iterator[Fact]:
    values = dict(zip(person.identifier_ids, person.identifiers, strict=True))
    for ids in pieces(person.identifier_ids):
        for said in ConsentRecord.objects.filter(identifier_id__in=ids).order_by("at", "id").iterator():
            kind, value = values[said.identifier_id]
            yield Fact(
                "consents",
                {
                    "contact_point": {"kind": kind, "value": value},
                    "purpose": said.purpose,
                    "state": said.state,
                    "said_at": said.at,
                    "source": said.source,
                    "proof": said.proof,
                    "written_down_by": "staff" if said.by else "",
                },
            )


def erase(person: Person, *, at: datetime) -> Erased:  # noqa: ARG001 - every handler is told the moment
    gone = 0
    for ids in pieces(person.identifier_ids):
        gone += ConsentRecord.objects.filter(identifier_id__in=ids).delete()[0]
    return Erased(gone)


def refusals(person: Person) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """What each contact point may not be used for because a no was said, with the moment of that no.

    A no on one contact point counts for all of a customer's: it is remembered with each of them.
    """
    points = {
        one: pair
        for one, pair in zip(person.identifier_ids, person.identifiers, strict=True)
        if pair[0] in {"email", "phone"}
    }
    said = [
        Statement(s.identifier_id, s.purpose, s.state, s.at, id=s.pk)
        for ids in pieces(points)
        for s in ConsentRecord.objects.filter(identifier_id__in=ids)
    ]
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for standing in standings(points, said):
        if standing.because and standing.because.state == "denied":
            pair = points[standing.identifier_id]
            found.setdefault(pair, []).append((standing.purpose, standing.because.at.isoformat()))
    return found
