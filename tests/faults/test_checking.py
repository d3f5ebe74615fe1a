"""The checker itself: what is whole passes, and every kind of damage is found."""

from collections.abc import Iterator

import pytest
from tests.faults.checking import Ledger, check
from tests.running import RunningServer, Shop

DAMAGE = {
    "lost": "DELETE FROM interactions_interaction WHERE message_id = 'm1'",
    "half": "DELETE FROM interactions_interaction WHERE message_id = 'm2'",
    "counts per day": "UPDATE interactions_daycount SET interactions = interactions + 1",
    "activity": "UPDATE customers_activity SET interactions = interactions + 1",
    "customers' interactions": "UPDATE customers_customer SET interactions = interactions + 1",
    "ahead of the log": "UPDATE interactions_logcursor SET position = 99999",
    "stuck": "INSERT INTO jobs_job (task, arguments, key, enqueued_at, due_at, attempts, fence, worker, failure, "
    "leased_until) VALUES ('t', '{}', '', '2026-01-01', '2026-01-01', 1, 1, 'w', '', "
    "'2026-01-01 00:00:00')",
}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningServer, Ledger]]:
    server = RunningServer(tmp_path_factory.mktemp("checked")).start()
    shop, ledger = Shop(server, server.key(), "web shop"), Ledger()
    ids = ledger.sent(f"m{n}" for n in range(4))
    events = [{"type": "track", "event": "Seen", "userId": "amina", "messageId": one} for one in ids]
    if shop.batch(*events).status_code == 200:
        ledger.acknowledged(ids)
    shop.client.close()
    server.stop()
    server.command("log", "rebuild")
    yield server, ledger
    server.remove_database()


def test_a_whole_record_passes(kept: tuple[RunningServer, Ledger]) -> None:
    check(*kept)


@pytest.mark.parametrize("what", DAMAGE)
def test_damage_is_found(kept: tuple[RunningServer, Ledger], what: str) -> None:
    server, ledger = kept
    damaged = _Damaged(server, DAMAGE[what])
    with pytest.raises(AssertionError, match=what):
        check(damaged, ledger)
    damaged.undo()


class _Damaged:
    """The record as one transaction sees it that did harm and is rolled back afterwards."""

    def __init__(self, server: RunningServer, statement: str) -> None:
        self._connection = server.connect()
        self._connection.execute(statement)

    def rows(self, statement: str, values: object = ()) -> list[tuple[object, ...]]:  # noqa: ARG002
        return list(self._connection.execute(statement).fetchall())

    def undo(self) -> None:
        self._connection.rollback()
        self._connection.close()
