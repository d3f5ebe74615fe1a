"""Which customers the search index must take in anew: noted here, in the transaction of whatever changed them."""

import json
from collections.abc import Collection, Iterable

from django.db import connection

from rapport.customers.directory.commands import writing
from rapport.customers.directory.models import Changed, Customer
from rapport.search.index import commands as search

KIND = "customer"


def note(customer_ids: Iterable[int]) -> None:
    """These customers are known by other words than before, or for the first time."""
    ids = list(customer_ids)
    if not ids:
        return
    is_postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.execute(_POSTGRES if is_postgres else _SQLITE, [ids if is_postgres else json.dumps(ids)])


_POSTGRES = """INSERT INTO customers_changed (customer_id)
    SELECT DISTINCT unnest(%s::bigint[]) ON CONFLICT (customer_id) DO NOTHING"""
_SQLITE = """INSERT INTO customers_changed (customer_id)
    SELECT value FROM json_each(%s) WHERE true ON CONFLICT (customer_id) DO NOTHING"""


def note_everybody() -> None:
    """The index has been emptied: every customer is to be taken in."""
    ids = Customer.objects.order_by("id").values_list("id", flat=True).iterator(chunk_size=writing.CHUNK)
    for chunk in writing.chunks(ids):
        note(chunk)


def forget(customer_ids: Collection[int]) -> None:
    """These customers are no more: nobody finds them from this transaction on."""
    Changed.objects.filter(customer_id__in=customer_ids).delete()
    search.remove(KIND, customer_ids)
