"""Lays the corpus of hostile texts into the desk: by mail and chat as a stranger would, and by hand as staff might."""

from datetime import datetime, timedelta
from email.header import Header
from email.message import EmailMessage
from typing import Any

from tests.safety import laying_in_rooms

OURS = "help@wrenfield.example"


def lay(payloads: list[str], at: datetime) -> None:
    """One mail, one chat word and one of each thing that staff write for every payload."""
    from rapport.staff.people.models import StaffMember

    ada = StaffMember.objects.filter(role="admin").earliest("id")
    mailbox, chat = _ways(payloads, at)
    for number, payload in enumerate(payloads):
        _mail(mailbox, number, payload, at)
        _suspended(mailbox, number, payload, at)
        _chat(chat, number, payload, at)
    _by_staff(payloads, ada, at)
    laying_in_rooms.lay(payloads, ada, at)


def addresses() -> list[str]:
    """Where it is shown."""
    from rapport.channels.endpoints.models import Endpoint
    from rapport.channels.inbound.models import Envelope
    from rapport.service.desk.models import Case

    found = ["/desk/", "/desk/?view=all", "/desk/suspended/", "/settings/channels/", "/settings/contact/",
             "/settings/clocks/"]  # fmt: skip
    found += [f"/settings/channels/{number}/" for number in Endpoint.objects.values_list("id", flat=True)]
    for number in Case.objects.order_by("id").values_list("id", flat=True)[:160:6]:
        found += [f"/desk/cases/{number}/", f"/desk/cases/{number}/more/"]
    waiting = Envelope.objects.filter(state="suspended").order_by("id").values_list("id", flat=True)
    found += [f"/desk/suspended/{number}/" for number in waiting[:60:6]]
    return found + laying_in_rooms.addresses()


def _ways(payloads: list[str], at: datetime) -> tuple[Any, Any]:
    from rapport.channels.endpoints import commands
    from rapport.channels.endpoints.rules.mail import MailSettings, Secrets, Server
    from rapport.channels.endpoints.rules.places import Described
    from rapport.channels.endpoints.rules.web import ChatSettings
    from rapport.staff.roles.rules import Operator

    told = MailSettings(
        address=OURS,
        imap=Server("mail.wrenfield.example", 993),
        smtp=Server("mail.wrenfield.example", 465),
        secrets=Secrets(password="three-unrelated-words"),
        sender_name=payloads[1][:80],
        signature=payloads[2],
        vouched_by="mx.wrenfield.example",
    )
    mailbox = commands.open_mailbox(Described(payloads[0][:80]), told, by=Operator(), at=at)
    for payload in payloads[1::6]:
        settings = ChatSettings(origins=("https://shop.example.org",), greeting=payload[:200])
        chat, _secret = commands.open_chat(Described(payload[:80]), settings, by=Operator(), at=at)
    return mailbox, chat


def _mail(mailbox: Any, number: int, payload: str, at: datetime) -> None:
    """Its subject, its sender's name, its text, its HTML and its file are all hostile."""
    from rapport.channels.inbound import commands as inbound
    from rapport.wiring import arrivals

    made = EmailMessage()
    made["From"] = f"{Header(payload[:200], 'utf-8').encode(linesep='')} <m{number}@leak.example>"
    made["To"], made["Subject"] = OURS, Header(payload[:200], "utf-8").encode(linesep="")
    made["Message-ID"] = f"<{number}@leak.example>"
    made.set_content(payload)
    made.add_alternative(f"<html><body><p>Hello</p>{payload}<p>PWNED() bye</p></body></html>", subtype="html")
    made.add_attachment(payload.encode(), maintype="text", subtype="html", filename=f"{payload[:60]}.html")
    arrivals.arrive(inbound.receive(mailbox.pk, made.as_bytes(), external_id=f"uid:{number}", at=at), at=at)


def _suspended(mailbox: Any, number: int, payload: str, at: datetime) -> None:
    """Two senders: a person must look at it."""
    from rapport.channels.inbound import commands as inbound
    from rapport.wiring import arrivals

    subject = Header(payload[:200], "utf-8").encode(linesep="")
    raw = f"From: one@leak.example\r\nFrom: two@leak.example\r\nTo: {OURS}\r\nSubject: {subject}\r\n\r\n{payload}\r\n"
    name = f"uid:s{number}"
    arrivals.arrive(inbound.receive(mailbox.pk, raw.encode(), external_id=name, at=at), at=at)


def _chat(chat: Any, number: int, payload: str, at: datetime) -> None:
    from rapport.channels.inbound import commands as inbound
    from rapport.channels.spoken import rules as spoken
    from rapport.customers.directory.rules import Claim
    from rapport.wiring import arrivals

    said = spoken.Spoken(author=Claim("anonymous_id", f"browser-{number}"), text=payload, name=payload)
    raw = spoken.written(said)
    arrivals.arrive(inbound.receive(chat.pk, raw, external_id=f"c{number}", at=at), at=at)


def _by_staff(payloads: list[str], ada: Any, at: datetime) -> None:
    """Notes, promises, refusals, outcomes, answers: what staff write is no safer than what strangers do."""
    from rapport.service.desk import commands as desk
    from rapport.service.desk.models import Case
    from rapport.service.desk.rules.acts import Note, Reply

    for case, payload in zip(list(Case.objects.order_by("id")), payloads * 3, strict=False):
        seen = case.last_word_id or 0
        desk.note(case.pk, Note(text=payload), by=ada, at=at)
        desk.mark_refusal(case.pk, why=payload[:300], by=ada, at=at)
        desk.mark_asked_again(case.pk, what=payload[:300], by=ada, at=at)
        desk.reply(case.pk, Reply(text=payload, seen=seen, hold=timedelta()), by=ada, at=at)
