"""Keeping the search index in step with the directory: customers whose words changed are laid in anew."""

from collections import defaultdict
from datetime import datetime

from django.db import transaction

from rapport.customers.directory.commands import changes, writing
from rapport.customers.directory.models import Changed, Identifier, Trait
from rapport.customers.directory.rules import IDENTIFIER_KINDS
from rapport.customers.finding.queries import PERMISSION
from rapport.live.events import commands as live
from rapport.live.events.rules import News
from rapport.search.index import commands as search
from rapport.search.index.rules import Document

STEP = 2_000
LONGEST_TRAIT = 200
MOST_TOLD = 200
"""With more at once, every screen that shows a customer is told to look."""


def index_changed(*, at: datetime | None = None) -> int:
    """Take in every customer noted as changed, and tell screens of it if it is now; how many."""
    taken = 0
    while Changed.objects.exists():
        taken += _step(at)
    return taken


def index_anew() -> None:
    """Take in everybody; the index has been emptied."""
    changes.note_everybody()
    index_changed()


@transaction.atomic
def _step(at: datetime | None) -> int:
    """Under the writers' lock, so that nobody changes between being read and being struck off."""
    writing.lock_writers()
    noted = list(Changed.objects.order_by("customer_id").values_list("customer_id", flat=True)[:STEP])
    texts = _texts(noted)
    search.put(changes.KIND, [Document(one, texts[one], PERMISSION) for one in noted])
    Changed.objects.filter(customer_id__in=noted).delete()
    if at is not None:
        topics = [f"customer:{one}" for one in noted] if len(noted) <= MOST_TOLD else ["customer"]
        live.tell([News(topic, PERMISSION) for topic in topics], at=at)
    return len(noted)


def _texts(customer_ids: list[int]) -> dict[int, str]:
    """By what each is known: identifiers that name a person, and what was told of them in words."""
    owners: dict[int, int] = {}
    words: dict[int, list[str]] = defaultdict(list)
    owned = Identifier.objects.filter(customer_id__in=customer_ids, shared_mark=None).order_by("id")
    for one, kind, value, customer_id in owned.values_list("id", "kind", "value", "customer_id"):
        owners[one] = customer_id
        if not IDENTIFIER_KINDS[kind].is_weak:
            words[customer_id].append(value)
    for ids in writing.chunks(owners):
        told = (
            Trait.objects.filter(identifier_id__in=ids).order_by("id").values_list("identifier_id", "value")
        )
        for one, value in told:
            if isinstance(value, str) and len(value) <= LONGEST_TRAIT:
                words[owners[one]].append(value)
    return {one: " ".join(words[one]) for one in customer_ids}
