"""What became of mails of ours: bounces, delays, complaints, and the news that somebody is away.

Not every one is a failure: `delivered`, `vacation` and `feedback` name what else a mail system tells.
"""

import re
from dataclasses import dataclass

from rapport.channels.inbound.rules import addresses, automatic, headers, reports, verdicts
from rapport.channels.inbound.rules.reading import Mail

_FEEDBACK = re.compile(rb"\s{0,20}(?:[\w-]{1,40}:[^\n]{0,200}\n){0,4}Feedback-Type:", re.IGNORECASE)


@dataclass(frozen=True)
class Bounce:
    """What became of a mail to one recipient: status (RFC 3463) and reply code as far as told, the reason by name."""

    recipient: str
    status: str
    code: str
    reason: str
    is_hard: bool


def bounces(mail: Mail) -> tuple[Bounce, ...]:
    """Every recipient the mail reports on, with one reason each; nothing for a mail that is no report."""
    complaints = _complaints(mail)
    if complaints:
        return tuple(Bounce(recipient, "", "", "feedback", is_hard=False) for recipient in complaints)
    told = tuple(_bounce(report) for report in reports.of(mail))
    if not told and automatic.is_away(mail):
        return (Bounce(mail.author.email if mail.author else "", "", "", "vacation", is_hard=False),)
    return told


def _bounce(report: verdicts.Report) -> Bounce:
    reason = verdicts.reason_of(report)
    return Bounce(report.recipient, report.status, report.code, reason, verdicts.is_hard(reason))


def _complaints(mail: Mail) -> list[str]:
    """Whose complaint a report of abuse is (RFC 5965), or one of the older kind that only encloses the mail."""
    is_old = bool(mail.author) and "complaint about message" in mail.subject.lower()
    for part in mail.root.walk():
        if part.type == "message/feedback-report" or _FEEDBACK.match(part.content):
            fields, _ = headers.read(part.content.lstrip())
            named = [*fields.all("original-rcpt-to"), *fields.all("removal-recipient")]
            return [found.email for found in addresses.read(named)] or _enclosed_recipients(mail)
    return _enclosed_recipients(mail) if is_old else []


def _enclosed_recipients(mail: Mail) -> list[str]:
    for part in mail.root.walk():
        if part.type in {"message/rfc822", "text/rfc822-headers"}:
            fields, _ = headers.read(headers.cut(part.content)[0])
            found = addresses.read([*fields.all("x-original-to"), *fields.all("to")])
            return [address.email for address in found][:1] or [""]
    return [""]
