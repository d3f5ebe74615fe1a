"""Every erasure in a file beside the record, as digests alone, so that a restored backup can forget them again.

A line is one erasure: when, why, the digests of its identifiers, and the sealed key under which they were made.
"""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec
from django.conf import settings

from rapport.customers.forgotten.models import Mark, MarkKey
from rapport.customers.privacy.models import Erasure

NAME = "erasures.jsonl"


class Line(msgspec.Struct, frozen=True):
    """One erasure as the journal keeps it; it never says who it was."""

    erasure: int
    why: str
    asked_at: datetime
    done_at: datetime
    key: str
    digests: tuple[str, ...]


def path() -> Path:
    return Path(settings.HOME) / NAME


def write(erasure_id: int) -> None:
    """Add an erasure to the journal, once; it is on disk when this returns."""
    done = Erasure.objects.get(pk=erasure_id)
    digests = tuple(
        Mark.objects.filter(erasure_id=erasure_id).order_by("digest").values_list("digest", flat=True)
    )
    if done.done_at is None or any(line.digests == digests for line in read()):
        return
    line = Line(done.pk, done.why, done.asked_at, done.done_at, MarkKey.objects.get().sealed, digests)
    _append(msgspec.json.encode(line))


def _append(line: bytes) -> None:
    descriptor = os.open(path(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        whole = not _ends_torn()
        os.write(descriptor, (b"" if whole else b"\n") + line + b"\n")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _ends_torn() -> bool:
    with path().open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        if not size:
            return False
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"


def read() -> Iterator[Line]:
    """Every erasure in the journal; a line that a power cut tore is passed over, for its job writes it again."""
    if not path().exists():
        return
    with path().open("rb") as file:
        for text in file:
            try:
                yield msgspec.json.decode(text, type=Line)
            except (msgspec.DecodeError, msgspec.ValidationError):
                continue
