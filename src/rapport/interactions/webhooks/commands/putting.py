"""From the log to the outbox: each interaction once for every webhook that wants to hear of it."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from rapport.interactions.log import commands as log
from rapport.interactions.log.models import Interaction
from rapport.interactions.webhooks import queries, rules
from rapport.interactions.webhooks.models import Delivery, Webhook
from rapport.interactions.webhooks.rules import Wish

READER = "webhooks"
_CHUNK = 500
Row = tuple[int, str, int, Any]


def put_out(*, at: datetime) -> int:
    """Put out messages for what the log holds since last time; how many rows of the log were read.

    What came with an import is history, not news: nobody is told of it.
    """
    read = 0
    while step := log.advance(READER, lambda rows: _take(rows, at)):
        read += step
    return read


def _take(rows: QuerySet[Interaction], at: datetime) -> None:
    if not (wishes := queries.wishes()):
        return
    rows = rows.filter(imported_by=None)
    if (kinds := rules.wanted_kinds(wishes)) is not None:
        rows = rows.filter(kind__in=kinds)
    found: list[Row] = list(rows.values_list("id", "kind", "source_id", "properties"))
    depths = _depths(found)
    _guard(list(_made(found, wishes, depths, at)), at)


def _made(found: list[Row], wishes: list[Wish], depths: dict[int, int], at: datetime) -> Iterator[Delivery]:
    for id_, kind, source_id, _properties in found:
        for wish in wishes:
            if wish.covers(id_, kind, source_id):
                yield Delivery(
                    webhook_id=wish.webhook_id,
                    interaction_id=id_,
                    message_id=rules.new_id(),
                    depth=depths.get(id_, 0),
                    made_at=at,
                    due_at=at,
                )


def _guard(made: list[Delivery], at: datetime) -> None:
    """Store what may be sent; a webhook that answers itself, or is told too much, is switched off."""
    looping = {one.webhook_id for one in made if one.depth > rules.MOST_DEPTH}
    kept = [one for one in made if one.webhook_id not in looping]
    counted = Counter(one.webhook_id for one in kept)
    for webhook in Webhook.objects.select_for_update().filter(pk__in=looping | set(counted)).order_by("id"):
        if webhook.pk in looping:
            webhook.disable("loop", at)
        elif not webhook.count(counted[webhook.pk], at):
            webhook.disable("too_much", at)
    Delivery.objects.bulk_create(kept, batch_size=_CHUNK)


def _depths(found: list[Row]) -> dict[int, int]:
    """How deep in a chain of messages and interactions each interaction is that names the message it answers."""
    causes = {row[0]: str(row[3][rules.CAUSE]) for row in found if _names_cause(row[3])}
    if not causes:
        return {}
    known: dict[str, int] = {}
    named = sorted(set(causes.values()))
    for start in range(0, len(named), _CHUNK):
        chunk = named[start : start + _CHUNK]
        known |= dict(Delivery.objects.filter(message_id__in=chunk).values_list("message_id", "depth"))
    return {id_: known[cause] + 1 for id_, cause in causes.items() if cause in known}


def _names_cause(properties: Any) -> bool:
    return isinstance(properties, dict) and isinstance(properties.get(rules.CAUSE), str)
