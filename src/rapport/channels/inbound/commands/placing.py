"""From what was read to a message in its thread: words, safe HTML, files within their limits."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction

from rapport.channels.inbound.commands.path import Path
from rapport.channels.inbound.rules import safe_html, splitting
from rapport.channels.inbound.rules.reading import Attachment, Mail
from rapport.channels.inbound.rules.reasons import INCOMPLETE
from rapport.channels.inbound.rules.splitting import Split
from rapport.channels.threads import commands as threads
from rapport.channels.threads.models import Message
from rapport.channels.threads.rules import NewAttachment, NewMessage, Recipient
from rapport.files.store import commands as files
from rapport.files.store.rules import Label, Limits
from rapport.kernel.crashing import reach
from rapport.kernel.text import storable

LIMITS = Limits(largest=64 * 1024**2, quota=1024**3)
"""Bytes: the largest file of a message, and all that one sender's files may take."""
MOST_FILES = 100
EARLIEST_YEAR = 1990
CLOCKS_DIFFER = timedelta(minutes=10)


def place_mail(path: Path) -> Message:
    """Put a mail into its thread."""
    mail, said = path.mail, words_of(path.mail)
    if path.envelope.reason in INCOMPLETE:
        path.warnings.append("Only the beginning of this mail is here.")
    assert path.thread_id is not None
    kept = tuple(_kept(path, mail))
    new = NewMessage(
        endpoint_id=path.place.id,
        channel=path.place.channel,
        direction="in" if path.staff_id is None else "none",
        at=said_at(path),
        text=said.reply_text,
        rest=said.quoted_text,
        html=_html(mail),
        subject=path.envelope.subject,
        author=path.author if path.staff_id is None else None,
        author_id=path.author_id if path.staff_id is None else None,
        author_name=storable(mail.author.name) if mail.author else "",
        staff_id=path.staff_id,
        name=path.name,
        answers=mail.in_reply_to or "".join(mail.references[-1:]),
        recipients=tuple(_recipients(mail)),
        is_internal=path.is_internal,
        is_automatic=bool(path.automatic),
        warning=" ".join(dict.fromkeys(path.warnings)),
        files=kept,
    )
    reach("inbound.before_put")
    return threads.put(path.thread_id, new, at=path.at, place=path.place)


def words_of(mail: Mail) -> Split:
    """What was newly said in a mail and the history below it, as they are stored."""
    said = splitting.split_mail(mail)
    return Split(storable(said.reply_text), storable(said.quoted_text))


def said_at(path: Path) -> datetime:
    """When it was written: by its own word if that can be, else when it arrived."""
    arrived, written = path.envelope.arrived_at, path.mail.date
    if written is None or written.year < EARLIEST_YEAR or written > arrived + CLOCKS_DIFFER:
        return arrived
    return min(written, arrived)


def _html(mail: Mail) -> str:
    return safe_html.safe(mail.html, cid_url=_as_it_is).html if mail.html else ""


def _as_it_is(content_id: str) -> str:
    """Pictures that came with it keep their content ids; a page says where each is shown."""
    return f"cid:{content_id}"


def _recipients(mail: Mail) -> Iterator[Recipient]:
    for role, addresses in (("to", mail.to), ("cc", mail.cc)):
        for one in addresses:
            yield Recipient(storable(one.email)[:254], role, storable(one.name)[:200])


def _kept(path: Path, mail: Mail) -> Iterator[NewAttachment]:
    for one in mail.attachments[:MOST_FILES]:
        if found := _keep(path, one):
            yield found
    if len(mail.attachments) > MOST_FILES:
        path.warnings.append(f"{len(mail.attachments) - MOST_FILES} more files are left in the mail itself.")


def _keep(path: Path, one: Attachment) -> NewAttachment | None:
    """The file in the store; one beyond the limits stays in the envelope alone, and the message says so."""
    assert path.author is not None
    label = Label(name=storable(one.name), owner=f"sender:{path.author.value}"[:80], subject="")
    try:
        with transaction.atomic():
            stored = files.keep([one.content], label, at=path.at, limits=LIMITS)
    except (files.FileTooLarge, files.QuotaFull) as refusal:
        path.warnings.append(f"{label.name[:80]} was not kept: {refusal.message}")
        return None
    content_id = storable(one.content_id).strip("<>")[:200]
    return NewAttachment(
        stored.pk, stored.name, one.type[:100], stored.bytes, content_id, is_inline=one.is_inline
    )
