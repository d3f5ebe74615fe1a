"""Telling another system what we said, through the door it gave us: Standard Webhooks, the same id at every try."""

import json
from datetime import datetime

from rapport.channels.outbound.rules.parcels import Outcome, Parcel, Posting, Trouble
from rapport.channels.outbound.rules.trying import Judged
from rapport.interactions.webhooks import rules as webhooks
from rapport.kernel import outgoing
from rapport.kernel.addresses import TargetNotAllowed

SAID = "message.said"
_GONE = 410


def post(parcel: Parcel, *, at: datetime) -> Outcome:
    """Post one message; what a lost answer may hide is told as unknown, for the other side can tell by its id."""
    assert isinstance(parcel.load, Posting)
    posting = parcel.load
    body = webhooks.message(SAID, at, posting.content)
    headers = webhooks.signed(posting.id, body, (posting.door.secret,), at)
    try:
        answer = outgoing.post(posting.door.target, body, headers)
    except TargetNotAllowed as refused:
        return Outcome(parcel, trouble=Trouble(refused.message, needs_person=True))
    except outgoing.Unreachable as gone:
        return Outcome(parcel, Judged("later", reason=str(gone)))
    if 200 <= answer.status < 300:
        return Outcome(parcel, Judged("sent", str(answer.status)))
    if answer.status in {401, 403, 404, _GONE}:
        return Outcome(
            parcel, trouble=Trouble(f"The other system answers {answer.status}.", needs_person=True)
        )
    if 400 <= answer.status < 500 and answer.status not in {408, 425, 429}:
        return Outcome(parcel, Judged("failed", str(answer.status), _shown(answer.body)))
    return Outcome(parcel, Judged("later", str(answer.status), _shown(answer.body)))


def _shown(body: bytes) -> str:
    """The beginning of an answer as plain text, or its `reason` if it is JSON that has one."""
    text = body[:2_000].decode("utf-8", "replace")
    try:
        found = json.loads(text)
        text = str(found.get("reason", text)) if isinstance(found, dict) else text
    except ValueError:
        pass
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:200]
