"""Reports of other mail systems on mails of ours: who sends is told, and there is no message."""

import re
from collections.abc import Sequence
from dataclasses import replace

from rapport.channels.inbound.commands.path import Found, Path
from rapport.channels.inbound.rules import headers
from rapport.channels.inbound.rules.bouncing import Bounce
from rapport.channels.inbound.rules.reading import Mail
from rapport.channels.outbound import commands as outbound
from rapport.kernel.text import shortened, storable

_ENCLOSED = frozenset({"message/rfc822", "text/rfc822-headers", "message/rfc822-headers"})
_NAME = re.compile(r"[\w.+=-]{1,120}@[\w.-]{1,190}")
_LOOKED_AT = 200_000
_ARRIVED, _FEEDBACK = "delivered", "feedback"


def note(path: Path, told: Sequence[Bounce]) -> Found:
    """Tell those who send what a report says; one that says that all is well is only noted."""
    failed = [_named(one) for one in told if one.reason != _ARRIVED]
    if failed:
        outbound.note_bounces(failed, given=_given(path.mail), at=path.at)
    why = shortened(storable("; ".join(f"{one.recipient} {one.reason}" for one in told[:5])), 300)
    return Found("report", why, "noted", _kind_of(told, failed))


def _kind_of(told: Sequence[Bounce], failed: Sequence[Bounce]) -> str:
    if any(one.reason == _FEEDBACK for one in told):
        return "complaint"
    return "bounce" if failed else "delivered"


def _named(one: Bounce) -> Bounce:
    """A report of abuse under the name that those who send know it by."""
    return replace(one, reason="complaint") if one.reason == _FEEDBACK else one


def _given(mail: Mail) -> set[str]:
    """Every name and address in a report: its own, those of the mail it encloses, and those in its words."""
    found = {one.email for one in mail.recipients} | {mail.in_reply_to, *mail.references}
    for part in mail.root.walk():
        if part.type in _ENCLOSED:
            fields, _ = headers.read(headers.cut(part.content)[0])
            enclosed = " ".join(fields.get(name) for name in ("message-id", "return-path", "reply-to"))
            found.update(_NAME.findall(enclosed))
    found.update(_NAME.findall(mail.text[:_LOOKED_AT]))
    return found - {""}
