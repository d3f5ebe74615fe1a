"""Lines to the servers of mailboxes, signed in.

A mail server may stand in one's own network, so private numbers are allowed; those of one link, where clouds keep
their keys (169.254.169.254), and those of nobody are not. A name is resolved once and the line goes to that very
number. Without TLS nothing is said to a server outside one's own network. Every line is cut after a time.
"""

import imaplib
import ipaddress
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from queue import Empty, SimpleQueue

from imap_tools import BaseMailBox
from imap_tools.errors import ImapToolsError

from rapport.channels.endpoints.commands import tokens
from rapport.channels.endpoints.commands.tokens import MailTrouble
from rapport.channels.endpoints.rules.mail import MOST_BYTES, MailSettings, Server
from rapport.kernel import outgoing
from rapport.kernel.addresses import is_public

CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 30.0
LINE_SECONDS = 240.0
"""A line is cut after this, unless whoever asked for it waits for news on it."""
_MOST_TRIED = 4
_LONGEST_SAID = 160
_MOST_LITERAL = MOST_BYTES * 2
_BROKEN = (OSError, imaplib.IMAP4.error, ImapToolsError, smtplib.SMTPException, EOFError, ValueError)


@contextmanager
def imap(
    settings: MailSettings, *, at: datetime, seconds: float | None = LINE_SECONDS
) -> Iterator[BaseMailBox]:
    """A mailbox, signed in and with its folder open; MailTrouble says in words why not."""
    secret = tokens.secret_for(settings, settings.imap_user, settings.secrets.password, at=at)
    line = _Line(settings.imap, seconds)
    try:
        with _told("imap", settings.imap, line):
            box = _Box(settings.imap, line)
        try:
            with _told("imap", settings.imap, line, kind="sign_in"):
                _sign_in(box, secret)
            with _told("imap", settings.imap, line, kind="folder"):
                box.folder.set(settings.folder)
            yield box
        finally:
            with suppress(*_BROKEN):
                box.logout()
            with suppress(*_BROKEN):
                box.client.shutdown()
    finally:
        line.end()


@contextmanager
def smtp(
    settings: MailSettings, *, at: datetime, seconds: float | None = LINE_SECONDS
) -> Iterator[smtplib.SMTP]:
    """An outgoing server, greeted and signed in. Troubles up to here are MailTrouble, later ones are smtplib's own."""
    secret = tokens.secret_for(settings, settings.smtp_sender, settings.smtp_password, at=at)
    line = _Line(settings.smtp, seconds)
    server: smtplib.SMTP | None = None
    try:
        with _told("smtp", settings.smtp, line):
            server = _Smtp(settings, line)
            if settings.smtp.security == "starttls":
                server.starttls(context=_trusting())
            server.ehlo_or_helo_if_needed()
        with _told("smtp", settings.smtp, line, kind="sign_in"):
            _introduce(server, settings, secret)
        try:
            yield server
        finally:
            with suppress(*_BROKEN):
                server.quit()
    finally:
        if server is not None:
            server.close()
        line.end()


@contextmanager
def asking(settings: MailSettings) -> Iterator[None]:
    """Around questions to an open mailbox: a line that breaks meanwhile is a MailTrouble."""
    try:
        yield
    except _BROKEN as error:
        raise _trouble("imap", settings.imap, error, kind="", is_cut=False) from error


class _Line:
    """A connection to a server that is cut when the time is over, whatever the other side does."""

    def __init__(self, server: Server, seconds: float | None) -> None:
        self.server, self.is_cut = server, False
        self._handle: socket.socket | None = None
        self._own: socket.socket | None = None
        self._cut = threading.Timer(seconds, self._end) if seconds else None

    def connected(self) -> socket.socket:
        """A connection to one of the numbers of the server, with TLS where it begins with that."""
        self._own = plain = self._reached(_numbers(self.server))
        self._handle = plain.dup()
        plain.settimeout(ANSWER_SECONDS)
        if self._cut:
            self._cut.daemon = True
            self._cut.start()
        if self.server.security != "tls":
            return plain
        self._own = _trusting().wrap_socket(plain, server_hostname=self.server.host)
        return self._own

    def end(self) -> None:
        if self._cut:
            self._cut.cancel()
        for one in (self._own, self._handle):
            if one:
                one.close()

    def _reached(self, numbers: list[str]) -> socket.socket:
        failure: OSError = ConnectionRefusedError()
        for number in numbers:
            try:
                return socket.create_connection((number, self.server.port), CONNECT_SECONDS)
            except OSError as error:
                failure = error
        raise failure

    def _end(self) -> None:
        self.is_cut = True
        if self._handle:
            with suppress(OSError):
                self._handle.shutdown(socket.SHUT_RDWR)


class _Imap(imaplib.IMAP4):
    """The library's client over a line of ours; it reads no more at once than a mail may be long."""

    def __init__(self, server: Server, line: _Line) -> None:
        self._line = line
        super().__init__(server.host, server.port)

    def _create_socket(self, timeout: float | None) -> socket.socket:  # noqa: ARG002 - the line has its own
        return self._line.connected()

    def read(self, size: int) -> bytes:
        if size > _MOST_LITERAL:
            raise self.abort("the server sends more than a mail may be long")
        return super().read(size)


class _Box(BaseMailBox):
    """A mailbox over a line of ours."""

    def __init__(self, server: Server, line: _Line) -> None:
        self._server, self._line = server, line
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        client = _Imap(self._server, self._line)
        if self._server.security == "starttls":
            client.starttls(_trusting())
        return client


