"""The page of one case: the queue beside it, what was said, the box for the answer, who it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.channels.chat import queries as chat
from rapport.channels.threads import queries as threads
from rapport.customers.finding import queries as customers
from rapport.customers.portrait import queries as portraits
from rapport.files.store import queries as files
from rapport.kernel.refusals import NotFound
from rapport.service.desk import queries as desk
from rapport.service.desk.queries import Shown
from rapport.service.desk.rules.acts import UNDO_SEND
from rapport.service.routing import commands as routing
from rapport.staff.roles.rules import EVERYTHING
from rapport.web.access import actor, allowed, reach
from rapport.web.desk import asked, composing, events, later, listing, saying, waiting
from rapport.web.desk.person import person
from rapport.web.downloads import as_download

MOST_SAID = 50
_UNDO_SECONDS = int(UNDO_SEND.total_seconds())


@dataclass(frozen=True, slots=True)
class Act:
    """Something that can be done with the case by one press; of `choices`, by one more."""

    verb: str
    url: str
    key: str = ""
    choices: tuple[later.Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Aside:
    """Somebody who was asked outside: where to ask them more, and what ends it."""

    who: str
    url: str
    end: str


@dataclass(frozen=True, slots=True)
class Head:
    """What the case is, in a line or two."""

    id: int
    thread_id: int | None
    who: str
    about: str
    sentence: str
    back: str
    presence: str
    is_chat: bool
    acts: tuple[Act, ...]
    mark: Act
    further: tuple[Act, ...]
    asides: tuple[Aside, ...]


@allowed("desk.view")
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One case with everything that is needed to answer it; whoever was handed it has opened it by that."""
    routing.opened(pk, by=actor(request), at=timezone.now())
    return render_case(request, pk)


@allowed("desk.view")
def said(request: HttpRequest, pk: int) -> HttpResponse:
    """What was said, alone: for a screen that follows it."""
    shown = desk.alone(pk, reach=reach(request))
    return render(request, "desk/_said.html", _talk(request, shown))


@allowed("desk.view")
def file(request: HttpRequest, pk: int, attachment_id: int) -> HttpResponse:
    """A file that came or went with a message of this case; never opened inside our pages."""
    found = threads.attachment(attachment_id, reach=EVERYTHING)
    if desk.case_of_message(found.message_id, reach=reach(request)) != pk:
        raise NotFound("This file is not here.", field="attachment", value=attachment_id)
    return as_download(files.content(found.file), name=found.name, size=found.file.bytes)


def render_case(request: HttpRequest, pk: int, *, status: int = 200) -> HttpResponse:
    """The page of the case, also after something was refused."""
    shown = desk.case(pk, reach=reach(request), at=timezone.now())
    context = listing.column(request, shown.case.pk)
    others = desk.of_customers([shown.customer_id], reach=reach(request))
    context["person"] = person(
        request, shown.customer_id, events.other_cases(others, shown.case.pk), until=shown.case.opened_at
    )
    context |= _talk(request, shown)
    context["case"] = _head(shown, context["person"].name, actor(request).pk)  # type: ignore[attr-defined]
    context["composer"] = composing.composer(request, shown)
    context["toast"] = _just_done(request, shown.case.pk, context["lines"])
    return render(request, "desk/desk.html", context, status=status)


def _talk(request: HttpRequest, shown: Shown) -> dict[str, Any]:
    before = asked.number(request, "before") or None
    pk, sight, group = shown.case.pk, reach(request), shown.group
    found = desk.conversation(pk, reach=sight, before=before, limit=MOST_SAID, group=group)
    done = events.lines(desk.history(pk, reach=sight, group=group), since=found[0].said.at if found else None)
    spoken = [line.said for line in found if line.taken_back_at is None]
    deliveries = {line.said.id: list(line.deliveries) for line in found}
    address = reverse("desk:case", args=[shown.case.pk])
    name = customers.names([shown.customer_id]).get(shown.customer_id, "")
    about = saying.About(
        shown.case.pk,
        shown.case.subject,
        name,
        asides=_said_aside(found),
        read=_read(shown) if shown.case.channel == "chat" else 0,
    )
    return {
        "case": shown.case,
        "seen": shown.case.last_word_id or 0,
        "lines": saying.lines(about, spoken, deliveries, done),
        "earlier": f"{address}?before={found[0].said.id}" if len(found) == MOST_SAID else "",
    }


