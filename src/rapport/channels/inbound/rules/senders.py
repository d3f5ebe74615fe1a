"""What can be told of a sender from its address alone."""

import re

_NOBODY_READS = re.compile(
    r"(?:^|[._+-])(?:no[._-]?reply|do[._-]?not[._-]?reply|not[._-]?reply|noreply|donotreply|nobody|"
    r"verify|verification|verifications|confirm|confirmation|account[._-]?security|security[._-]?noreply|"
    r"ne[._-]?pas[._-]?repondre|nicht[._-]?antworten|keine[._-]?antwort|no[._-]?responder|nao[._-]?responda|"
    r"non[._-]?rispondere|niet[._-]?beantwoorden|invite|invites|invitation|invitations|otp|one[._-]?time)(?:[._+0-9-]|$)"
)
_MACHINES = re.compile(r"(?:mailer[._-]?daemon|postmaster|mail[._-]?daemon|mail[._-]?delivery[._-]?system)")
_TAG = re.compile(r"\+.*$")


def is_read_by_nobody(address: str) -> bool:
    """Whether an address says that nobody answers there, or that it sends codes: what comes from it is for staff alone.

    A stranger who gives one of our addresses to such a sender must not come to read what it sends us.

    >>> is_read_by_nobody("no-reply@chat.example"), is_read_by_nobody("confirm.42@bank.example")
    (True, True)
    >>> is_read_by_nobody("norah.epply@shop.example")
    False
    """
    return bool(_NOBODY_READS.search(local_part(address)))


def is_machine(address: str) -> bool:
    """Whether a mail system itself writes from there.

    >>> is_machine("MAILER-DAEMON@mx.example"), is_machine("daemon.smith@mx.example")
    (True, False)
    """
    return bool(_MACHINES.fullmatch(_TAG.sub("", local_part(address))))


def local_part(address: str) -> str:
    """What stands before the @, in lower case."""
    return address.rpartition("@")[0].lower()


def domain_of(address: str) -> str:
    """What stands behind the @, in lower case.

    >>> domain_of("ada@Mail.Example")
    'mail.example'
    """
    return address.rpartition("@")[2].lower().rstrip(".")
