"""Handing letters to a mail server, one after another over one line. Nothing here asks the database."""

import hashlib
import smtplib
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from rapport.channels.endpoints.commands import connecting
from rapport.channels.endpoints.commands.tokens import MailTrouble
from rapport.channels.outbound.commands import signing
from rapport.channels.outbound.rules import letters, mime, trying
from rapport.channels.outbound.rules.letters import BadLetter, Enclosed
from rapport.channels.outbound.rules.parcels import File, Mailing, Outcome, Parcel, Trouble
from rapport.channels.outbound.rules.trying import Judged
from rapport.kernel.crashing import reach

Tell = Callable[[Outcome], None]
LINE_SECONDS = 240.0
_MENDED_BY_PEOPLE = frozenset({"sign_in", "tls", "refused", "name", "protocol"})
_BROKE = "The line to the server broke before it was handed over."
_LOST = "The line to the server broke after everything was handed over, before it said yes."
_GONE = (OSError, smtplib.SMTPException)


def carry(parcels: Sequence[Parcel], tell: Tell, *, at: datetime) -> None:
    """Hand over parcels of one mailbox. Each outcome is told as soon as it is known; every parcel gets one."""
    waiting = deque(parcels)
    while waiting:
        reach("outbound.before_connect")
        try:
            with connecting.smtp(_mailing(waiting[0]).settings, at=at, seconds=LINE_SECONDS) as server:
                is_open = True
                while waiting and is_open:
                    is_open = _hand_over(server, waiting[0], tell)
                    waiting.popleft()
        except MailTrouble as trouble:
            found = Trouble(trouble.message, needs_person=trouble.kind in _MENDED_BY_PEOPLE)
            for parcel in waiting:
                tell(Outcome(parcel, trouble=found))
            return


def _hand_over(server: smtplib.SMTP, parcel: Parcel, tell: Tell) -> bool:
    """Hand over one parcel and tell what became of it; whether the line is still good for the next."""
    judged, is_open = _try(server, parcel)
    reach("outbound.after_reply")
    tell(Outcome(parcel, judged))
    return is_open


def _try(server: smtplib.SMTP, parcel: Parcel) -> tuple[Judged, bool]:
    mailing = _mailing(parcel)
    try:
        raw = signing.signed(_composed(mailing), mailing.settings)
        options = _options(server, mailing, raw)
    except (BadLetter, OSError) as error:
        return Judged("failed", reason=str(error)), True
    try:
        refused = _greeted(server, mailing, _wire(parcel.address), options)
        if refused is not None:
            return refused, _reset(server)
        reach("outbound.after_rcpt")
        code, said = server.docmd("DATA")
        if code != 354:
            return trying.judged(code, _words(said), at_recipient=False), _reset(server)
        server.send(_stuffed(raw))
    except _GONE:
        return Judged("later", reason=_BROKE), False
    reach("outbound.after_data")
    try:
        code, said = server.getreply()
    except _GONE:
        return Judged("unknown", reason=_LOST), False
    return trying.judged(code, _words(said), at_recipient=False), code != 421


def _greeted(server: smtplib.SMTP, mailing: Mailing, wire: str, options: list[str]) -> Judged | None:
    """Name sender and recipient; what speaks against it, or None."""
    code, said = server.mail(_wire(mailing.return_to), options)
    if not 200 <= code < 300:
        return trying.judged(code, _words(said), at_recipient=False)
    code, said = server.rcpt(wire)
    return None if 200 <= code < 300 else trying.judged(code, _words(said), at_recipient=True)


def _reset(server: smtplib.SMTP) -> bool:
    """Begin anew on the same line; whether it still stands."""
    try:
        code, _ = server.rset()
    except _GONE:
        return False
    return 200 <= code < 300


def _options(server: smtplib.SMTP, mailing: Mailing, raw: bytes) -> list[str]:
    """What the server is told of a mail beforehand; refused where it cannot take it."""
    most = server.esmtp_features.get("size", "")
    if most.isdecimal() and 0 < int(most) < len(raw):
        raise BadLetter(f"It is larger than the server takes ({int(most) // 1024} kB).")
    options = [f"SIZE={len(raw)}"] if "size" in server.esmtp_features else []
    addresses = [party.address for party in (*mailing.letter.to, *mailing.letter.cc)]
    if all(_wire(one).isascii() for one in addresses):
        return options
    if not server.has_extn("smtputf8"):
        raise BadLetter("An address is not ASCII, and the server takes no such addresses (SMTPUTF8).")
    server.command_encoding = "utf-8"
    return [*options, "SMTPUTF8"]


def _composed(mailing: Mailing) -> bytes:
    files = tuple(_read(one) for one in mailing.files)
    return letters.composed(letters.with_files(mailing.letter, files))


def _read(file: File) -> Enclosed:
    content = Path(file.path).read_bytes()
    if len(content) != file.bytes or hashlib.sha256(content).hexdigest() != file.sha256:
        raise BadLetter(f"The file '{file.name}' was changed or cut off on the disk.")
    return Enclosed(file.name, file.media_type, content, file.content_id)


def _wire(address: str) -> str:
    wire = mime.address(address)
    if wire is None:
        raise BadLetter(f"'{mime.plain(address)[:100]}' is not a mail address.")
    return wire


def _stuffed(raw: bytes) -> bytes:
    """The mail as DATA takes it: CRLF alone ends a line, a dot that begins one is doubled, one alone ends it all."""
    whole = raw if raw.endswith(b"\r\n") else raw + b"\r\n"
    doubled = whole.replace(b"\r\n.", b"\r\n..")
    return (b"." + doubled if doubled.startswith(b".") else doubled) + b".\r\n"


def _words(said: Any) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return mime.plain(text)[:300]


def _mailing(parcel: Parcel) -> Mailing:
    assert isinstance(parcel.load, Mailing)
    return parcel.load
