"""What is known of every customer, in the form in which it is compared, a stretch at a time."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from rapport.customers.directory.models import Customer, Identifier, Trait
from rapport.customers.likeness import rules

STRETCH = 20_000


def records() -> Iterator[list[tuple[Any, ...]]]:
    """Lists of records in the order of `rules.COLUMNS`; every customer once."""
    after = 0
    while True:
        customers = list(
            Customer.objects.filter(id__gt=after).order_by("id").values_list("id", "kind", "name")[:STRETCH]
        )
        if not customers:
            return
        told = _told(customers[0][0], customers[-1][0])
        yield [rules.record(one, kind, name, told[one]) for one, kind, name in customers]
        after = customers[-1][0]


def _told(first: int, last: int) -> defaultdict[int, dict[str, Any]]:
    """Per customer the newest value of each field; a mail address or phone of their own before one that was told."""
    found: defaultdict[int, dict[str, Any]] = defaultdict(dict)
    traits = Trait.objects.filter(identifier__customer_id__range=(first, last), name__in=rules.FIELD_OF_TRAIT)
    newest = traits.order_by("observed_at", "id").values_list("identifier__customer_id", "name", "value")
    for customer_id, name, value in newest.iterator(chunk_size=STRETCH):
        found[customer_id][rules.FIELD_OF_TRAIT[name]] = value
    own = Identifier.objects.filter(customer_id__range=(first, last), kind__in=("email", "phone"))
    for customer_id, kind, value in (
        own.order_by("-id").values_list("customer_id", "kind", "value").iterator()
    ):
        found[customer_id][kind] = value
    return found
