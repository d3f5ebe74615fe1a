"""A mail server of the test's own that takes everything, or fails where a test says so."""

# ruff: noqa: ARG002 - aiosmtpd hands all it has to every hook

import asyncio
import threading
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from tests.channels.servers import free_port

Answer = Callable[[str], str | None]
"""Given the recipient (or "" where there is none yet), what to answer; None: go on as always."""


@dataclass(frozen=True)
class Taken:
    """One mail as the server took it: what was said around it, and its bytes."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes

    @property
    def mail(self) -> EmailMessage:
        parsed = message_from_bytes(self.raw, policy=POLICY)
        assert isinstance(parsed, EmailMessage)
        return parsed


@dataclass
class Script:
    """What goes wrong, phase by phase. "drop" ends the line without a word, "lost" does so after the mail was taken."""

    on_mail: Answer = lambda _: None
    on_rcpt: Answer = lambda _: None
    on_data: Answer = lambda _: None
    greeting_seconds: float = 0.0
    password: str = ""
    largest: int = 0


@dataclass
class Sink:
    """`with Sink() as sink:` listens on `sink.port`; what was taken is in `sink.taken`, in the order of its coming."""

    script: Script = field(default_factory=Script)
    taken: list[Taken] = field(default_factory=list)
    lines: int = 0
    open_lines: int = 0
    port: int = field(default_factory=free_port)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Self:
        self._controller = _Controller(self, hostname="127.0.0.1", port=self.port, decode_data=False)
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        deadline = time.monotonic() + 3
        while self.open_lines and time.monotonic() < deadline:
            time.sleep(0.02)
        self._controller.stop()

    @property
    def addresses(self) -> list[str]:
        return [one for taken in self.taken for one in taken.recipients]

    def wait_for(self, count: int, *, seconds: float = 10.0) -> None:
        """Until so many mails were taken."""
        deadline = time.monotonic() + seconds
        while len(self.taken) < count:
            assert time.monotonic() < deadline, f"{len(self.taken)} mails came, not {count}"
            time.sleep(0.02)

    async def handle_MAIL(  # noqa: N802 - the name that aiosmtpd looks for
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.script.on_mail(address)
        if answer:
            return _said(server, answer)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd looks for
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.script.on_rcpt(address)
        if answer:
            return _said(server, answer)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.script.on_data(envelope.rcpt_tos[0])
        if answer is None or answer == "lost":
            with self._lock:
                raw = envelope.content
                assert isinstance(raw, bytes)
                self.taken.append(Taken(str(envelope.mail_from), tuple(envelope.rcpt_tos), raw))
        return _said(server, answer) if answer else "250 taken"


def _said(server: SMTP, answer: str) -> str:
    if answer in {"drop", "lost"}:
        assert server.transport is not None
        server.transport.abort()
    return answer if answer[:1].isdigit() else "250 nobody hears this"


class _Server(SMTP):
    sink: Sink

    async def _handle_client(self) -> None:
        self.sink.lines += 1
        self.sink.open_lines += 1
        try:
            await asyncio.sleep(self.sink.script.greeting_seconds)
            await super()._handle_client()
        finally:
            if self.transport:
                self.transport.abort()
            self.sink.open_lines -= 1


class _Controller(Controller):
    def __init__(self, sink: Sink, **more: Any) -> None:
        self._sink = sink
        super().__init__(sink, **more)

    def factory(self) -> SMTP:
        script = self._sink.script
        more: dict[str, Any] = {"enable_SMTPUTF8": True, "ident": "sink"}
        if script.password:
            more |= {"authenticator": self._known, "auth_required": True, "auth_require_tls": False}
        if script.largest:
            more["data_size_limit"] = script.largest
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            server = _Server(self.handler, loop=self.loop, **more)
        server.sink = self._sink
        return server

    def _known(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, said: Any
    ) -> AuthResult:
        wanted = self._sink.script.password.encode()
        is_right = isinstance(said, LoginPassword) and said.password == wanted
        return AuthResult(success=is_right, handled=False)
