"""Letters, and a mailbox of ours at servers that a test started."""

from datetime import datetime
from email.message import EmailMessage
from itertools import count
from typing import Any

from tests.channels.servers import DOMAIN, PASSWORD, MailServers

from rapport.channels.endpoints import commands as endpoints
from rapport.channels.endpoints.rules.mail import MailSettings, Secrets, Server
from rapport.channels.endpoints.rules.places import Described
from rapport.staff.roles.rules import Operator

_NUMBERS = count(1)


def letter(
    subject: str, *, text: str = "Where is it?", name: str = "", sender: str = "amina@example.com"
) -> bytes:
    """A plain mail, with a Message-ID of its own."""
    message = EmailMessage()
    message["From"] = f"Amina Okafor <{sender}>"
    message["To"] = f"support@{DOMAIN}"
    message["Subject"] = subject
    message["Date"] = "Mon, 02 Mar 2026 11:59:00 +0000"
    message["Message-ID"] = name or f"<letter{next(_NUMBERS)}@example.com>"
    message.set_content(text)
    return message.as_bytes()


def described(servers: MailServers, *, password: str = PASSWORD, **more: Any) -> MailSettings:
    """Settings for support@wren.example."""
    known: dict[str, Any] = {
        "address": f"support@{DOMAIN}",
        "imap": Server("127.0.0.1", servers.imap_port, "none"),
        "smtp": Server("127.0.0.1", servers.smtp_port, "none"),
        "secrets": Secrets(password=password),
    }
    return MailSettings(**(known | more))


def open_support(servers: MailServers, *, at: datetime, called: str = "Support", **more: Any) -> int:
    """Join the mailbox support@wren.example; its number."""
    kept = endpoints.open_mailbox(Described(called), described(servers, **more), by=Operator(), at=at)
    return kept.pk
