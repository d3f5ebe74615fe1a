from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from rapport.kernel import crashing
from rapport.kernel.refusals import Refusal
from rapport.staff.answers import rules
from rapport.staff.answers.models import Answer

_PRUNED_AT_ONCE = 5_000


class OtherContent(Refusal):
    """The same Idempotency-Key came with another request before."""


class UnderWay(Refusal):
    """The same request is being done at this moment."""


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it was given, or will be."""

    status: int
    media_type: str
    body: bytes
    is_repeated: bool = False


def once(request: str, content: str, act: Callable[[], Given], *, at: datetime) -> Given:
    """Do `act` and keep its answer, or give the answer that was kept; effect and answer are stored together."""
    if (kept := _begin(request, content, at)) is not None:
        return kept
    try:
        given = _done(request, act, at)
    except BaseException:
        _forget(request, at)
        raise
    if not rules.is_kept(given.status):
        _forget(request, at)
    return given


def _begin(request: str, content: str, at: datetime) -> Given | None:
    try:
        with transaction.atomic():
            Answer.objects.create(request=request, content=content, begun_at=at)
    except IntegrityError:
        return _found(request, content, at)
    return None


@transaction.atomic
def _found(request: str, content: str, at: datetime) -> Given | None:
    answer = Answer.objects.select_for_update().filter(request=request).first()
    if answer is None:
        raise UnderWay("The same request has only just ended; send it again.")
    is_lost = answer.status is None and at - answer.begun_at >= rules.IN_HAND
    if is_lost or at - answer.begun_at >= rules.KEPT:
        answer.content, answer.begun_at, answer.status, answer.media_type, answer.body = (
            content,
            at,
            None,
            "",
            b"",
        )
        answer.save()
        return None
    if answer.content != content:
        raise OtherContent("This Idempotency-Key came with another request before.", field="Idempotency-Key")
    if answer.status is None:
        raise UnderWay("The same request is under way; send it again to learn its result.")
    return Given(answer.status, answer.media_type, bytes(answer.body), is_repeated=True)


@transaction.atomic
def _done(request: str, act: Callable[[], Given], at: datetime) -> Given:
    given = act()
    if not rules.is_kept(given.status):
        transaction.set_rollback(True)
        return given
    crashing.reach("answers.before_keeping")
    mine = Answer.objects.filter(request=request, begun_at=at, status=None)
    if not mine.update(status=given.status, media_type=given.media_type, body=given.body):
        raise UnderWay("This took so long that the same request was begun anew; send it again.")
    return given


def _forget(request: str, at: datetime) -> None:
    Answer.objects.filter(request=request, begun_at=at, status=None).delete()


def prune(*, at: datetime) -> int:
    """Forget answers that were kept long enough; how many."""
    count = 0
    old = Answer.objects.filter(begun_at__lt=at - rules.KEPT).order_by("begun_at", "pk")
    while ids := list(old.values_list("pk", flat=True)[:_PRUNED_AT_ONCE]):
        count += Answer.objects.filter(pk__in=ids).delete()[0]
    return count


def forget_naming(words: Collection[bytes]) -> int:
    """Forget every kept answer in which one of these words (in small letters) stands; how many."""
    naming = [
        pk
        for pk, body in Answer.objects.exclude(status=None).values_list("pk", "body").iterator()
        if any(word in bytes(body).lower() for word in words)
    ]
    return Answer.objects.filter(pk__in=naming).delete()[0]
