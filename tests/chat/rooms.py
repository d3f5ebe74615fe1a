"""A chat on a shop's pages, somebody at the desk, and the two sides of what they say."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from django.db import connection
from tests.chat.serving import Browser, chatting

from rapport.channels.endpoints import commands as endpoints
from rapport.channels.endpoints.rules.mail import MailSettings, Secrets, Server
from rapport.channels.endpoints.rules.places import Described
from rapport.channels.endpoints.rules.web import ChatSettings
from rapport.channels.outbound import commands as outbound
from rapport.channels.threads import commands as threads
from rapport.channels.threads import queries as said
from rapport.channels.threads.rules import NewMessage
from rapport.staff.people import commands as people
from rapport.staff.roles.rules import Operator

SHOP = "https://shop.example.org"


@dataclass
class Room:
    """One chat: its number, its public name, and the secret that the shop's server signs with."""

    id: int
    key: str
    secret: str
    port: int = 0

    def browser(self, origin: str = SHOP) -> Browser:
        return Browser(self.port, self.key, origin)

    def signed(self, sub: str, **more: Any) -> str:
        """What the shop's server signs for somebody who is logged in there; claims of None are left out."""
        now = datetime.now(UTC)
        claims: dict[str, Any] = {
            "sub": sub,
            "aud": self.key,
            "iat": int(now.timestamp()),
            "exp": int((now + timedelta(minutes=10)).timestamp()),
        } | more
        told = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(told, self.secret, algorithm="HS256")


@pytest.fixture
def seen_by_threads(transactional_db: None, tmp_path: Path) -> Iterator[None]:  # noqa: ARG001 - what is copied
    """The database where several threads may write and read as on a real server.

    In memory, SQLite locks whole tables against readers; the copy is a file as it is in use.
    """
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    in_memory, name = connection.connection, connection.settings_dict["NAME"]
    with sqlite3.connect(tmp_path / "chat.sqlite3") as file:
        in_memory.backup(file)
    file.close()
    connection.connection = None
    connection.settings_dict["NAME"] = str(tmp_path / "chat.sqlite3")
    yield
    connection.close()
    connection.settings_dict["NAME"] = name
    connection.connection = in_memory


@pytest.fixture
def room(seen_by_threads: None) -> Room:  # noqa: ARG001 - what it is kept in
    """A chat that may stand on the shop's pages."""
    settings = ChatSettings(origins=(SHOP,), greeting="How can we help?")
    kept, secret = endpoints.open_chat(Described("Shop chat"), settings, by=Operator(), at=datetime.now(UTC))
    return Room(kept.pk, kept.token, secret)


@pytest.fixture
def open_room(room: Room) -> Iterator[Room]:
    """The same, served."""
    with chatting() as port:
        room.port = port
        yield room


@pytest.fixture
def ben(seen_by_threads: None, settings: Any) -> Any:  # noqa: ARG001 - what he is kept in
    """Somebody at the desk."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    new = people.NewStaffMember(
        email="ben@example.org", password="three-unrelated-words", role="agent", name="Ben Adeyemi"
    )
    return people.create(new, by=Operator(), at=datetime.now(UTC))


@dataclass
class Desk:
    """Ben's side, by commands."""

    room: Room
    ben: Any

    def answer(self, message_id: int, text: str, *, hold: timedelta = timedelta(0), **more: Any) -> int:
        """Answer a message of a visitor; the number of the answer."""
        now = datetime.now(UTC)
        answered = said.message(message_id)
        new = NewMessage(
            endpoint_id=self.room.id,
            channel="chat",
            direction="out",
            at=now,
            text=text,
            author_name="Ben Adeyemi",
            staff_id=self.ben.pk,
            answers_id=message_id,
            recipients=said.recipients_for_answer(message_id),
            **more,
        )
        message = threads.put(answered.thread_id, new, at=now)
        if not new.is_internal:
            outbound.put_out(message.pk, purpose="service", hold=hold, at=now)
        return message.pk


@pytest.fixture
def desk(room: Room, ben: Any) -> Desk:
    return Desk(room, ben)


@pytest.fixture
def mailbox(room: Room) -> int:  # noqa: ARG001 - a mailbox beside a chat
    """A mailbox from which a talk goes on after somebody left."""
    wanted = MailSettings(
        address="help@example.org",
        imap=Server("mail.example.org", 993),
        smtp=Server("mail.example.org", 465),
        secrets=Secrets(password="three-unrelated-words"),
    )
    now = datetime.now(UTC)
    return endpoints.open_mailbox(Described("Help"), wanted, by=Operator(), at=now).pk
