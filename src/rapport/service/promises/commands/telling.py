"""What becomes of a promise is told: to the interaction log, and to screens that show its case."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from rapport.customers.directory.rules import Claim
from rapport.interactions.log import commands as log
from rapport.interactions.log.rules import Entry
from rapport.live.events import commands as live
from rapport.live.events.rules import News
from rapport.service.promises.models import Promise

SOURCE = "Rapport"
PERMISSION = "desk.view"
_ANY_CHANNEL = "web"
"""Of a promise without a case we know no channel."""


@dataclass(frozen=True, slots=True)
class Said:
    """A kind of interaction that comes of a promise, when it happened, and who of ours did it."""

    kind: str
    at: datetime
    staff_id: int | None = None


def record(happened: Sequence[tuple[Promise, Said]], *, at: datetime) -> None:
    """Write down in the log what became of promises, each thing once. The promises come with case and identifier."""
    source_id = log.ensure_source(SOURCE, at=at)
    log.record([log.Batch(source_id, [_entry(promise, said) for promise, said in happened], at)])


def tell(promises: Iterable[Promise], *, at: datetime) -> None:
    """Let screens look anew at the cases of these promises, and at lists of what is due."""
    news = []
    for one in promises:
        department = one.case.department if one.case else ""
        news.append(News("desk", PERMISSION, department))
        if one.case_id is not None:
            news.append(News(f"case:{one.case_id}", PERMISSION, department))
    live.tell(news, at=at)


def _entry(promise: Promise, said: Said) -> Entry:
    told = {"promise": promise.pk, "due_at": promise.due_at.isoformat(), "case": promise.case_id}
    return Entry(
        message_id=f"{said.kind}:{promise.pk}",
        kind=said.kind,
        occurred_at=said.at,
        channel=promise.case.channel if promise.case else _ANY_CHANNEL,
        direction="out",
        claims=(Claim(promise.identifier.kind, promise.identifier.value),),
        staff_id=said.staff_id,
        subject=promise.what,
        properties=msgspec.json.encode(told).decode(),
    )
