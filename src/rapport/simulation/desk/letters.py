"""Mails as they arrive at the desk of the made-up company: as bytes, for nothing here is read by another way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

from rapport.simulation.desk.furniture import MAIL_SERVER
from rapport.simulation.people import Person


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail: from whom, to which address of ours, about what. `verdict`: what our mail server says of its sender."""

    sender: str
    to: str
    subject: str
    text: str
    name: str
    at: datetime
    verdict: str = "pass"
    headers: Sequence[tuple[str, str]] = ()


def sender_of(person: Person) -> str:
    """Name and address of a customer, as a mail names its sender."""
    return formataddr((f"{person.first} {person.last}", person.email))


def written(letter: Letter) -> bytes:
    """The mail as bytes."""
    made = EmailMessage()
    domain = letter.sender.rpartition("@")[2].strip(">")
    made["Authentication-Results"] = (
        f"{MAIL_SERVER}; dmarc={letter.verdict} header.from={domain or 'nowhere'}"
    )
    if letter.sender:
        made["From"] = letter.sender
    made["To"] = letter.to
    made["Subject"] = letter.subject
    made["Message-ID"] = letter.name
    made["Date"] = format_datetime(letter.at)
    for name, value in letter.headers:
        made[name] = value
    made.set_content(letter.text)
    return made.as_bytes()


def bounce(*, to: str, recipient: str, name: str, at: datetime) -> bytes:
    """What a mail system reports of a mail of ours that it could not deliver (RFC 3464)."""
    host = recipient.rpartition("@")[2]
    return _REPORT.format(host=host, to=to, recipient=recipient, name=name, date=format_datetime(at)).encode()


_REPORT = """\
From: Mail Delivery System <mailer-daemon@{host}>
To: {to}
Subject: Undelivered Mail Returned to Sender
Message-ID: {name}
Date: {date}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="report"

--report
Content-Type: text/plain; charset=us-ascii

<{recipient}>: host mx.{host} said: 550 5.1.1 no mailbox here by that name

--report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.{host}

Final-Recipient: rfc822; {recipient}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no mailbox here by that name

--report--
"""
