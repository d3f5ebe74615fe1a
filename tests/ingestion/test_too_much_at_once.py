"""More waits for the log than may wait: whoever comes then is turned away and told when to come again."""

import asyncio
import threading
from datetime import datetime

import pytest
from tests.running import in_own_loop

from rapport.api import writer
from rapport.api.problems import Problem
from rapport.api.writer import LARGEST_WAITING, MOST_WAITING, Writer, Written
from rapport.interactions.log import commands as log
from rapport.interactions.log.rules import Entry, Recorded

BATCHES = 16


@pytest.mark.parametrize("size", [100, LARGEST_WAITING // BATCHES])
@pytest.mark.parametrize("entries", [1, MOST_WAITING // BATCHES])
def test_what_may_wait_is_bounded_and_nothing_that_was_taken_is_forgotten(
    entries: int, size: int, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_free = threading.Event()

    def held(batches: list[log.Batch]) -> list[Written]:
        assert is_free.wait(60)
        return [Written(Recorded(tuple(range(len(batch.entries))), ())) for batch in batches]

    monkeypatch.setattr(writer, "_write", held)
    batch = log.Batch(1, [Entry(message_id="m", kind="visit", occurred_at=noon, claims=())] * entries, noon)

    async def flood() -> tuple[list[tuple[int, str, bool]], list[Written]]:
        own = Writer()
        taken = [own.submit(batch, size) for _ in range(BATCHES)]
        turned_away = []
        for _ in range(3):
            try:
                taken.append(own.submit(batch, size))
            except Problem as problem:
                turned_away.append((problem.status, problem.code, 1 <= problem.retry_after <= 30))
        is_free.set()
        outcomes = await asyncio.gather(*taken)
        taken_again = await own.submit(batch, size)
        await own.stop()
        return turned_away, [*outcomes, taken_again]

    turned_away, outcomes = in_own_loop(flood)

    is_too_much = entries > 1 or size > 100
    assert turned_away == [(429, "overloaded", True)] * (3 if is_too_much else 0)
    assert len(outcomes) == BATCHES + 4 - len(turned_away)
    assert all(len(one.recorded.new) == entries for one in outcomes)
