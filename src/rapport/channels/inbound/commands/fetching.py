"""Fetching mail over IMAP: each is kept with us before the cursor moves or anything is marked on the server.

The cursor is the number of the last mail taken in, under one meaning of numbers (UIDVALIDITY). Whatever breaks in
between is fetched again and is the same envelope, for its external id is made of its bytes.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from imap_tools import BaseMailBox

from rapport.channels.endpoints import commands as endpoints
from rapport.channels.endpoints import queries
from rapport.channels.endpoints.rules import looking
from rapport.channels.endpoints.rules.mail import MOST_BYTES, MailSettings
from rapport.channels.inbound.commands.keeping import receive
from rapport.channels.inbound.models import Envelope
from rapport.jobs.queue import commands as jobs
from rapport.kernel.crashing import reach

TAKE_IN = "inbound.take_in"
"""The task, of the areas above, that walks an envelope and hands what was said to the desk."""
_AT_ONCE = 20
"""Mails between two moves of the cursor: so many at most are fetched again after a crash."""
_SIZES_AT_ONCE = 500
_HEADER_BYTES = 256 * 1024
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_UID = re.compile(rb"\bUID (\d+)")


@dataclass(frozen=True, slots=True)
class Fetched:
    """A mail as its server gave it. `left_out` says why only its header came ("": it is whole)."""

    endpoint_id: int
    raw: bytes
    external_id: str
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at a mailbox brought: how many mails, and whether it was asked to stop before the end."""

    mails: int
    is_broken_off: bool = False


Keep = Callable[[Fetched], object]
"""Keeps a mail for good before it returns; the same mail twice is kept once."""


def look(
    endpoint_id: int, keep: Keep, *, at: datetime, should_stop: Callable[[], bool] = lambda: False
) -> Looked:
    """Take in what is new in a mailbox over a line of its own. Troubles are written down, and raised."""
    try:
        settings = queries.mail_settings(endpoint_id)
        with endpoints.imap(settings, at=at) as box:
            looked = take_in(box, settings, keep, at=at, should_stop=should_stop)
    except endpoints.MailTrouble as trouble:
        endpoints.note_trouble(endpoint_id, trouble.kind, trouble.message, at=at)
        raise
    return looked


def take_in(
    box: BaseMailBox,
    settings: MailSettings,
    keep: Keep,
    *,
    at: datetime,
    should_stop: Callable[[], bool] = lambda: False,
) -> Looked:
    """Take in what is new, over a line that is open, in the order in which it arrived."""
    folder = _Folder(box, settings, at)
    count = 0
    for uids in folder.wanted():
        if should_stop():
            return Looked(count, is_broken_off=True)
        count += _keep_all(folder, uids, keep, at)
    endpoints.note_looked(settings.endpoint_id, at=at)
    return Looked(count)


def keep(fetched: Fetched, *, at: datetime) -> int:
    """Keep a fetched mail and put in the job that takes it further; one of which not all came waits for a person."""
    with transaction.atomic():
        number = receive(
            fetched.endpoint_id,
            fetched.raw,
            external_id=fetched.external_id,
            at=at,
            suspended_for=fetched.left_out,
        )
        if Envelope.objects.filter(pk=number, state="waiting").exists():
            jobs.enqueue(TAKE_IN, {"envelope_id": number}, at=at, key=f"{TAKE_IN}:{number}")
    return number


def _keep_all(folder: "_Folder", uids: Sequence[int], keep: Keep, at: datetime) -> int:
    """Keep some mails, then move on, then mark them: in this order, so that a crash in between loses nothing."""
    kept: list[int] = []
    for uid in uids:
        if fetched := folder.fetched(uid):
            keep(fetched)
            kept.append(uid)
    if not uids:
        return 0
    reach("mail.kept")
    folder.move_on(uids[-1])
    reach("mail.moved_on")
    if kept:
        endpoints.note_mail(folder.endpoint_id, at=at)
        folder.mark(kept)
    return len(kept)


