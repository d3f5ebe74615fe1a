"""Answering whoever wants to write to somebody, and keeping the answer."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from rapport.channels.contact import queries
from rapport.channels.contact.models import Asked, Pause
from rapport.channels.contact.rules import Verdict, Wish
from rapport.customers.directory import commands as directory
from rapport.customers.reaching import queries as reaching

KEPT = timedelta(days=400)
"""Answers are kept for longer than any cap looks back."""
_FORGOTTEN_AT_ONCE = 5_000


def ask(wish: Wish, *, at: datetime) -> Verdict:
    """May this be sent now? A yes takes a place under the caps, in the caller's transaction."""
    return ask_many([wish], at=at)[0]


@transaction.atomic(savepoint=False)
def ask_many(wishes: Sequence[Wish], *, at: datetime) -> list[Verdict]:
    """`ask` for many, in their order: one that is granted counts for those after it.

    Whoever asks for what is no answer is alone at it: of two that want the last place, one gets it.
    """
    if not all(one.is_answer for one in wishes):
        directory.lock_writers()
    found: list[Verdict] = []
    for group in _apart(wishes):
        verdicts = queries.judged(group, at=at)
        found += _kept(group, verdicts, at)
    return found


def _apart(wishes: Sequence[Wish]) -> list[list[Wish]]:
    """The wishes in pieces in which no customer is asked about twice, so that each sees what was granted before it."""
    if len(wishes) < 2 or all(one.is_answer for one in wishes):
        return [list(wishes)] if wishes else []
    customers = reaching.customers_of({one.identifier_id for one in wishes})
    pieces: list[list[Wish]] = [[]]
    in_piece: set[int | None] = set()
    for wish in wishes:
        customer = customers.get(wish.identifier_id)
        if customer in in_piece:
            pieces.append([])
            in_piece = set()
        pieces[-1].append(wish)
        in_piece.add(customer)
    return pieces


def _kept(wishes: Sequence[Wish], verdicts: Sequence[Verdict], at: datetime) -> list[Verdict]:
    """The verdicts with their numbers, kept; of somebody who is gone nothing is kept."""
    rows = [
        None
        if verdict.why == "gone"
        else Asked(
            identifier_id=wish.identifier_id,
            purpose=wish.purpose,
            channel=wish.channel,
            sender=wish.sender[:24],
            is_answer=wish.is_answer,
            answer=verdict.answer,
            why=verdict.why,
            until=verdict.until,
            at=at,
        )
        for wish, verdict in zip(wishes, verdicts, strict=True)
    ]
    Asked.objects.bulk_create(row for row in rows if row is not None)
    return [
        replace(verdict, id=row.pk) if row else verdict for verdict, row in zip(verdicts, rows, strict=True)
    ]


def release(asked_ids: Collection[int], *, at: datetime) -> int:
    """Free the places of what was not sent after all; how many were held."""
    held = Asked.objects.filter(pk__in=asked_ids, answer="yes", released_at=None)
    return held.update(released_at=at)


@transaction.atomic(savepoint=False)
def pause(identifier_id: int, why: str, *, at: datetime) -> None:
    """Ask nothing of this customer until `resume` is called with the same reason ("case:12")."""
    Pause.objects.get_or_create(
        identifier_id=identifier_id, why=why[:80], ended_at=None, defaults={"since": at}
    )


def resume(identifier_id: int, why: str, *, at: datetime) -> None:
    """End the pause for this reason; other reasons hold on. Nothing happens where none was in force."""
    Pause.objects.filter(identifier_id=identifier_id, why=why[:80], ended_at=None).update(ended_at=at)


def forget_pauses(identifier_ids: Collection[int], whys: Collection[str]) -> None:
    """Forget the pauses for these reasons, of matters that are taken back as if they had never been."""
    Pause.objects.filter(identifier__in=identifier_ids, why__in=whys).delete()


def tidy(*, at: datetime) -> int:
    """Forget answers of long ago; how many."""
    gone = 0
    old = Asked.objects.filter(at__lt=at - KEPT).order_by("id")
    while ids := list(old.values_list("pk", flat=True)[:_FORGOTTEN_AT_ONCE]):
        gone += Asked.objects.filter(pk__in=ids).delete()[0]
    return gone
