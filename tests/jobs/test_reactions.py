"""What happens when an interaction is recorded: the jobs that react, once each, and never round and round."""

from datetime import UTC, datetime, timedelta

import pytest

from rapport.customers.directory.rules import Claim
from rapport.interactions.log import commands as log
from rapport.interactions.log.rules import Entry
from rapport.jobs.duties import queries as duties
from rapport.jobs.queue import rules
from rapport.jobs.queue.models import Job
from rapport.jobs.queue.tasks import Worker
from rapport.staff.audit.models import AuditEntry
from rapport.staff.roles.rules import Operator
from rapport.staff.upkeep import commands as upkeep
from rapport.wiring import followers, reactions
from rapport.wiring.reactions import Reaction

pytestmark = pytest.mark.django_db
thanked: list[int] = []
THANKS = Reaction("thanks", frozenset({"purchase"}), "test.thank", budget_per_hour=20)
ECHO = Reaction("echo", frozenset({"visit"}), "test.echo", budget_per_hour=20)


@rules.task("test.thank", is_atomic=True)
def thank(_context: rules.Context, *, interaction_id: int) -> None:
    thanked.append(interaction_id)


@rules.task("test.echo")
def echo(_context: rules.Context, *, interaction_id: int) -> None:
    """A rule that answers a visit with a visit: a loop."""
    record("visit", f"echo of {interaction_id}", datetime.now(UTC))


@pytest.fixture(autouse=True)
def two_reactions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reactions, "REACTIONS", (THANKS, ECHO))
    thanked.clear()


def record(kind: str, message_id: str, at: datetime, *, occurred_at: datetime | None = None) -> None:
    source = log.ensure_source("shop", at=at)
    entry = Entry(
        message_id=message_id, kind=kind, occurred_at=occurred_at or at, claims=(Claim("user_id", "amina"),)
    )
    log.record([log.Batch(source, [entry], at)])


def test_each_interaction_is_reacted_to_once(noon: datetime) -> None:
    for number in range(5):
        record("purchase", f"m{number}", noon)
    record("refund", "m9", noon)
    assert reactions.react() >= 6
    assert reactions.react() == 0
    Worker().run_until_idle()
    assert len(thanked) == len(set(thanked)) == 5


def test_history_causes_nothing(noon: datetime) -> None:
    record("purchase", "old", noon, occurred_at=noon - timedelta(days=400))
    reactions.react()
    assert not Job.objects.exists()


def test_a_reaction_that_runs_in_circles_is_stopped_with_a_notice_and_others_go_on() -> None:
    now = datetime.now(UTC)
    record("visit", "the first", now)
    worker = Worker()
    for _ in range(200):
        if not reactions.react() + worker.run_until_idle():
            break
    else:
        raise AssertionError("it still runs in circles")

    assert Job.objects.filter(task="test.echo").count() == ECHO.budget_per_hour
    (trouble,) = duties.troubles()
    assert trouble.duty == "reaction echo"
    assert "circles" in trouble.reason
    assert AuditEntry.objects.get(act="duties.stop").subject == "duty:reaction echo"

    record("purchase", "m1", now)
    reactions.react()
    worker.run_until_idle()
    assert len(thanked) == 1

    upkeep.let_go_on("reaction echo", by=Operator(), at=now)
    record("visit", "another", now)
    assert reactions.react()
    assert worker.run_until_idle() == 1


def test_a_follower_that_fails_stops_no_other_and_says_so(
    monkeypatch: pytest.MonkeyPatch, noon: datetime
) -> None:
    broken, read = [True], []

    def stumble() -> int:
        if broken:
            raise ZeroDivisionError("no good")
        return 0

    monkeypatch.setattr(
        followers,
        "FOLLOWERS",
        {"bad": stumble, "reactions": reactions.react, "last": lambda: read.append(1) or 1},
    )
    record("purchase", "m1", noon)
    tending = followers.Tending()

    assert tending.catch_up(at=noon) >= 2
    lag = followers.lag()
    assert lag["reactions"] == 0
    assert lag["bad"] == lag["last"] >= 1
    assert "no good" in duties.troubles()[0].reason
    tending.catch_up(at=noon + timedelta(seconds=1))
    assert duties.troubles()[0].times == 1, "it rests"
    tending.catch_up(at=noon + timedelta(seconds=10))
    assert duties.troubles()[0].times == 2

    broken.clear()
    tending.catch_up(at=noon + timedelta(minutes=1))
    assert duties.troubles() == []
    assert len(read) == 4