class _Folder:
    """The open folder of a mailbox, as far as it was not read yet."""

    def __init__(self, box: BaseMailBox, settings: MailSettings, at: datetime) -> None:
        self._box, self._settings, self._at = box, settings, at
        self.endpoint_id = settings.endpoint_id
        self._sizes: dict[int, int] = {}
        self._mark = queries.mailbox(self.endpoint_id)
        with endpoints.asking(settings):
            self._validity = _number(box, "UIDVALIDITY") or 1
        if self._mark.uid_validity != self._validity:
            self._begin()

    def wanted(self) -> Iterator[list[int]]:
        """Numbers of mails to be taken in, some at once, the oldest first."""
        mark, opened_on = self._mark, queries.opened_at(self.endpoint_id).date()
        backlog, *newer = looking.searches(mark.last_uid, mark.backlog_uid, mark.backlog, opened_on)
        yield from self._some(backlog, mark.last_uid)
        if newer:
            self.move_on(mark.backlog_uid)
            yield from self._some(newer[0], mark.backlog_uid)

    def fetched(self, uid: int) -> Fetched | None:
        """The mail of this number; None if it is gone meanwhile."""
        is_stuck = self._mark.stuck_uid == uid and self._mark.stuck_times >= looking.MOST_BREAKS
        left_out = "not_given" if is_stuck else "too_large" if self._sizes.get(uid, 0) > MOST_BYTES else ""
        try:
            with endpoints.asking(self._settings):
                return self._given(uid, left_out)
        except endpoints.MailTrouble:
            if not is_stuck:
                endpoints.note_stuck(self.endpoint_id, uid)
                raise
            return self._unread(uid)

    def move_on(self, uid: int) -> None:
        endpoints.move_on(self.endpoint_id, validity=self._validity, uid=uid)

    def mark(self, uids: Sequence[int]) -> None:
        """Mark as read what was taken in. A server that does not let us leaves them unread: the cursor knows better."""
        if self._settings.marks_read:
            with endpoints.asking(self._settings):
                self._box.client.uid("STORE", _written(uids), "+FLAGS.SILENT", r"(\Seen)")

    def _begin(self) -> None:
        backlog = looking.backlog_for(self._settings.begin, is_first=self._mark.uid_validity == 0)
        with endpoints.asking(self._settings):
            newest = (_number(self._box, "UIDNEXT") or self._next_uid()) - 1
        self._mark = endpoints.begin_reading(
            self.endpoint_id, validity=self._validity, newest=newest, backlog=backlog
        )

    def _next_uid(self) -> int:
        return max(map(int, self._box.uids("ALL", charset=None)), default=0) + 1

    def _some(self, search: str, after: int) -> Iterator[list[int]]:
        with endpoints.asking(self._settings):
            found = sorted(uid for one in self._box.uids(search, charset=None) if (uid := int(one)) > after)
        for start in range(0, len(found), _SIZES_AT_ONCE):
            some = found[start : start + _SIZES_AT_ONCE]
            with endpoints.asking(self._settings):
                self._sizes = self._asked_sizes(some)
            for first in range(0, len(some), _AT_ONCE):
                yield some[first : first + _AT_ONCE]

    def _asked_sizes(self, uids: Sequence[int]) -> dict[int, int]:
        _state, lines = self._box.client.uid("FETCH", _written(uids), "(UID RFC822.SIZE)")
        texts = [line for line in lines or () if isinstance(line, bytes)]
        pairs = [(_UID.search(text), _SIZE.search(text)) for text in texts]
        return {int(uid[1]): int(size[1]) for uid, size in pairs if uid and size}

    def _given(self, uid: int, left_out: str) -> Fetched | None:
        """Ask for the mail; where it is too large or was refused, for the beginning of its header."""
        if not left_out:
            state, answer = self._box.client.uid("FETCH", str(uid), "(UID BODY.PEEK[])")
            if state == "OK":
                raw = _literal(answer)
                return None if raw is None else self._named(raw, "")
            left_out = "not_given"
        part = f"(UID BODY.PEEK[HEADER]<0.{_HEADER_BYTES}>)"
        state, answer = self._box.client.uid("FETCH", str(uid), part)
        raw = _literal(answer) if state == "OK" else b""
        return None if raw is None else self._named(raw, left_out, uid)

    def _unread(self, uid: int) -> Fetched:
        """Not even its header can be had: a person is told that it lies there."""
        return self._named(b"", "not_given", uid)

    def _named(self, raw: bytes, left_out: str, uid: int = 0) -> Fetched:
        digest = hashlib.sha256(raw)
        if left_out:
            digest.update(f" {self._sizes.get(uid, 0)}".encode())
        if not raw:
            digest.update(f" {self._validity} {uid}".encode())
        return Fetched(self.endpoint_id, raw, f"mail:{digest.hexdigest()}", left_out)


def _number(box: BaseMailBox, name: str) -> int:
    """A number that the server said when it opened the folder; 0 if it did not."""
    said: Any = box.client.untagged_responses.get(name) or [b""]
    return int(said[-1]) if said[-1] and said[-1].isdigit() else 0


def _literal(answer: Any) -> bytes | None:
    found = next((part for part in answer or () if isinstance(part, tuple)), None)
    return bytes(found[1]) if found else None


def _written(uids: Sequence[int]) -> str:
    return ",".join(map(str, uids))
