"""What comes in at the desk of the made-up company: kept, walked and filed as anything else that arrives."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from rapport.channels.chat import commands as chat
from rapport.channels.chat import queries as chats
from rapport.channels.chat.commands import Newcomer
from rapport.channels.chat.rules.signing import Signed
from rapport.channels.inbound import commands as inbound
from rapport.channels.outbound import commands as outbound
from rapport.channels.outbound import queries as sent
from rapport.channels.outbound.rules import names
from rapport.channels.spoken import rules as spoken
from rapport.channels.spoken.rules import Spoken
from rapport.customers.directory.rules import Claim
from rapport.service.desk import commands as desk
from rapport.service.desk import queries as cases
from rapport.simulation.desk import letters, words
from rapport.simulation.desk.furniture import HELP, Desk
from rapport.simulation.desk.letters import Letter
from rapport.simulation.desk.scenes import Scene
from rapport.simulation.people import Person
from rapport.simulation.telling import pick
from rapport.staff.roles.rules import EVERYTHING

_CHAT = "Chat"
_SIGNED = "signed by the page's server"


def first_mail(scene: Scene, text: str, at: datetime) -> Letter:
    """A customer writes about something new."""
    sender = letters.sender_of(scene.matter.person)
    return Letter(sender, HELP, scene.subject, text, _name(scene.matter.person.email, scene.number, at), at)


def advertisement(scene: Scene, text: str, at: datetime) -> Letter:
    """Somebody who wants nothing of ours but our attention; another one each time."""
    sender = f"Growth Partners <offers@reach{scene.number}.example>"
    return Letter(sender, HELP, scene.subject, text, _name(sender, scene.number, at), at)


def answer_to(case: Any, scene: Scene, text: str, at: datetime) -> Letter:
    """The customer answers what was said last, at the address that is theirs in this conversation."""
    person = scene.matter.person
    sender, name = letters.sender_of(person), _name(person.email, scene.number, at)
    to = reply_address(case.thread_id, case.thread.identifier_id)
    answers = _answering(case.last_word_id)
    return Letter(sender, to, f"Re: {case.subject}", text, name, at, headers=answers)


def from_a_stranger(case: Any, who: int, at: datetime) -> Letter:
    """Somebody writes into a conversation in which they take no part."""
    sender, subject, text = pick(words.STRANGERS, who)
    to = reply_address(case.thread_id, case.thread.identifier_id)
    return Letter(sender, to, subject.format(subject=case.subject), text, _name(sender, case.pk, at), at)


def from_the_depot(case: Any, depot: str, text: str, at: datetime) -> Letter:
    """The depot answers what it was asked, beside the conversation with the customer."""
    side = cases.case(case.pk, reach=EVERYTHING, at=at).sides[-1]
    said = [one for one in cases.conversation(case.pk, reach=EVERYTHING) if one.side_id == side.pk]
    to = reply_address(side.thread_id, side.thread.identifier_id)
    sender, name = f"Depot <{depot}>", _name(depot, case.pk, at)
    return Letter(sender, to, f"Re: {side.subject}", text, name, at, headers=_answering(said[-1].said.id))


def _answering(message_id: int) -> tuple[tuple[str, str], ...]:
    """The header by which a mail says which message of ours it answers."""
    domain = HELP.partition("@")[2]
    return (("In-Reply-To", names.message_name(sent.naming_key(), message_id, domain)),)


def reply_address(thread_id: int, identifier_id: int) -> str:
    """Where somebody answers in a thread."""
    return names.reply_address(sent.naming_key(), thread_id, identifier_id, HELP)


@transaction.atomic
def take_in_mail(desk_: Desk, letter: Letter, *, at: datetime) -> int | None:
    """A mail arrives and is walked to where it belongs; the case it is filed under (None: it waits for a person)."""
    endpoint = desk_.channels[HELP]
    number = inbound.receive(endpoint, letters.written(letter), external_id=letter.name, at=at)
    return _filed(number, at)


@transaction.atomic
def take_in_bounce(desk_: Desk, case: Any, *, at: datetime) -> None:
    """The last answer in a case comes back."""
    outbound.pretend(at=at)
    delivery = sent.deliveries([case.last_word_id], reach=EVERYTHING)[case.last_word_id][0]
    to = names.return_address(sent.naming_key(), case.last_word_id, delivery.id, HELP)
    name = _name(delivery.address, case.pk, at)
    raw = letters.bounce(to=to, recipient=delivery.address, name=name, at=at)
    _filed(inbound.receive(desk_.channels[HELP], raw, external_id=name, at=at), at)


@transaction.atomic
def take_in_words(desk_: Desk, scene: Scene, text: str, *, at: datetime) -> int | None:
    """A customer says something in the chat, signed for by the shop's page; the case it is filed under."""
    visitor = _visitor(desk_, scene, at)
    person = scene.matter.person
    said = Spoken(author=Claim("user_id", person.account.value, _SIGNED), text=text, name=visitor.name)
    number = inbound.receive(
        visitor.endpoint_id, spoken.written(said), external_id=_name("chat", scene.number, at), at=at
    )
    walked = inbound.walk(number, at=at)
    if walked.message_id is None:
        return None
    case = desk.take_in(walked.message_id, at=at)
    chat.begin_wait(visitor, walked.message_id, at=at)
    chat.see(visitor, at=at)
    return case.pk


def leave_chat(desk_: Desk, scene: Scene, *, at: datetime) -> None:
    """The customer closes the page."""
    endpoint = desk_.channels[_CHAT]
    if visitor := chats.visitor(endpoint, _token(scene)):
        chat.settle_waits(endpoint, at=at, visitor_id=visitor.pk)
        chat.leave(visitor, at=at)


def _filed(envelope_id: int, at: datetime) -> int | None:
    walked = inbound.walk(envelope_id, at=at)
    if walked.message_id is None or walked.state != "placed":
        return None
    return desk.take_in(walked.message_id, at=at).pk


def _visitor(desk_: Desk, scene: Scene, at: datetime) -> Any:
    endpoint, token = desk_.channels[_CHAT], _token(scene)
    if found := chats.visitor(endpoint, token):
        return found
    person = scene.matter.person
    new = Newcomer(token, token[:24], "en", "https://wrenfield.example/help")
    visitor = chat.begin(endpoint, new, at=at)
    chat.recognise(visitor, _signed(person, at), at=at)
    return chats.visitor(endpoint, token)


def _signed(person: Person, at: datetime) -> Signed:
    return Signed(
        sub=person.account.value,
        aud=_CHAT,
        iat=int(at.timestamp()),
        exp=int((at + timedelta(minutes=30)).timestamp()),
        name=f"{person.first} {person.last}",
        email=person.email,
    )


def _token(scene: Scene) -> str:
    """What the browser of this chat holds: told from the scene alone, so that a later turn finds it again."""
    return hashlib.sha256(f"{scene.number}:{scene.begins}:{scene.matter.person.email}".encode()).hexdigest()[
        :48
    ]


def _name(sender: str, number: int, at: datetime) -> str:
    """The Message-ID of something that arrives: the same whenever it is told."""
    return f"<{number}.{int(at.timestamp())}@{sender.rpartition('@')[2].strip('>') or 'wrenfield.example'}>"
