"""What is told anew from what is filed: since when the customer waits, and which word was the last."""

from collections.abc import Collection
from datetime import datetime

from rapport.customers.directory.commands import writing
from rapport.service.clocks import commands as clocks
from rapport.service.clocks.rules.running import ANSWERS, FIRST_ANSWER, NEXT_ANSWER
from rapport.service.desk.commands import changing
from rapport.service.desk.models import Case, Filing
from rapport.service.desk.rules import waiting
from rapport.service.desk.rules.waiting import Word


def group(case: Case) -> list[int]:
    """The numbers of the case and of all that was merged into it."""
    merged = "SELECT id FROM service_case WHERE merged_into_id = %s ORDER BY id"
    return [case.pk, *(row[0] for row in writing.selected(merged, [case.pk]))]


def words(case_ids: Collection[int]) -> list[Word]:
    """What was said with the customer in these cases, in the order of its storing; what was taken back was not said."""
    rows = Filing.objects.filter(
        case__in=case_ids, side=None, taken_back_at=None, message__is_internal=False
    ).order_by("message_id")
    columns = (
        "message_id",
        "message__direction",
        "message__at",
        "message__stored_at",
        "message__is_automatic",
        "settled_at",
    )
    return [
        Word(message_id, direction, waiting.heard_at(at, stored_at), is_automatic, settled_at is not None)
        for message_id, direction, at, stored_at, is_automatic, settled_at in rows.values_list(*columns)
    ]


def recount(case: Case) -> None:
    """Tell anew what can be told from the filings of a case that stands for itself; not saved yet."""
    found = words(group(case))
    case.last_word_id = found[-1].message_id if found else None
    case.waiting_since = None if case.closed_at else waiting.waiting_since(found)


def run_clocks(case: Case, *, at: datetime) -> None:
    """Let the clocks of answers run if the customer waits, and stop if they do not; after filings have changed."""
    if case.closed_at is not None:
        return
    if case.waiting_since is None:
        clocks.stop([case.pk], ANSWERS, at=at)
        return
    filed = Filing.objects.filter(case__in=group(case), side=None, taken_back_at=None)
    is_answered = filed.filter(message__direction="out", message__is_automatic=False).exists()
    kinds = [NEXT_ANSWER if is_answered else FIRST_ANSWER]
    clocks.start([changing.matter(case)], kinds, at=case.waiting_since, noted_at=at)


def settle(case: Case, *, at: datetime) -> None:
    """Decide that nothing the customer said so far needs an answer any more; not saved yet but for the filings."""
    open_words = [word.message_id for word in waiting.unanswered(words(group(case)))]
    Filing.objects.filter(message_id__in=open_words).update(settled_at=at)
    case.waiting_since = None
