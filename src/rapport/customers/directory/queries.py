from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from rapport.customers.directory.models import Customer, Identifier, Membership, Proposal


def count() -> int:
    """How many customers there are; devices that several people share are nobody's."""
    return Customer.objects.count()


def new_since(moment: datetime) -> int:
    """How many were seen for the first time since then: only those seen since are looked through."""
    return Customer.objects.filter(last_at__gte=moment, first_at__gte=moment).count()


def quiet_since(moment: datetime) -> int:
    """How many were last seen before then."""
    return Customer.objects.filter(last_at__lt=moment).count()


def open_proposals() -> int:
    """How many pairs who may be one wait for a person."""
    return Proposal.objects.filter(decided_at=None).count()


def whose() -> "QuerySet[Any, Any]":
    """Identifier and customer, for each identifier that is somebody's; devices that several people share are not."""
    return Identifier.objects.filter(shared_mark=None).values_list("id", "customer_id")


def organisations_of(customer_ids: Iterable[int]) -> dict[int, set[int]]:
    """The organisations to which each of these customers belongs now; those who belong to none are left out."""
    found: dict[int, set[int]] = {}
    rows = Membership.objects.filter(person__customer_id__in=set(customer_ids), ended_at=None)
    for person, organisation in rows.values_list("person__customer_id", "organisation__customer_id"):
        found.setdefault(person, set()).add(organisation)
    return found


def when_seen() -> "QuerySet[Any, Any]":
    """Each customer's number and kind, and when they were first and last seen."""
    return Customer.objects.values_list("id", "kind", "first_at", "last_at")


def proven_beside(identifier_id: int) -> list[int]:
    """The other identifiers of the same customer that were proven to be theirs; browsers and devices left out."""
    customer = Identifier.objects.filter(pk=identifier_id).values("customer_id")
    found = Identifier.objects.filter(customer_id__in=customer, shared_mark=None).exclude(proof="")
    found = found.exclude(pk=identifier_id).filter(kind__in=["email", "phone"])
    return list(found.order_by("id").values_list("id", flat=True))


def known_as(kind: str, value: str) -> tuple[int, int] | None:
    """The number of an identifier in its stored form, and of its customer; None if it was never seen."""
    with connection.cursor() as cursor:
        statement = "SELECT id, customer_id FROM customers_identifier WHERE kind = %s AND value = %s"
        cursor.execute(statement, [kind, value])
        found = cursor.fetchone()
    return (int(found[0]), int(found[1])) if found else None


def customer_of(identifier_id: int) -> int | None:
    """The customer whom an identifier belongs to; None for what several share, or is not there."""
    return whose().filter(id=identifier_id).values_list("customer_id", flat=True).first()
