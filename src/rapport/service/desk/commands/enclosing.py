"""Files of an answer or note that is being written: kept with its draft, and thrown away when they are taken out."""

import mimetypes
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from rapport.channels.threads import queries as threads
from rapport.files.store import commands as files
from rapport.files.store import queries as stored
from rapport.files.store.rules import Label, Limits
from rapport.kernel.refusals import NotFound, Refusal
from rapport.kernel.text import storable
from rapport.service.desk.commands import changing, drafting
from rapport.service.desk.models import Draft
from rapport.service.desk.rules.acts import LARGEST_FILE, MOST_FILES, MOST_TOGETHER
from rapport.staff.roles.rules import Actor, require

_ANY_TYPE = "application/octet-stream"


class TooMuchEnclosed(Refusal):
    """Files that are too many, or too large for an answer."""


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that somebody adds: its name, its size in bytes, and these."""

    name: str
    size: int
    pieces: Iterable[bytes]


@transaction.atomic
def enclose(case_id: int, kind: str, given: Sequence[NewFile], *, by: Actor, at: datetime) -> Draft:
    """Add files to one's draft; all of them or none."""
    require(by, "desk.work")
    case = changing.seen(case_id, by=by)
    draft = drafting.begun(case, kind, by=by, at=at)
    kept = list(draft.content.get("files", []))
    _check(kept, given)
    for one in given:
        label = Label(name=storable(one.name), owner=by.audit_name[:80])
        file = files.keep(one.pieces, label, at=at, limits=Limits(largest=LARGEST_FILE))
        media_type = mimetypes.guess_type(file.name)[0] or _ANY_TYPE
        kept.append([file.pk, file.name, media_type[:100], file.bytes, "", False])
    return drafting.write(draft, {**draft.content, "files": kept}, at=at)


@transaction.atomic
def take_out(case_id: int, kind: str, file_id: int, *, by: Actor, at: datetime) -> Draft:
    """Take a file out of one's draft again."""
    require(by, "desk.work")
    draft = drafting.begun(changing.seen(case_id, by=by), kind, by=by, at=at)
    kept = draft.content.get("files", [])
    if file_id not in {one[0] for one in kept}:
        raise NotFound("This file is not in the draft.", field="file", value=file_id)
    left = [one for one in kept if one[0] != file_id]
    throw_away([file_id])
    return drafting.write(draft, {**draft.content, "files": left}, at=at)


@transaction.atomic
def drop_draft(case_id: int, kind: str, *, by: Actor, at: datetime) -> None:
    """Throw one's draft away, and the files that lie in it."""
    require(by, "desk.work")
    draft = drafting.begun(changing.seen(case_id, by=by), kind, by=by, at=at)
    throw_away(files_of([draft]))
    Draft.objects.filter(pk=draft.pk).update(dropped_at=at, due_at=None)


def throw_away(file_ids: Collection[int]) -> list[str]:
    """Throw files of drafts away that went with no message; the tokens of those that went."""
    return files.discard(stored.these(set(file_ids) - threads.files_attached(file_ids)))


def files_of(drafts: Iterable[Draft]) -> list[int]:
    """The numbers of the files that lie in these drafts."""
    return [one[0] for draft in drafts for one in draft.content.get("files", [])]


def _check(kept: Sequence[Sequence[Any]], given: Sequence[NewFile]) -> None:
    if len(kept) + len(given) > MOST_FILES:
        raise TooMuchEnclosed(
            f"At most {MOST_FILES} files go with one answer.", field="files", value=len(given)
        )
    for one in given:
        if one.size > LARGEST_FILE:
            raise TooMuchEnclosed(
                f"{one.name[:80]} is larger than {LARGEST_FILE // 1024**2} MB.",
                field="files",
                value=one.size,
            )
    together = sum(one[3] for one in kept) + sum(one.size for one in given)
    if together > MOST_TOGETHER:
        raise TooMuchEnclosed(
            f"Together they are larger than {MOST_TOGETHER // 1024**2} MB.", field="files", value=together
        )