class _Smtp(smtplib.SMTP):
    """The library's client over a line of ours; it names itself by the domain it writes from."""

    def __init__(self, settings: MailSettings, line: _Line) -> None:
        self._line = line
        super().__init__(settings.smtp.host, settings.smtp.port, settings.domain, timeout=ANSWER_SECONDS)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:  # noqa: ARG002 - the line has its own
        return self._line.connected()


def _sign_in(box: BaseMailBox, secret: tokens.Secret) -> None:
    if secret.is_token:
        box.xoauth2(secret.user, secret.text, initial_folder=None)
    elif (secret.user + secret.text).isascii():
        box.login(secret.user, secret.text, initial_folder=None)
    else:
        box.login_utf8(secret.user, secret.text, initial_folder=None)


def _introduce(server: smtplib.SMTP, settings: MailSettings, secret: tokens.Secret) -> None:
    """Sign in where the server asks for it; one of the own network may take mail from whom it knows by number."""
    if secret.is_token:
        said = f"user={secret.user}\1auth=Bearer {secret.text}\1\1"
        server.auth("XOAUTH2", lambda challenge=None: "" if challenge else said)
    elif server.has_extn("auth") or settings.smtp.security != "none":
        server.login(secret.user, secret.text)


def _numbers(server: Server) -> list[str]:
    """The numbers of a server; refused where they belong to nobody, or a line would be readable on its way."""
    found = _in_time(lambda: outgoing.resolved(server.host, server.port))
    if not found:
        raise MailTrouble("name", f"No server goes by the name {server.host}.")
    if not outgoing.allow_list().covers(server.host, server.port):
        if not all(map(_may_be_reached, found)):
            raise MailTrouble("refused", f"{server.host} leads to where no mail server stands.")
        if server.security == "none" and any(map(is_public, found)):
            raise MailTrouble(
                "refused", f"{server.host} is outside your own network: the line to it needs TLS or STARTTLS."
            )
    return found[:_MOST_TRIED]


def _may_be_reached(number: str) -> bool:
    found = ipaddress.ip_address(number.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        return _may_be_reached(str(found.ipv4_mapped))
    if found.is_loopback or is_public(str(found)):
        return True
    is_nobodys = found.is_link_local or found.is_multicast or found.is_unspecified or found.is_reserved
    return found.is_private and not is_nobodys


def _in_time(question: Callable[[], list[str]]) -> list[str]:
    """The system's resolver knows no time limit, so it is asked in a thread that we stop waiting for."""
    found: SimpleQueue[list[str]] = SimpleQueue()

    def ask() -> None:
        try:
            found.put(question())
        except (OSError, UnicodeError):
            found.put([])

    threading.Thread(target=ask, daemon=True, name="resolve").start()
    try:
        return found.get(timeout=CONNECT_SECONDS)
    except Empty:
        raise MailTrouble("name", "The name of the server could not be looked up in time.") from None


def _trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


@contextmanager
def _told(protocol: str, server: Server, line: _Line, *, kind: str = "") -> Iterator[None]:
    """Whatever the libraries raise, as a trouble in words."""
    try:
        yield
    except _BROKEN as error:
        raise _trouble(protocol, server, error, kind=kind, is_cut=line.is_cut) from error


def _trouble(protocol: str, server: Server, error: Exception, *, kind: str, is_cut: bool) -> MailTrouble:
    if is_cut or isinstance(error, TimeoutError):
        return MailTrouble("unreachable", f"{server} did not answer in time.")
    if isinstance(error, ssl.SSLError | smtplib.SMTPNotSupportedError):
        return _not_private(server, error)
    if isinstance(error, ConnectionRefusedError):
        return MailTrouble("unreachable", f"Nobody listens on {server}.")
    if kind and not isinstance(error, imaplib.IMAP4.abort | smtplib.SMTPServerDisconnected):
        return _not_let_in(server, kind, error)
    if isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException):
        return MailTrouble("unreachable", f"The line to {server} broke.")
    return MailTrouble("protocol", f"{server} did not speak {protocol.upper()} with us: {_said(error)}")


def _not_private(server: Server, error: Exception) -> MailTrouble:
    if isinstance(error, ssl.SSLCertVerificationError):
        return MailTrouble("tls", f"The certificate of {server} is not valid: {error.verify_message}.")
    if isinstance(error, ssl.SSLError):
        return MailTrouble(
            "tls", f"{server} does not speak TLS as we do; perhaps STARTTLS, or another port, is right."
        )
    return MailTrouble("tls", f"{server} does not offer this: {_said(error)}")


def _not_let_in(server: Server, kind: str, error: Exception) -> MailTrouble:
    """A server that is only busy now (4xx) is out of reach; one that says no does not let us in."""
    if kind == "folder":
        return MailTrouble("folder", f"{server} does not open the folder: {_said(error)}")
    is_busy = 400 <= getattr(error, "smtp_code", 0) < 500
    return MailTrouble(
        "unreachable" if is_busy else "sign_in", f"{server} does not let us in: {_said(error)}"
    )


def _said(error: Exception) -> str:
    """What the server answered, shortened to plain text."""
    raw = getattr(error, "smtp_error", None) or (error.args[-1] if error.args else "")
    result = getattr(error, "command_result", None)
    if result:
        raw = result[-1][-1] if isinstance(result[-1], list | tuple) and result[-1] else result[-1]
    text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
    shown = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(shown.split())[:_LONGEST_SAID] or type(error).__name__
