"""Giving somebody all that is known of them: one archive with a page to read and a file for programs."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import transaction

from rapport.customers.privacy import queries
from rapport.customers.privacy.commands import readable, writing
from rapport.customers.privacy.rules import EXPORT_KEPT
from rapport.files.store import commands as files
from rapport.files.store.rules import Label
from rapport.jobs.queue import commands as jobs
from rapport.kernel.persons import Handler, Person
from rapport.kernel.refusals import NotAllowed
from rapport.staff.audit import commands as audit
from rapport.staff.roles import queries as roles
from rapport.staff.roles.rules import Actor, require

EXPORT = "privacy.export"
_DATED = (1980, 1, 1, 0, 0, 0)
"""The archive's members bear no moment: the same facts give the same bytes."""


@transaction.atomic
def ask_for_export(customer_id: int, *, owner: str, language: str, by: Actor, at: datetime) -> None:
    """Queue the making of an export, for who asked alone; asking again while one is made changes nothing."""
    person = queries.person(customer_id)
    note_export(person, by=by, at=at)
    number = person.customer_id
    arguments = {"customer_id": number, "owner": owner, "language": language, "asked_at": at.isoformat()}
    jobs.enqueue(EXPORT, arguments, at=at, key=queries.export_key(number, owner))


def note_export(person: Person, *, by: Actor, at: datetime) -> None:
    """Write down that all that is known of somebody is given out; refuses who may not do that."""
    require(by, "customers.export")
    if roles.reach(by).departments is not None:
        raise NotAllowed(
            "An export holds what every department did. Ask somebody who may see all departments.",
            field="permission",
            value="customers.export",
        )
    audit.record("customers.export", by=by, subject=f"customer:{person.customer_id}", at=at)


def make_export(
    customer_id: int, *, handlers: Sequence[Handler], owner: str, language: str, at: datetime
) -> str:
    """Write the archive and keep it for its owner until its end; the token under which it is fetched."""
    person = queries.person(customer_id)
    label = Label(
        name=f"customer-{person.customer_id}-{at:%Y-%m-%d}.zip",
        owner=owner,
        subject=f"customer:{person.customer_id}",
        expires_at=at + EXPORT_KEPT,
    )
    pieces = archive(person, handlers=handlers, language=language, at=at)
    return files.keep(pieces, label, at=at).token


def archive(
    person: Person, *, handlers: Sequence[Handler], at: datetime, language: str = "en"
) -> Iterator[bytes]:
    """The bytes of the archive, made as they are read: a long history needs no more memory than a short one."""
    written = _Written()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in (
            ("everything.json", writing.as_json(person, handlers, at=at)),
            ("everything.html", readable.as_page(person, handlers, at=at, language=language)),
        ):
            with packed.open(zipfile.ZipInfo(name, _DATED), "w", force_zip64=True) as member:
                for piece in text:
                    member.write(piece.encode())
                    yield from written.so_far()
    yield from written.so_far()


class _Written(io.RawIOBase):
    """What the archive has written and nobody has read yet."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: bytes) -> int:  # type: ignore[override]
        self._pieces.append(bytes(piece))
        return len(piece)

    def so_far(self) -> Iterator[bytes]:
        pieces, self._pieces = self._pieces, []
        yield from pieces
