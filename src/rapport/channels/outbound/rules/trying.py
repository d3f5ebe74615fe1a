"""What a server's answer means for a recipient, and when something is tried again."""

import re
from dataclasses import dataclass
from datetime import timedelta

LEASE = timedelta(seconds=60)
"""A dispatch in hand for longer, without a sign of life, was lost with its process: its outcome is not known."""
GIVEN_UP_AFTER = timedelta(hours=48)
_S = 1.0
PAUSES = tuple(timedelta(seconds=s * _S) for s in (60, 300, 900, 1800, 3600, 7200, 14400))
"""Between tries that a server put off; the last one again and again, until the dispatch is given up."""
UNKNOWN_PAUSE = timedelta(seconds=30)
MOST_UNKNOWNS = 5
"""How often something is tried again whose outcome nobody learned, before it is left as unknown."""
A_MINUTE = 300
"""Mails a minute to one domain through one mailbox, unless the operator says otherwise (RAPPORT_MAIL_A_MINUTE)."""
MOST_AT_ONCE = 10
"""Mails in hand at one moment for one domain through one mailbox."""
REST_FIRST, REST_LONGEST = timedelta(seconds=10), timedelta(minutes=15)
REST_SIGN_IN = timedelta(minutes=5)
_DEAD = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.7.13"})
"""Enhanced codes (RFC 3463) by which an address itself is dead: no such mailbox or domain, moved, switched off."""
_DEAD_WORDS = re.compile(
    r"user unknown|unknown user|no such user|no such mailbox|does not exist|unknown recipient|"
    r"recipient rejected|mailbox unavailable|invalid recipient|account.{0,20}(disabled|closed)",
    re.IGNORECASE,
)
_ENHANCED = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of one try: `fate` is sent, later, failed or unknown. `is_dead`: the address itself is no good.

    `slows`: the domain, and not this recipient alone, asked for patience.
    """

    fate: str
    code: str = ""
    reason: str = ""
    is_dead: bool = False
    slows: bool = False


def judged(code: int, said: str, *, at_recipient: bool) -> Judged:
    """What an answer of SMTP means; `at_recipient`: it was given to RCPT, and so is about the recipient.

    >>> judged(550, "5.1.1 No such user", at_recipient=True).is_dead
    True
    >>> judged(452, "4.2.2 Mailbox full", at_recipient=True).fate
    'later'
    """
    found = _ENHANCED.search(said)
    enhanced = found[1] if found and found[1][0] == str(code)[0] else ""
    shown = enhanced or str(code)
    if 200 <= code < 300:
        return Judged("sent", str(code), said)
    if 400 <= code < 500:
        is_mailbox_full = enhanced.startswith("4.2.")
        return Judged("later", shown, said, slows=code in {421, 450, 451} and not is_mailbox_full)
    is_dead = at_recipient and (
        enhanced in _DEAD or (not enhanced and code in {550, 551, 553} and bool(_DEAD_WORDS.search(said)))
    )
    return Judged("failed", shown, said, is_dead=is_dead)


def pause(tries: int, luck: float) -> timedelta:
    """How long to wait after the try number `tries` (1 is the first), spread by `luck` (0 to 1) to 80-120 %.

    >>> pause(1, 0.5), pause(99, 0.5)
    (datetime.timedelta(seconds=60), datetime.timedelta(seconds=14400))
    """
    return PAUSES[min(tries, len(PAUSES)) - 1] * (0.8 + 0.4 * luck)


def rest(failures: int, luck: float) -> timedelta:
    """How long a server or a domain is left alone after so many failures in a row: doubling, spread by luck."""
    whole: timedelta = min(REST_FIRST * (1 << min(failures - 1, 10)), REST_LONGEST)
    return whole * (0.8 + 0.4 * luck)
