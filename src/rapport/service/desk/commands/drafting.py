"""Drafts: what somebody began to write is kept on the server until it is sent or thrown away."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from rapport.kernel.refusals import Refusal
from rapport.service.desk.commands import changing
from rapport.service.desk.models import Case, Draft, Filing
from rapport.service.desk.models.working import DRAFT_KINDS
from rapport.service.desk.rules.acts import LONGEST_TEXT
from rapport.staff.roles.rules import Actor, require

FIELDS = ("text", "html", "subject", "endpoint_id", "recipients", "files", "then", "outcome", "seen", "side")
"""What of an answer is kept in a draft."""


class BadDraft(Refusal):
    """A draft that cannot be kept."""


class DraftChangedElsewhere(Refusal):
    """Another window saved this draft since; `value` is the version that is kept."""


@transaction.atomic
def save_draft(
    case_id: int, kind: str, content: dict[str, Any], *, version: int, by: Actor, at: datetime
) -> Draft:
    """Keep what one has written so far; `version` is that of the draft one began from (0: none).

    Saving from an older version is refused, and what is kept stays. Files stay unless others are named.
    """
    require(by, "desk.work")
    case = changing.seen(case_id, by=by)
    kept = {name: content[name] for name in FIELDS if name in content}
    if any(len(str(value)) > LONGEST_TEXT for value in kept.values()):
        raise BadDraft("This cannot be kept as a draft.", field="kind", value=kind)
    draft = begun(case, kind, by=by, at=at)
    if version and version != draft.version:
        raise DraftChangedElsewhere(
            "This was changed in another window.", field="version", value=draft.version
        )
    if "files" in draft.content:
        kept.setdefault("files", draft.content["files"])
    return write(draft, kept, at=at)


def begun(case: Case, kind: str, *, by: Actor, at: datetime) -> Draft:
    """One's unsent draft of this kind, locked; where there is none, an empty one of version 0."""
    if kind not in DRAFT_KINDS:
        raise BadDraft("This cannot be kept as a draft.", field="kind", value=kind)
    unsent = Draft.objects.select_for_update()
    draft, _ = unsent.get_or_create(
        case=case,
        staff_id=_own(by),
        kind=kind,
        sent_at=None,
        dropped_at=None,
        defaults={"version": 0, "begun_at": at, "saved_at": at},
    )
    return draft


def write(draft: Draft, content: dict[str, Any], *, at: datetime) -> Draft:
    """Keep this in the draft from now on."""
    draft.content, draft.version, draft.saved_at = content, draft.version + 1, at
    draft.save(update_fields=["content", "version", "saved_at"])
    return draft


def sent(case: Case, kind: str, message_id: int, *, by: Actor, at: datetime) -> None:
    """What was drafted is said: the draft is done, and is remembered until the answer has left."""
    staff = changing.staff_id(by)
    if staff is not None:
        Draft.objects.filter(case=case, staff_id=staff, kind=kind, sent_at=None, dropped_at=None).update(
            sent_at=at, sent_as_id=message_id, due_at=None
        )


def take_up(case: Case, message: Any, files: Iterable[Any], *, at: datetime) -> None:
    """What was said was taken back: its words are a draft again, unless its writer began a newer one meanwhile."""
    kind = "reply" if Filing.objects.filter(message_id=message.pk, side=None).exists() else "side"
    if message.staff_id is None or _unsent(case, message.staff_id, kind).exists():
        return
    content = {
        "text": message.text,
        "html": message.html,
        "subject": message.subject,
        "endpoint_id": message.endpoint_id,
        "recipients": [[address, role, name] for role, address, name, *_ in message.recipients],
        "files": [
            [one.file_id, one.name, one.media_type, one.bytes, one.content_id, one.is_inline] for one in files
        ],
    }
    Draft.objects.filter(sent_as_id=message.pk).update(sent_as=None)
    Draft.objects.create(
        case=case, staff_id=message.staff_id, kind=kind, content=content, begun_at=message.at, saved_at=at
    )


def _unsent(case: Case, staff: int, kind: str) -> QuerySet[Draft]:
    return Draft.objects.filter(case=case, staff_id=staff, kind=kind, sent_at=None, dropped_at=None)


def _own(by: Actor) -> int:
    staff = changing.staff_id(by)
    if staff is None:
        raise BadDraft("Only members of staff have drafts.", field="by", value=by.audit_name)
    return staff
