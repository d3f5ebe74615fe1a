"""A check of our own of who sent a mail, for mailboxes whose server says nothing: its signature (DKIM, RFC 6376).

It asks the DNS, so it is made only where the mailbox says so, and before anybody waits for the walk. From where a mail
was handed over (SPF) only the server that took it can tell, so this check proves or proves nothing; it never accuses.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from rapport.channels.inbound.rules import authentication
from rapport.channels.inbound.rules.authentication import NONE, PASS, Result, Verdict

Ask = Callable[..., bytes | None]
"""Gives the TXT record of a name, as the DNS would: `ask(name, timeout=5)`."""
_MOST_SIGNATURES = 4
_SECONDS = 5


def verdict(raw: bytes, author_domain: str, *, ask: Ask | None = None) -> Verdict:
    """What the signatures of a mail prove of the domain in its From field; needs the extra `mail-auth`."""
    try:
        dkim = import_module("dkim")
    except ImportError:
        return Verdict(reason="the extra mail-auth is not installed")
    results = [_result(dkim, raw, place, ask) for place in range(_MOST_SIGNATURES)]
    found = authentication.judged([one for one in results if one], author_domain)
    return found if found.is_pass else Verdict(NONE, True, reason=f"no signature of {author_domain} holds")


def _result(dkim: Any, raw: bytes, place: int, ask: Ask | None) -> Result | None:
    """What the signature at this place proves; None where there is none, or it does not hold.

    One that covers only the beginning of the text (`l=`) proves nothing: anybody may have added to it.
    """
    try:
        signed = dkim.DKIM(raw, timeout=_SECONDS)
        held = signed.verify(idx=place, **({"dnsfunc": ask} if ask else {}))
    except Exception:  # noqa: BLE001 - whatever is wrong with a signature, a key or the DNS: it proves nothing
        return None
    fields = signed.signature_fields if held else {}
    if not held or b"l" in fields:
        return None
    return Result("dkim", PASS, {"header.d": fields[b"d"].decode("ascii", "replace").lower()})
