"""Forgetting what is older than it is kept: by rules of kinds and months, in short steps, day counts staying."""

from collections.abc import Callable, Iterator
from datetime import datetime

import msgspec
from django.db import transaction
from django.db.models import QuerySet

from rapport.customers.directory import commands as directory
from rapport.interactions.log.commands import following
from rapport.interactions.log.commands.privacy import keep_counted
from rapport.interactions.log.commands.retracting import Removed, note_removal
from rapport.interactions.log.models import Interaction, Removal, RetentionRule, Source
from rapport.interactions.log.rules import months_before
from rapport.kernel.crashing import reach
from rapport.kernel.kinds import KINDS
from rapport.kernel.refusals import NotFound, Refusal
from rapport.staff.audit import commands as audit
from rapport.staff.roles.rules import Actor, require

STEP = 5_000
LONGEST_MONTHS = 600


class BadRetention(Refusal):
    """A rule of retention that cannot be."""


class Age(msgspec.Struct, frozen=True):
    """Interactions of some kinds, of one source or (0) of all, that are older than so many months."""

    kinds: tuple[str, ...]
    months: int
    source_id: int = 0

    def rows(self, at: datetime) -> QuerySet[Interaction]:
        """Those that are so old now."""
        old = Interaction.objects.filter(kind__in=self.kinds, occurred_at__lt=months_before(at, self.months))
        return old.filter(source_id=self.source_id) if self.source_id else old


def how_many(age: Age, *, by: Actor, at: datetime) -> int:
    """How many interactions a rule would forget if it were made now; none is."""
    require(by, "retention.edit")
    _check(age)
    return age.rows(at).count()


@transaction.atomic
def keep_for(age: Age, *, by: Actor, at: datetime) -> RetentionRule:
    """Make it a rule to forget what is so old; the next sweep does it, and nothing so old is taken in any more."""
    require(by, "retention.edit")
    _check(age)
    made = RetentionRule.objects.create(
        kinds=list(age.kinds),
        source_id=age.source_id or None,
        months=age.months,
        made_at=at,
        made_by=by.audit_name[:200],
    )
    detail = {"kinds": list(age.kinds), "months": age.months, "source": age.source_id}
    audit.record("retention.add", by=by, subject=f"retention:{made.pk}", at=at, detail=detail)
    return made


@transaction.atomic
def keep_on(rule_id: int, *, by: Actor, at: datetime) -> None:
    """End a rule: what is here now stays; what it forgot does not come back."""
    require(by, "retention.edit")
    found = RetentionRule.objects.select_for_update().filter(pk=rule_id).first()
    if found is None:
        raise NotFound("There is no such rule.", field="rule", value=rule_id)
    detail = {"kinds": found.kinds, "months": found.months, "source": found.source_id or 0}
    found.delete()
    audit.record("retention.remove", by=by, subject=f"retention:{rule_id}", at=at, detail=detail)


def forget_old(*, at: datetime, should_stop: Callable[[], bool] = lambda: False, step: int = STEP) -> int:
    """Forget what the rules say, one short transaction after the other; how many interactions went."""
    gone = 0
    for kinds, months, source_id in RetentionRule.objects.order_by("id").values_list(
        "kinds", "months", "source_id"
    ):
        for count in _steps(Age(tuple(kinds), months, source_id or 0), at, step):
            gone += count
            if should_stop():
                return gone
    return gone


def _steps(age: Age, at: datetime, step: int) -> Iterator[int]:
    above, told = 0, 0
    while True:
        with transaction.atomic():
            directory.lock_writers()
            following.catch_up()
            ids = list(age.rows(at).filter(id__gt=above).order_by("id").values_list("id", flat=True)[:step])
            if not ids:
                return
            removed = Removed(
                kinds=age.kinds,
                source_id=age.source_id,
                before=months_before(at, age.months),
                upto=ids[-1],
                above=above,
            )
            told = _forget(age.rows(at).filter(id__gt=above, id__lte=ids[-1]), removed, told, at)
            reach("retention.before_commit")
        above = ids[-1]
        yield len(ids)


def _forget(rows: QuerySet[Interaction], removed: Removed, told: int, at: datetime) -> int:
    """Remove these rows; the note of this step stands for those of the steps before it."""
    touched = list(
        rows.exclude(identifier=None).order_by().values_list("identifier_id", flat=True).distinct()
    )
    keep_counted(rows)
    note = note_removal(removed, at=at)
    Removal.objects.filter(pk=told).delete()
    rows.delete()
    following.now_counted([one for one in touched if one is not None])
    return note


def _check(age: Age) -> None:
    if not age.kinds or (unknown := [kind for kind in age.kinds if kind not in KINDS]):
        named = ", ".join(unknown) if age.kinds else ""
        raise BadRetention(f"Say which kinds ('{named}' is none).", field="kinds", value=named)
    if not 1 <= age.months <= LONGEST_MONTHS:
        raise BadRetention("Between 1 month and 50 years.", field="months", value=age.months)
    if age.source_id and not Source.objects.filter(pk=age.source_id).exists():
        raise BadRetention("There is no such source.", field="source", value=age.source_id)
