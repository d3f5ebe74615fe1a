"""Trying a mailbox before it is kept: both servers are asked, nothing is read and nothing is sent."""

import smtplib
from dataclasses import dataclass
from datetime import datetime

from rapport.channels.endpoints.commands import checking
from rapport.channels.endpoints.commands.connecting import asking, imap, smtp
from rapport.channels.endpoints.commands.tokens import MailTrouble
from rapport.channels.endpoints.rules.mail import MailSettings
from rapport.staff.roles.rules import Actor, require

_TRY_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Tried:
    """How each server answered: "" when all is well, else what is wrong in words; and how many mails lie there."""

    incoming: str
    outgoing: str
    mails: int = 0
    listens: bool = False

    @property
    def is_well(self) -> bool:
        return not (self.incoming or self.outgoing)


def try_mailbox(
    wanted: MailSettings, *, by: Actor, at: datetime, before: MailSettings | None = None
) -> Tried:
    """Sign in to both servers as the mailbox would; `before` is what is kept of it, if anything is."""
    require(by, "channels.edit")
    settings = checking.tidy_mail(wanted, by=by, before=before)
    checking.check_secrets(settings)
    incoming, outgoing, mails, listens = "", "", 0, False
    if settings.is_fetched:
        try:
            with imap(settings, at=at, seconds=_TRY_SECONDS) as box, asking(settings):
                mails = int(box.folder.status(settings.folder, ["MESSAGES"])["MESSAGES"])
                listens = "IDLE" in box.client.capabilities
        except MailTrouble as trouble:
            incoming = trouble.message
    try:
        with smtp(settings, at=at, seconds=_TRY_SECONDS) as server:
            outgoing = _may_write(server, settings)
    except MailTrouble as trouble:
        outgoing = trouble.message
    except (smtplib.SMTPException, OSError):
        outgoing = f"The line to {settings.smtp} broke."
    return Tried(incoming, outgoing, mails, listens)


def _may_write(server: smtplib.SMTP, settings: MailSettings) -> str:
    code, said = server.mail(settings.address)
    server.rset()
    if 200 <= code < 300:
        return ""
    told = said.decode("utf-8", "replace")[:160]
    return f"{settings.smtp} takes no mail from {settings.address}: {code} {told}"
