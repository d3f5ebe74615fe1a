"""Why a mail did not arrive: from a server's words, its status (RFC 3463) and the moment it spoke, to one named reason.

Servers say the same thing in a hundred ways, and wrong codes with right words: so words come first, the most telling
before the vaguer, then the status, then the step of the dialogue at which the server said no.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from rapport.channels.inbound.rules import phrases_of_addresses, phrases_of_servers

HARD = frozenset({"userunknown", "hostunknown", "hasmoved", "notaccept"})
"""Reasons that will be the same tomorrow: nothing more is sent to the address."""

NO_BOUNCE = frozenset({"delivered", "vacation", "feedback"})
"""Not failures: the mail arrived, somebody is away, somebody complained of it."""


@dataclass(frozen=True)
class Report:
    """What one server told of one recipient. `command` is the step answered: conn, helo, mail, rcpt, data or empty.

    `context` is what the letter to the sender adds, for when the server's own words tell nothing; `is_letter` where
    that is the whole letter and not only the paragraph on this recipient.
    """

    recipient: str
    said: str
    status: str = ""
    code: str = ""
    action: str = ""
    command: str = ""
    is_program: bool = False
    context: str = ""
    is_letter: bool = False


_TELLING = (
    ("notcompliantrfc", r"messages with multiple addresses in from"),
    ("userunknown", r"(?:ofr|lpn)\w{0,4}_416|this user doesn't have an? \S+ account"),
    (
        "userunknown",
        r"resolver\.adr\.\w*notfound|not listed in (?:the )?(?:domino|public|directory|server)|address book",
    ),
    ("exceedlimit", r"maximum size the user accepts"),
    ("suspend", r"administrative?ly disabled|tried to reach is (?:disabled|inactive)"),
    ("notaccept", r"null ?mx|does not accept mail|indicated no smtp service"),
    ("blocked", r"\bgr[ea]y-?list"),
    ("authfailure", r"(?:meet|pass) the required authentication"),
    ("hostunknown", r"account or domain may not exist|unrouteable address|mx records point to non-existent"),
    ("hostunknown", r"host (?:unknown|not found|or domain name not found)(?!.{0,160}try again)"),
    ("hostunknown", r"(?:^|\s)(?!\S*@)[\w-]+(?:\.[\w-]+)+ does not exist"),
    ("rejected", r"sending to/from an address that has been|not accepting mail from"),
    ("rejected", r"not a registered gateway user|domain of sender address"),
    ("badreputation", r"deferred due to (?:unexpected volume or )?user complaints"),
    ("blocked", r"relay quota|please use the smtp server|access to submit messages to this e-mail system"),
    ("blocked", r"^[45]\d\d (?:ou|dy|sc|oi|bc)-00\d|:blocked\)|^[45]\d\d (?:5\.\d\.\d )?blocked\.?$"),
    ("toomanyconn", r"^[45]\d\d rp-00\d"),
    ("speeding", r"(?:domain|ip) frequency limited"),
    ("requireptr", r"ip (?:address )?does not match the (?:ip|name|host)"),
    ("userunknown", r"mailbox unavailable or access denied"),
    ("rejected", r"^[45]\d\d (?:5\.\d\.\d )?(?:message |mail )?rejected\.?$|recipblocked"),
    ("securityerror", r"permissions? to send as"),
    ("hostunknown", r"no address associated|unable to look ?up host"),
    ("syntaxerror", r"bad address syntax|malformed address"),
    ("failedstarttls", r"certificate (?:not|is not|has|was|verif|expired)"),
    ("spamdetected", r"mail content denied"),
    ("systemerror", r"mail transport unavailable"),
    ("toomanyconn", r"connection rate limit|too many recipients"),
    ("contenterror", r"headers? too (?:large|long|big)|too many .received. headers"),
    ("securityerror", r"unauthenticated senders?"),
    (
        "policyviolation",
        r"for policy reasons|due to (?:local |security |our )?polic(?:y|ies)\b|(?:denied|rejected) by policy",
    ),
    ("networkerror", r"host not found, try again|host name lookup failure"),
    (
        "systemerror",
        r"(?:contact|connect to|open|reach) (?:the )?ldap|ldap (?:server|error|lookup|attribute)",
    ),
    ("systemerror", r"qmail-forward|local delivery failed"),
    ("mesgtoobig", r"line (?:limit|length) exceeded|line too long"),
    ("onhold", r"due to a recipient error"),
)
"""Sentences of known servers that say plainly what vaguer words of theirs would hide."""

_ORDER = (
    "virusdetected",
    "mailboxfull",
    "systemfull",
    "exceedlimit",
    "mesgtoobig",
    "suspend",
    "hasmoved",
    "norelaying",
    "requireptr",
    "authfailure",
    "failedstarttls",
    "notcompliantrfc",
    "contenterror",
    "badreputation",
    "speeding",
    "toomanyconn",
    "rejected",
    "user",
    "blocked",
    "spamdetected",
    "policyviolation",
    "securityerror",
    "notaccept",
    "hostunknown",
    "syntaxerror",
    "networkerror",
    "expired",
    "systemerror",
    "mailererror",
)
"""The more a group of phrases tells, the earlier it is asked."""

_VAGUE = frozenset({"systemerror", "mailererror", "syntaxerror", "networkerror"})
"""What the letter around a report may say of anything: not looked for there."""

_EARLY = frozenset({"conn", "helo", "mail"})
_REMEMBERED = 1_024
_LATER = frozenset({"user", "hostunknown", "userunknown"})
"""What a server cannot have meant before it was told a recipient."""

_MUCH_LATER = _LATER | {"rejected", "expired", "systemerror"}
"""And what not before it was told a sender: then it refuses the server that calls."""

_ARRIVED = frozenset({"delivered", "relayed", "expanded", "deliverable"})

_CODE = re.compile(r"(?<![\d.])[45]\d\d[ -](?=\S)")
_PHRASES = {**phrases_of_addresses.PHRASES, **phrases_of_servers.PHRASES}
_PATTERNS = tuple(
    (reason, re.compile(words))
    for reason, words in (*_TELLING, *((name, "|".join(_PHRASES[name])) for name in _ORDER))
)

_BY_STATUS: dict[str, str] = {
    "1.0": "userunknown",
    "1.1": "userunknown",
    "1.2": "hostunknown",
    "1.3": "userunknown",
    "1.4": "filtered",
    "1.6": "hasmoved",
    "1.7": "rejected",
    "1.8": "rejected",
    "1.10": "notaccept",
    "2.0": "filtered",
    "2.1": "filtered",
    "2.2": "mailboxfull",
    "2.3": "exceedlimit",
    "2.4": "filtered",
    "3.0": "systemerror",
    "3.1": "systemfull",
    "3.2": "notaccept",
    "3.3": "systemerror",
    "3.4": "mesgtoobig",
    "3.5": "systemerror",
    "4.0": "networkerror",
    "4.1": "expired",
    "4.2": "networkerror",
    "4.3": "systemerror",
    "4.4": "hostunknown",
    "4.5": "systemfull",
    "4.6": "networkerror",
    "4.7": "expired",
    "5.2": "syntaxerror",
    "5.3": "toomanyconn",
    "5.4": "syntaxerror",
    "6.0": "contenterror",
    "6.1": "contenterror",
    "6.2": "contenterror",
    "6.3": "contenterror",
    "6.5": "contenterror",
    "6.9": "contenterror",
    "7.0": "securityerror",
    "7.2": "rejected",
    "7.3": "securityerror",
    "7.4": "securityerror",
    "7.5": "securityerror",
    "7.8": "securityerror",
    "7.9": "policyviolation",
    "7.13": "suspend",
    "7.17": "hasmoved",
    "7.18": "rejected",
    "7.20": "authfailure",
    "7.21": "authfailure",
    "7.22": "authfailure",
    "7.23": "authfailure",
    "7.24": "authfailure",
    "7.25": "requireptr",
    "7.26": "authfailure",
    "7.27": "notaccept",
    "7.28": "spamdetected",
    "7.29": "authfailure",
}
"""Last two numbers of the status, and what they stand for when words tell nothing (RFC 3463, 5248, 7505, 7372)."""


def reason_of(report: Report) -> str:
    """The one reason for what a server told of one recipient.

    `onhold` where words tell nothing, `undefined` where there were none.
    """
    if report.action in _ARRIVED or report.status.startswith("2."):
        return "delivered"
    if report.is_program:
        return _of_program(report)
    found = _by_words(_reply(report.said), report) or _by_words(report.said, report)
    if found or (report.action == "delayed" and not report.said):
        return found or "expired"
    by_context = _by_words(report.context, report, is_context=True)
    return (by_context if not report.said else "") or _by_status(report) or by_context or _by_step(report)


def _reply(said: str) -> str:
    """What the other server said, without what ours put before it."""
    found = _CODE.search(said)
    return said[found.start() :] if found else ""


def _of_program(report: Report) -> str:
    """A local delivery failed: its exit status (sysexits.h), or what it said on the way out."""
    if report.said.strip().isdecimal():
        return "systemerror" if report.said.strip() in {"77", "78"} else "mailererror"
    found = _by_words(report.said, report) or _by_words(report.context, report)
    return found if found in {"mailboxfull", "systemfull"} else "mailererror"


@lru_cache(_REMEMBERED)
def _matches(said: str) -> tuple[str, ...]:
    """The groups with a phrase in these words, the most telling first; many recipients are told the same."""
    lower = said.lower()
    return tuple(dict.fromkeys(reason for reason, pattern in _PATTERNS if pattern.search(lower)))


def _by_words(said: str, report: Report, *, is_context: bool = False) -> str:
    """The most telling words win, save that a missing mailbox is judged by the step at which it was said."""
    passed = _LATER if report.command == "mail" else _MUCH_LATER if report.command in _EARLY else frozenset()
    passed |= _VAGUE if is_context and report.is_letter else frozenset()
    for reason in _matches(said):
        if reason not in passed:
            return _of_missing(report, is_context=is_context) if reason == "user" else reason
    return ""


def _of_missing(report: Report, *, is_context: bool) -> str:
    """Nobody of that name: certain when the address itself was refused, doubtful after the whole mail was taken in."""
    tail = report.status.partition(".")[2]
    if tail == "1.6":
        return "hasmoved"
    is_certain = tail in {"1.0", "1.1", "1.3"} or report.command == "rcpt" or is_context or _is_ours(report)
    return "userunknown" if is_certain else "filtered"


def _is_ours(report: Report) -> bool:
    """Whether the server that wrote the letter itself found nobody of that name, and was not told so by another."""
    return report.is_letter and " said: " not in report.said


def _by_status(report: Report) -> str:
    found = _BY_STATUS.get(report.status.partition(".")[2], "")
    if report.command in {"conn", "helo"}:
        return found if found in {"requireptr", "authfailure", "toomanyconn", "systemfull"} else ""
    return "" if report.command == "mail" and found in {"userunknown", "hostunknown", "filtered"} else found


def _by_step(report: Report) -> str:
    if report.action == "delayed":
        return "expired"
    if report.command in {"conn", "helo"}:
        return "blocked"
    if report.command == "mail":
        return "rejected"
    return "onhold" if report.said else "undefined"


def is_hard(reason: str) -> bool:
    """Whether trying again is pointless."""
    return reason in HARD
