"""What the desk knows of somebody, for an export; and how it forgets: their cases whole, and their words elsewhere."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q

from rapport.channels.threads import commands as threads
from rapport.kernel.crashing import reach
from rapport.kernel.persons import Erased, Fact, Person, pieces
from rapport.service.clocks import commands as clocks
from rapport.service.desk.commands import counting, enclosing, removing
from rapport.service.desk.models import Case, CaseEvent, Draft, Filing, SideThread
from rapport.staff.audit import commands as audit

name = "desk"
covers = (
    "service.Case",
    "service.CaseEvent",
    "service.Claim",
    "service.Draft",
    "service.Filing",
    "service.Follower",
    "service.History",
    "service.Merge",
    "service.Move",
    "service.Notification",
    "service.Presence",
    "service.SideThread",
)


def export(person: Person) -> Iterator[Fact]:
    """Their cases with what was done to each, and what was drafted to them and not sent."""
    for ids in pieces(person.identifier_ids):
        for case in Case.objects.filter(identifier_id__in=ids).select_related("state").order_by("id"):
            yield Fact("cases", _facts(case))
    for ids in pieces(person.identifier_ids):
        for event in CaseEvent.objects.filter(case__identifier_id__in=ids).order_by("id"):
            words = {key: event.detail[key] for key in ("what", "why") if event.detail.get(key)}
            yield Fact("case_history", {"case": event.case_id, "act": event.kind, "at": event.at, **words})
    for ids in pieces(person.identifier_ids):
        for draft in Draft.objects.filter(case__identifier_id__in=ids, sent_at=None).order_by("id"):
            text = draft.content.get("text", "")
            yield Fact("drafts", {"case": draft.case_id, "text": text, "at": draft.saved_at})


def erase(person: Person, *, at: datetime) -> Erased:
    """Remove their cases with everything about them; of what was asked of others about them, the words."""
    gone, tokens = 0, list[str]()
    for ids in pieces(person.identifier_ids):
        cases = list(Case.objects.filter(identifier_id__in=ids).order_by("id").values_list("id", flat=True))
        for some in pieces(cases, 500):
            said = Filing.objects.filter(case__in=some, side__isnull=False)
            tokens += threads.empty(list(said.values_list("message_id", flat=True)))
            tokens += enclosing.throw_away(
                enclosing.files_of(Draft.objects.filter(case__in=some, sent_at=None))
            )
            gone += _remove(some, at)
            reach("erase.half_of_the_cases")
        gone += _leave_others(ids)
    return Erased(gone, tuple(f"files/{token[:2]}/{token}" for token in tokens))


def _facts(case: Case) -> dict[str, object]:
    return {
        "number": case.pk,
        "subject": case.subject,
        "state": case.state.customer_word or case.state.name,
        "channel": case.channel,
        "outcome": case.outcome,
        "opened_at": case.opened_at,
        "closed_at": case.closed_at,
        "read_with": case.merged_into_id,
    }


def _remove(case_ids: list[int], at: datetime) -> int:
    clocks.let_go(case_ids, at=at)
    audit.forget(subjects=[f"case:{one}" for one in case_ids])
    return removing.remove(case_ids)


def _leave_others(identifier_ids: list[int]) -> int:
    """Take what they said, or what was said in their threads, out of cases of others."""
    theirs = Q(message__thread__identifier_id__in=identifier_ids) | Q(message__author_id__in=identifier_ids)
    filed = Filing.objects.filter(theirs)
    touched = set(filed.values_list("case_id", flat=True))
    Draft.objects.filter(sent_as__in=filed.values("message_id")).update(sent_as=None)
    Case.objects.filter(last_word__in=filed.values("message_id")).update(last_word=None)
    gone = filed.delete()[0]
    asked = SideThread.objects.filter(thread__identifier_id__in=identifier_ids)
    Filing.objects.filter(side__in=asked.values("id")).delete()
    gone += asked.delete()[0]
    Case.objects.filter(thread__identifier_id__in=identifier_ids).update(thread=None)
    for case in Case.objects.filter(pk__in=touched, merged_into=None).order_by("id"):
        counting.recount(case)
        case.save(update_fields=["last_word", "waiting_since"])
    return gone
