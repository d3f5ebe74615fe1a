"""Visitors come, are recognised, tell an address and leave."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from rapport.channels.chat import queries
from rapport.channels.chat.models import SignedOut, Visitor
from rapport.channels.chat.rules import following, news, tokens
from rapport.channels.chat.rules.signing import Signed
from rapport.channels.endpoints import queries as endpoints
from rapport.customers.directory import commands as directory
from rapport.customers.directory.rules import Claim, Sighting, normalised
from rapport.interactions.log import commands as log
from rapport.interactions.log.rules import Entry
from rapport.kernel.refusals import Refusal
from rapport.kernel.text import shortened, storable
from rapport.live.events import commands as live

SEEN_EVERY = timedelta(seconds=30)
"""How exactly it is known until when somebody was there."""


class SomebodyElse(Refusal):
    """This browser belongs to a visit of another account; it begins one of its own."""


class SignedOutSince(Refusal):
    """The account signed out after this was signed."""


class ToldTooOften(Refusal):
    """An address that was typed in more visits than one person makes in a day."""


class BadAddress(Refusal):
    """What was typed is no mail address."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A browser that was never here: its token, the name under which it is known, its language and page."""

    token: str
    browser: str
    language: str = ""
    page: str = ""


@transaction.atomic
def begin(endpoint_id: int, new: Newcomer, *, at: datetime) -> Visitor:
    """Somebody comes: they are known by a random name of our own, which nothing outside can have told us before."""
    directory.lock_writers()
    claim = Claim("anonymous_id", f"chat-{new.browser}")
    identifier_id = _seen(claim, _source(endpoint_id), at)
    return Visitor.objects.create(
        endpoint_id=endpoint_id,
        token_digest=tokens.digest(new.token),
        identifier_id=identifier_id,
        language=new.language[:8],
        page=shortened(storable(new.page), 300),
        began_at=at,
        seen_at=at,
    )


@transaction.atomic
def recognise(visitor: Visitor, said: Signed, *, at: datetime) -> int:
    """The page's server signed for this visitor: the number of their account's identifier.

    The browser is joined to the account as after any log-in; what another account said in it stays out of sight.
    """
    claim = Claim("user_id", said.sub.strip(), "signed by the page's server")
    if visitor.person is not None and visitor.person.value != claim.value:
        raise SomebodyElse("This visit belongs to another account.", field="identity", value=said.sub)
    person_id = visitor.person_id or _account(visitor, claim, at)
    if queries.is_signed_out(visitor.endpoint_id, person_id, signed_at=said.signed_at):
        raise SignedOutSince("The account signed out after this was signed.", field="identity")
    if visitor.person_id is not None:
        return person_id
    Visitor.objects.filter(pk=visitor.pk).update(
        person_id=person_id, name=shortened(storable(said.name), 200)
    )
    visitor.person_id = person_id
    _record_login(visitor, said, claim, at)
    return person_id


@transaction.atomic
def take_address(visitor: Visitor, typed: str, *, at: datetime) -> int:
    """Keep the mail address that a visitor typed: we may answer there. It says nothing of who they are."""
    claim = normalised(Claim("email", typed))
    if claim is None:
        raise BadAddress("This is not a mail address.", field="address", value=typed[:80])
    directory.lock_writers()
    identifier_id = _seen(claim, _source(visitor.endpoint_id), at)
    if queries.told_lately(identifier_id, at=at) >= following.MOST_A_DAY:
        raise ToldTooOften("This address was told too often today.", field="address", value=typed[:80])
    Visitor.objects.filter(pk=visitor.pk).update(address_id=identifier_id)
    visitor.address_id = identifier_id
    return identifier_id


def see(visitor: Visitor, *, at: datetime) -> None:
    """Note that they are there; not more often than needed."""
    if at - visitor.seen_at >= SEEN_EVERY:
        Visitor.objects.filter(pk=visitor.pk, seen_at__lt=at).update(seen_at=at)
        visitor.seen_at = at


def see_all(visitor_ids: Iterable[int], *, at: datetime) -> None:
    """Note that all of these are there."""
    Visitor.objects.filter(pk__in=list(visitor_ids), seen_at__lt=at).update(seen_at=at)


@transaction.atomic
def leave(visitor: Visitor, *, at: datetime) -> None:
    """End the visit: its token opens nothing any more, and neither do tokens signed for its account before."""
    Visitor.objects.filter(pk=visitor.pk, ended_at=None).update(ended_at=at)
    if visitor.person_id is not None:
        sign_out(visitor.endpoint_id, visitor.person_id, at=at)
    live.tell([news.about_visitor(visitor.pk)], at=at)


def sign_out(endpoint_id: int, person_id: int, *, at: datetime) -> None:
    """From now on only tokens signed later than this are believed of this account."""
    SignedOut.objects.update_or_create(endpoint_id=endpoint_id, person_id=person_id, defaults={"at": at})


def _account(visitor: Visitor, claim: Claim, at: datetime) -> int:
    directory.lock_writers()
    return _seen(claim, _source(visitor.endpoint_id), at)


def _seen(claim: Claim, source: str, at: datetime) -> int:
    identifier_id = directory.observe([Sighting(claims=(claim,), at=at, source=source)])[0].identifier_id
    assert identifier_id is not None
    return identifier_id


def _source(endpoint_id: int) -> str:
    return f"chat: {endpoints.place(endpoint_id).name}"[:80]


def _record_login(visitor: Visitor, said: Signed, claim: Claim, at: datetime) -> None:
    browser = Claim("anonymous_id", visitor.identifier.value)
    mail = (Claim("email", said.email, "signed by the page's server"),) if said.email else ()
    entry = Entry(
        message_id=f"chat-login:{visitor.pk}",
        kind="login",
        occurred_at=at,
        channel="chat",
        claims=(claim, *mail, browser),
        is_login=True,
        traits={"name": shortened(storable(said.name), 200)} if said.name else {},
    )
    log.record([log.Batch(log.ensure_source(_source(visitor.endpoint_id), at=at), [entry], at)])
