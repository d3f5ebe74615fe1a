from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count

import pytest
from tests.webhooks.receiving import Receiver

from rapport.customers.directory.rules import Claim
from rapport.interactions.log import commands as log
from rapport.interactions.log.rules import Entry
from rapport.interactions.webhooks import commands
from rapport.interactions.webhooks.models import Webhook
from rapport.staff.roles.rules import Operator

Record = Callable[..., None]
SetUp = Callable[..., tuple[Webhook, str]]


@pytest.fixture(autouse=True)
def loopback_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORT_OUTGOING_ALLOW", "127.0.0.1")


@pytest.fixture
def record(db: None, noon: datetime) -> Record:  # noqa: ARG001 - for its effect
    """Something happens in the web shop: `record("purchase", "visit")`."""
    numbers = count(1)

    def happen(*kinds: str, source: str = "web shop", import_id: int = 0, **more: object) -> None:
        entries = [
            Entry(
                message_id=f"m{next(numbers)}",
                kind=kind,
                occurred_at=noon,
                claims=(Claim("email", "amina@example.com"),),
                subject="About my order",
                text="Where is the blue bicycle?",
                **more,  # type: ignore[arg-type]
            )
            for kind in kinds
        ]
        batch = log.Batch(log.ensure_source(source, at=noon), entries, noon, import_id)
        log.record([batch])

    return happen


@pytest.fixture
def set_up(db: None) -> SetUp:  # noqa: ARG001 - for its effect
    """A webhook for a receiver, and its secret."""

    def add(receiver: Receiver, **wanted: object) -> tuple[Webhook, str]:
        description = commands.Description(receiver.address, "the warehouse", **wanted)  # type: ignore[arg-type]
        return commands.add(description, by=Operator(), at=datetime.now(UTC))

    return add
