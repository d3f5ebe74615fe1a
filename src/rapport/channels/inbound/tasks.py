"""The postman: listens to every mailbox in a thread of its own, so that a slow mail server holds up nobody else.

Where no postman is at work (`rapport jobs run`, cron), the periodic job looks at each mailbox in its turn.
"""

import os
import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import structlog
from django import db
from imap_tools import BaseMailBox

from rapport.channels.endpoints import commands as endpoints
from rapport.channels.endpoints import queries
from rapport.channels.endpoints.rules import looking
from rapport.channels.endpoints.rules.mail import MailSettings
from rapport.channels.inbound.commands import fetching
from rapport.jobs.queue import rules as jobs
from rapport.kernel.refusals import Refusal
from rapport.staff.organisation import queries as organisation

log = structlog.get_logger("rapport.inbound")
HELD = timedelta(seconds=90)
"""A postman who was not heard of for this long has lost the mailbox to the next."""
_ROUND_SECONDS = 3.0
_SLICE_SECONDS = 1.0
_LISTEN_SECONDS = 50.0
"""Then a look is taken even if the server said nothing, and the hold is renewed."""
_END_SECONDS = 5.0
_MOST_SECONDS = 300.0


@jobs.task("inbound.fetch_mail", most_seconds=_MOST_SECONDS)
def fetch_mail(context: jobs.Context) -> None:
    """Look at the mailboxes to which nobody listens; those of a made-up organisation are not there."""
    if organisation.is_simulated():
        return
    before = _now() - looking.EVERY + timedelta(seconds=10)
    for endpoint_id in queries.due_mailboxes(at=_now(), looked_before=before):
        if context.should_stop():
            raise jobs.Unfinished
        _look(endpoint_id, context)


def _look(endpoint_id: int, context: jobs.Context) -> None:
    holder = f"job {context.job.id}"
    if not endpoints.hold(endpoint_id, holder, at=_now(), length=HELD):
        return
    try:
        fetching.look(endpoint_id, _keep, at=_now(), should_stop=context.should_stop)
    except endpoints.MailTrouble as trouble:
        log.warning("mailbox in trouble", endpoint=endpoint_id, kind=trouble.kind)
    finally:
        endpoints.let_go(endpoint_id, holder)


def _keep(fetched: fetching.Fetched) -> None:
    fetching.keep(fetched, at=_now())


class Listener(threading.Thread):
    """Listens to one mailbox: over IDLE where the server offers it, else by looking once a minute."""

    def __init__(self, endpoint_id: int, stopping: threading.Event) -> None:
        super().__init__(name=f"mailbox {endpoint_id}", daemon=True)
        self.endpoint_id, self._stopping = endpoint_id, stopping
        self._holder = f"{socket.gethostname()[:40]}:{os.getpid()}:{random.randrange(1 << 32):08x}"  # noqa: S311

    def run(self) -> None:
        """Listen until told to stop, or the mailbox is closed."""
        while not self._stopping.is_set() and self._is_open():
            try:
                if self._hold():
                    self._listen()
            except endpoints.MailTrouble as trouble:
                log.warning("mailbox in trouble", endpoint=self.endpoint_id, kind=trouble.kind)
            except db.Error as error:
                log.warning("database out of reach", endpoint=self.endpoint_id, error=type(error).__name__)
            except Exception as error:
                log.exception("mailbox given up for now", endpoint=self.endpoint_id)
                self._note(error)
            finally:
                self._let_go()
            self._stopping.wait(_ROUND_SECONDS)
        db.connection.close()

    def _listen(self) -> None:
        """Look and wait over one line, until the mailbox is described anew or held by another."""
        settings = queries.mail_settings(self.endpoint_id)
        try:
            with endpoints.imap(settings, at=_now(), seconds=None) as box:
                while not self._stopping.is_set() and self._hold() and settings == self._settings():
                    fetching.take_in(box, settings, _keep, at=_now(), should_stop=self._stopping.is_set)
                    db.connection.close()
                    with endpoints.asking(settings):
                        self._wait(box)
        except endpoints.MailTrouble as trouble:
            endpoints.note_trouble(self.endpoint_id, trouble.kind, trouble.message, at=_now())
            raise

    def _wait(self, box: BaseMailBox) -> None:
        if "IDLE" not in box.client.capabilities:
            self._stopping.wait(_LISTEN_SECONDS)
            return
        box.idle.start()  # type: ignore[no-untyped-call]
        until = time.monotonic() + _LISTEN_SECONDS
        while (began := time.monotonic()) < until and not self._stopping.is_set():
            said = box.idle.poll(timeout=_SLICE_SECONDS)
            is_broken = not said and time.monotonic() - began < _SLICE_SECONDS / 2
            if is_broken or any(b" EXISTS" in line for line in said):
                break
        box.idle.stop()  # type: ignore[no-untyped-call] # a line that broke is found out here

    def _settings(self) -> MailSettings:
        return queries.mail_settings(self.endpoint_id)

    def _is_open(self) -> bool:
        try:
            return queries.is_open(self.endpoint_id)
        except db.Error:
            db.connection.close()
            return True

    def _hold(self) -> bool:
        return endpoints.hold(self.endpoint_id, self._holder, at=_now(), length=HELD)

    def _let_go(self) -> None:
        try:
            endpoints.let_go(self.endpoint_id, self._holder)
        except db.Error:
            log.warning("mailbox not let go", endpoint=self.endpoint_id)
        db.connection.close()

    def _note(self, error: Exception) -> None:
        """A mistake of ours, or a refusal of the house (no room, no key), is shown like any other trouble."""
        said = error.message if isinstance(error, Refusal) else f"{type(error).__name__}: {error}"
        try:
            endpoints.note_trouble(self.endpoint_id, "inside", said, at=_now())
        except db.Error:
            log.warning("trouble not written down", endpoint=self.endpoint_id)


class Postman(threading.Thread):
    """Has a listener for every mailbox that is in use."""

    def __init__(self) -> None:
        super().__init__(name="postman", daemon=True)
        self._stopping = threading.Event()
        self._listeners: dict[int, Listener] = {}

    def run(self) -> None:
        """Look after the listeners until `stop` is called."""
        while not self._stopping.is_set():
            try:
                self._see_to_all()
            except db.Error as error:
                log.warning("database out of reach", error=type(error).__name__)
            db.connection.close()
            self._stopping.wait(_ROUND_SECONDS)
        for listener in self._listeners.values():
            listener.join(_END_SECONDS)

    def stop(self) -> None:
        """End soon; a mail that is being kept is kept whole or not at all."""
        self._stopping.set()

    def _see_to_all(self) -> None:
        self._listeners = {id_: one for id_, one in self._listeners.items() if one.is_alive()}
        if organisation.is_simulated():
            return
        for place in queries.in_use("email"):
            if place.id not in self._listeners:
                self._listeners[place.id] = Listener(place.id, self._stopping)
                self._listeners[place.id].start()


@contextmanager
def postman_at_work() -> Iterator[None]:
    """A postman for as long as the block lasts."""
    postman = Postman()
    postman.start()
    try:
        yield
    finally:
        postman.stop()
        postman.join(2 * _END_SECONDS)


def _now() -> datetime:
    return datetime.now(UTC)
