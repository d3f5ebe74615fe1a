from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from rapport.staff.audit import rules
from rapport.staff.audit.models import AuditEntry, AuditHead
from rapport.staff.roles.rules import Reach


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the audit log is wanted: by whom, which act, from one moment up to another."""

    actor: str = ""
    act: str = ""
    since: datetime | None = None
    until: datetime | None = None


ANYTHING = Wanted()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the chain holds. `broken` is the number of the first entry that is not as it was written; 0: none."""

    entries: int
    digest: str
    broken: int = 0
    reason: str = ""

    @property
    def holds(self) -> bool:
        return not self.broken


def newest(
    wanted: Wanted = ANYTHING,
    *,
    reach: Reach,
    before: int | None = None,
    limit: int = 50,
) -> tuple[list[AuditEntry], int | None]:
    """Acts, the newest first, and the number to ask for what is older (None: that was all)."""
    found = AuditEntry.objects.seen_by(reach).order_by("-id")
    for name, value in (("actor", wanted.actor), ("act", wanted.act)):
        if value:
            found = found.filter(**{name: value})
    if wanted.since:
        found = found.filter(at__gte=wanted.since)
    if wanted.until:
        found = found.filter(at__lt=wanted.until)
    if before is not None:
        found = found.filter(id__lt=before)
    page = list(found[: limit + 1])
    return page[:limit], page[limit - 1].pk if len(page) > limit else None


def actors(*, reach: Reach) -> list[str]:
    """Everybody who did something, by name."""
    known = AuditEntry.objects.seen_by(reach).exclude(actor="")
    return list(known.order_by("actor").values_list("actor", flat=True).distinct())


def verify() -> Verdict:
    """Go through the whole chain; an entry that was changed, taken out or put in shows itself or the next one."""
    previous, expected = rules.FIRST, 1
    for entry in AuditEntry.objects.order_by("number").iterator(chunk_size=2_000):
        if reason := _fault(entry, previous, expected):
            return Verdict(expected - 1, previous, expected, reason)
        previous, expected = entry.digest, expected + 1
    head = AuditHead.objects.filter(id=1).first()
    end = (head.entries, head.digest) if head else (0, rules.FIRST)
    if end != (expected - 1, previous):
        return Verdict(expected - 1, previous, expected, "entries are missing at the end")
    return Verdict(expected - 1, previous)


def contains(digest: str) -> bool:
    """Whether an entry with this digest is part of the log: it was noted elsewhere, where nobody here can change it."""
    return AuditEntry.objects.filter(digest=digest).exists()


def is_guarded() -> bool:
    """Whether the database itself refuses to change or remove entries, as its migrations told it to."""
    catalogue = "pg_trigger WHERE tgname" if connection.vendor == "postgresql" else "sqlite_master WHERE name"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {catalogue} IN ('audit_kept', 'audit_unchanged')")  # noqa: S608
        return bool(cursor.fetchone()[0] == 2)


def _fault(entry: AuditEntry, previous: str, expected: int) -> str:
    if entry.number != expected:
        return "an entry is missing here"
    digest = rules.digest(previous, number=entry.number, at=entry.at, act=entry.act, covers=entry.covers)
    if digest != entry.digest:
        return "the entry or the one before it was changed"
    for field, salt in entry.salts.items():
        if rules.cover(getattr(entry, field), salt) != entry.covers.get(field):
            return f"its {field} was changed"
    erased = set(rules.CLEAR) - set(entry.salts)
    return f"its {min(erased)} was written anew" if any(getattr(entry, one) for one in erased) else ""
