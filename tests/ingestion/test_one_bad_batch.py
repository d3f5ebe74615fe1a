"""What waits together is stored together, but a batch that cannot be stored fails alone."""

import asyncio
from datetime import datetime

import pytest
from tests.running import in_own_loop

from rapport.api.writer import Writer, Written
from rapport.customers.directory.rules import Claim
from rapport.interactions.log import commands as log
from rapport.interactions.log import queries
from rapport.interactions.log.rules import Entry
from rapport.staff.roles.rules import EVERYTHING


def entry(message_id: str, at: datetime, kind: str = "visit") -> Entry:
    return Entry(message_id=message_id, kind=kind, occurred_at=at, claims=(Claim("user_id", "ann"),))


async def written(batches: list[log.Batch]) -> list[Written]:
    """Everything is submitted before the thread starts, so that it is one group."""
    writer = Writer()
    answers = [writer.submit(batch, 100) for batch in batches]
    try:
        return list(await asyncio.gather(*answers))
    finally:
        await writer.stop()


@pytest.mark.django_db(transaction=True)
def test_only_the_message_that_cannot_be_stored_is_refused(noon: datetime) -> None:
    source = log.ensure_source("web shop", at=noon)
    good = [entry("a", noon), entry("b", noon)]
    mixed = [entry("c", noon), entry("poison", noon, kind="dance"), entry("a", noon)]

    batches = [log.Batch(source, good, noon), log.Batch(source, mixed, noon)]
    first, second = in_own_loop(lambda: written(batches))

    assert (first.recorded.new, first.refused) == ((0, 1), {})
    assert (second.recorded.new, second.recorded.already_known) == ((0,), (2,))
    assert second.refused == {1: "UnknownKind"}
    assert queries.count(reach=EVERYTHING) == 3
