"""Messages that belong to another matter: moved to another case, or to one opened for them; undone exactly."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from rapport.channels.contact import commands as contact
from rapport.kernel.refusals import NotFound, Refusal
from rapport.kernel.text import shortened, storable
from rapport.service.clocks import commands as clocks
from rapport.service.clocks.rules.running import BY_POLICY, RESOLUTION
from rapport.service.desk.commands import changing, counting, joining, states
from rapport.service.desk.models import Case, Filing, Move
from rapport.service.desk.rules.acts import LONGEST_SUBJECT
from rapport.staff.audit import commands as audit
from rapport.staff.roles.rules import Actor, require

MOST_MOVED = 500


class CannotMove(Refusal):
    """Messages that cannot be filed there."""


class MovedOnSince(Refusal):
    """A message went on to another case after it was moved; that is undone first."""


@transaction.atomic
def move(case_id: int, message_ids: Sequence[int], to_id: int, *, by: Actor, at: datetime) -> Move:
    """File messages of a case under another case of the same customer."""
    require(by, "desk.work")
    case, to = changing.held(case_id, by=by), changing.held(to_id, by=by)
    if case.pk == to.pk:
        raise CannotMove("They are in that case already.", field="to", value=to_id)
    if case.identifier.customer_id != to.identifier.customer_id:
        raise CannotMove("That case is of another customer.", field="to", value=to_id)
    made = _refile(case, to, message_ids, by, at, is_split=False)
    audit.record("desk.move", by=by, subject=f"case:{case.pk}", at=at, detail={"move": made.pk, "to": to.pk})
    return made


@transaction.atomic
def split(case_id: int, message_ids: Sequence[int], subject: str, *, by: Actor, at: datetime) -> Move:
    """Open a case of its own for some messages of a case; `to_case` of what comes back is the new one."""
    require(by, "desk.work")
    case = changing.held(case_id, by=by)
    if not subject.strip():
        raise CannotMove("Say in a few words what it is about.", field="subject", value=subject)
    part = Case.objects.create(
        identifier_id=case.identifier_id,
        thread_id=case.thread_id,
        queue_id=case.queue_id,
        department=case.department,
        touchpoint_id=case.touchpoint_id,
        owner_id=case.owner_id,
        channel=case.channel,
        state=(state := states.state_of("new" if case.kind == "new" else "ours")),
        kind=state.kind,
        subject=shortened(storable(subject.strip()), LONGEST_SUBJECT),
        opened_at=at,
        changed_at=at,
    )
    event = changing.note(part, "opened", by=by, at=at, queue=part.queue_id, split_from=case.pk)
    changing.record(event, "case_opened", properties={"queue": part.queue.name})
    contact.pause(part.identifier_id, changing.name_of(part), at=at)
    clocks.start([changing.matter(part)], [RESOLUTION], at=at)
    changing.lay_in(part, is_new=True)
    made = _refile(case, part, message_ids, by, at, is_split=True)
    audit.record(
        "desk.split", by=by, subject=f"case:{case.pk}", at=at, detail={"move": made.pk, "part": part.pk}
    )
    return made


@transaction.atomic
def undo_move(move_id: int, *, by: Actor, at: datetime) -> Case:
    """File the messages as they were before. The case of an undone split is read with the one it was split from."""
    require(by, "desk.work")
    made = Move.objects.select_for_update().filter(pk=move_id, undone_at=None).first()
    if made is None:
        raise NotFound("There is no such move.", field="move", value=move_id)
    case, to = changing.held(made.from_case_id, by=by), changing.held(made.to_case_id, by=by)
    before = dict(made.messages)
    there = Filing.objects.filter(message_id__in=before, case_id=made.to_case_id)
    if there.count() != len(before):
        raise MovedOnSince("A message was moved on since; take that back first.", field="move", value=move_id)
    for origin in sorted(set(before.values())):
        ids = [one for one, was in before.items() if was == origin]
        Filing.objects.filter(message_id__in=ids).update(case_id=origin)
    made.undone_at, made.undone_by = at, by.audit_name[:200]
    made.save(update_fields=["undone_at", "undone_by"])
    changing.note(case, "moved_back", by=by, at=at, move=made.pk)
    _count_anew(case, to, at)
    if made.is_split and to.pk == made.to_case_id and case.pk != to.pk:
        clocks.stop([to.pk], BY_POLICY, at=at)
        joining.join(to, case, by=by, at=at)
    audit.record("desk.undo_move", by=by, subject=f"case:{case.pk}", at=at, detail={"move": made.pk})
    return case


def _refile(
    case: Case, to: Case, message_ids: Sequence[int], by: Actor, at: datetime, *, is_split: bool
) -> Move:
    wanted = sorted(set(message_ids))
    if not 0 < len(wanted) <= MOST_MOVED:
        raise CannotMove(
            f"1 to {MOST_MOVED} messages are moved at once.", field="messages", value=len(wanted)
        )
    rows = Filing.objects.filter(message_id__in=wanted, case__in=counting.group(case), side=None)
    found = list(rows.order_by("message_id").values_list("message_id", "case_id"))
    if len(found) != len(wanted):
        missing = set(wanted) - {one for one, _ in found}
        raise CannotMove("This was not said in that case.", field="messages", value=min(missing))
    made = Move.objects.create(
        from_case=case,
        to_case=to,
        is_split=is_split,
        messages=[list(one) for one in found],
        made_at=at,
        made_by=by.audit_name[:200],
    )
    Filing.objects.filter(message_id__in=wanted).update(case=to)
    changing.note(case, "moved", by=by, at=at, move=made.pk, to=to.pk, messages=len(wanted))
    changing.note(to, "moved_here", by=by, at=at, move=made.pk, from_case=case.pk, messages=len(wanted))
    _count_anew(case, to, at)
    return made


def _count_anew(case: Case, to: Case, at: datetime) -> None:
    for one in (case, to) if case.pk != to.pk else (case,):
        counting.recount(one)
        counting.run_clocks(one, at=at)
        states.finish(one, at=at)