def _said_aside(found: list[desk.Line]) -> dict[int, str]:
    """With whom each message was said that was said with somebody outside."""
    aside = {line.said.id: line.side_id for line in found if line.side_id is not None}
    whose = desk.outsiders(aside.values()) if aside else {}
    return {message: whose[side] for message, side in aside.items()}


def _read(shown: Shown) -> int:
    """Up to which message the customer has read in a chat."""
    return chat.read_by_customer(portraits.identifier_ids(shown.customer_id))[0]


def _head(shown: Shown, who: str, own: int) -> Head:
    case, now = shown.case, timezone.now()
    parts = [case.state.name, case.queue.name]
    parts.append(_("with %(name)s") % {"name": case.owner} if case.owner else _("nobody's yet"))
    if case.waiting_since:
        parts.append(_("waits %(length)s") % {"length": waiting.length(now - case.waiting_since)})
    others = [one for one in shown.present if one.staff_id != own]
    if writing := [one.name for one in others if one.is_writing]:
        parts.append(_("%(names)s is writing") % {"names": ", ".join(writing)})
    if looking := [one.name for one in others if not one.is_writing]:
        parts.append(_("also open at %(names)s") % {"names": ", ".join(looking)})
    return Head(
        id=case.pk,
        thread_id=case.thread_id,
        who=who,
        about=case.subject or _("(no subject)"),
        sentence=" · ".join(parts),
        back=reverse("desk:list"),
        presence=reverse("desk:presence", args=[case.pk]),
        is_chat=case.channel == "chat",
        acts=tuple(_acts(shown)),
        mark=Act(_("They had to tell us again"), reverse("desk:repeats", args=[case.pk]), "h"),
        further=tuple(_further(case.pk)),
        asides=tuple(
            Aside(
                one.thread.identifier.value,
                _act_on("outside", case.pk, "side", one.pk),
                _act_on("asked-enough", case.pk, "side", one.pk),
            )
            for one in shown.sides
            if one.closed_at is None
        ),
    )


def _acts(shown: Shown) -> list[Act]:
    case = shown.case

    def to(name: str) -> str:
        return reverse(f"desk:{name}", args=[case.pk])

    if case.closed_at:
        return [Act(_("Open it again"), to("reopening"), "o")]
    found = [Act(_("Close"), to("closure"), "c")]
    if case.owner_id is None:
        found.append(Act(_("Take it"), to("taking"), "a"))
    if case.snoozed_until:
        found.append(Act(_("Look at it now"), to("waking"), "s"))
    else:
        found.append(Act(_("Put off"), to("snooze"), "s", tuple(later.choices(timezone.localtime()))))
    found.append(Act(_("Junk"), to("junk")))
    return found


def _further(pk: int) -> Iterator[Act]:
    """What has a page of its own."""
    for verb, name, key in (
        (_("Ask somebody outside"), "outside", "e"),
        (_("Put messages elsewhere"), "sorting", "p"),
        (_("Everything else"), "more", "."),
    ):
        yield Act(verb, reverse(f"desk:{name}", args=[pk]), key)
    yield Act(_("We said no, because …"), reverse("desk:more", args=[pk]) + "?no=1", "d")


def _just_done(request: HttpRequest, pk: int, lines: list[saying.Line]) -> listing.Toast | None:
    """What was done a moment ago, as the address says, and can be taken back."""
    if sent := asked.number(request, "sent"):
        own = (line.take_back for line in lines if line.message_id == sent and line.take_back)
        return next(
            (listing.Toast(_("It leaves in a few seconds."), url, lasts=_UNDO_SECONDS) for url in own), None
        )
    if moved := asked.number(request, "moved"):
        return listing.Toast(_("The messages are here now."), _act_on("moving-back", pk, "move", moved))
    if joined := asked.number(request, "joined"):
        return listing.Toast(_("They are read as one now."), reverse("desk:parting", args=[joined]))
    return None


def _act_on(name: str, pk: int, what: str, number: int) -> str:
    return reverse(f"desk:{name}", args=[pk]) + f"?{what}={number}"
