"""Parting two identifiers whatever joins them."""

from datetime import datetime

from django.db import transaction

from rapport.customers.directory.commands.ledger import CannotUnlink, unlink
from rapport.customers.directory.models import Identifier, Link
from rapport.customers.directory.rules.paths import Edge, weakest_between
from rapport.staff.roles.rules import Actor, require


@transaction.atomic
def unlink_between(a: int, b: int, *, by: Actor, why: str, at: datetime) -> list[Link]:
    """Take back as many links as it needs until the two identifiers are of two customers; the links, in order."""
    require(by, "customers.link")
    taken_back: list[Link] = []
    while edge := weakest_between(_edges(a), a, b):
        taken_back.append(unlink(edge.id, by=by, why=why, at=at))
    if not taken_back:
        raise CannotUnlink(
            "Nothing joins these two: they are two customers already.", field="identifier", value=b
        )
    return taken_back


def _edges(identifier_id: int) -> list[Edge]:
    customer_id = Identifier.objects.values_list("customer_id", flat=True).get(id=identifier_id)
    live = Link.objects.filter(first__customer_id=customer_id, retraction=None).order_by("id")
    return [Edge(*row) for row in live.values_list("id", "first_id", "second_id", "rule")]
