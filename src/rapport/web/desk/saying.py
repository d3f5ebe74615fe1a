"""A conversation in lines: what was said, what became of it on its way, and what was done to the case between."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from rapport.channels.outbound.queries import Delivery
from rapport.channels.threads.queries import Said
from rapport.kernel.channels import CHANNELS


@dataclass(frozen=True, slots=True)
class File:
    """A file beside a message."""

    name: str
    url: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a conversation. `take_back`: the address that stops it while it has not left.

    `aside`: with whom it was said, if not with the customer.
    """

    key: str
    at: datetime
    text: str
    who: str = ""
    channel: str = ""
    subject: str = ""
    rest: str = ""
    warning: str = ""
    state: str = ""
    take_back: str = ""
    message_id: int = 0
    files: tuple[File, ...] = ()
    is_event: bool = False
    is_from_us: bool = False
    is_note: bool = False
    aside: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """The case a conversation belongs to: its number, its subject, and what its customer is called.

    `asides`: message -> with whom it was said, where that is somebody else than the customer. `read`: up to which
    message a customer who chats has read.
    """

    case_id: int
    subject: str
    customer: str
    asides: Mapping[int, str] = field(default_factory=dict)
    read: int = 0


def lines(
    about: About, said: Sequence[Said], deliveries: Mapping[int, list[Delivery]], events: Iterable[Line]
) -> list[Line]:
    """Messages and events in the order in which they happened; a subject is shown where it changes."""
    found, subject = [], _bare(about.subject)
    for one in said:
        bare = _bare(one.subject)
        is_new_subject = bool(bare) and bare != subject
        found.append(_line(about, one, deliveries.get(one.id, []), is_new_subject=is_new_subject))
        subject = bare or subject
    return sorted([*found, *events], key=lambda line: (line.at, line.is_event, line.message_id))


def _line(about: About, said: Said, deliveries: list[Delivery], *, is_new_subject: bool) -> Line:
    is_from_us, aside = said.direction == "out", about.asides.get(said.id, "")
    can_stop = is_from_us and bool(deliveries) and all(one.can_be_taken_back for one in deliveries)
    return Line(
        key=f"m{said.id}",
        at=said.at,
        text=said.text,
        who=said.staff_name or said.author_name or (aside or about.customer) or said.author_address,
        channel=_channel(said),
        subject=said.subject if is_new_subject and not said.is_internal else "",
        rest=said.rest,
        warning=said.warning,
        state=_became(about, said, deliveries) if is_from_us else "",
        take_back=_take_back(about.case_id, said.id) if can_stop else "",
        message_id=said.id,
        files=tuple(
            File(one.name, reverse("desk:file", args=[about.case_id, one.id]), one.bytes)
            for one in said.attachments
        ),
        is_from_us=is_from_us,
        is_note=said.is_internal,
        aside=aside,
    )


def _became(about: About, said: Said, deliveries: list[Delivery]) -> str:
    is_read = said.channel == "chat" and said.id <= about.read
    return pgettext("a message", "read") if is_read else _state(deliveries)


def _take_back(case_id: int, message_id: int) -> str:
    return reverse("desk:taking-back", args=[case_id]) + f"?message={message_id}"


def _channel(said: Said) -> str:
    if said.is_internal:
        return _("note")
    name = str(_(CHANNELS[said.channel]))
    return _("%(channel)s, sent by a machine") % {"channel": name} if said.is_automatic else name


_WORST_FIRST = ("failed", "bounced", "refused", "unknown", "held", "queued", "sending", "taken_back", "sent")


def _state(deliveries: list[Delivery]) -> str:
    """What to say of a message on its way: the worst of its recipients decides, with the reason we were given."""
    states = {one.state for one in deliveries}
    worst = next((state for state in _WORST_FIRST if state in states), "delivered")
    words = {
        "failed": _("could not be delivered"),
        "bounced": _("came back"),
        "refused": _("not sent"),
        "unknown": _("sent, but nobody confirmed it"),
        "held": _("leaves in a moment"),
        "queued": _("on its way"),
        "sending": _("on its way"),
        "taken_back": _("taken back"),
        "sent": pgettext("a message", "sent"),
        "delivered": _("arrived"),
    }
    if not states:
        return ""
    reason = next((one.reason for one in deliveries if one.state == worst and one.reason), "")
    return (
        f"{words[worst]}: {reason}" if reason and worst in {"failed", "bounced", "refused"} else words[worst]
    )


def _bare(subject: str) -> str:
    """A subject without the marks of answers before it."""
    bare = subject.strip()
    while len(head := bare.split(":", 1)) == 2 and head[0].strip().lower() in {
        "re",
        "aw",
        "fw",
        "fwd",
        "wg",
        "sv",
    }:
        bare = head[1].strip()
    return bare
