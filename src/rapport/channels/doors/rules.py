"""Whether a message of another system bears its signature: Standard Webhooks, over the very bytes that came."""

import base64
import binascii
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

TOLERANCE = timedelta(minutes=5)
LONGEST_ID = 150
_MOST = 10
_MARK = "whsec_"


@dataclass(frozen=True, slots=True)
class Sealed:
    """What the headers of a message say: webhook-id, webhook-timestamp and webhook-signature, as they came."""

    id: str
    timestamp: str
    signatures: str


def is_genuine(sealed: Sealed, body: bytes, *, secret: str, at: datetime) -> bool:
    """Whether one of the signatures is right for these bytes and this moment; nothing says what was wrong.

    >>> from datetime import UTC
    >>> secret, at = "whsec_" + base64.b64encode(b"k" * 32).decode(), datetime(2026, 3, 2, tzinfo=UTC)
    >>> right = signature("msg_1", str(int(at.timestamp())), b"{}", secret)
    >>> is_genuine(Sealed("msg_1", str(int(at.timestamp())), right), b"{}", secret=secret, at=at)
    True
    """
    is_whole = 0 < len(sealed.id) <= LONGEST_ID and sealed.id.isascii() and "." not in sealed.id
    if not secret or not is_whole or not _is_fresh(sealed.timestamp, at):
        return False
    right = signature(sealed.id, sealed.timestamp, body, secret).encode()
    given = [one.encode("utf-8", "replace") for one in sealed.signatures.split(" ")[:_MOST]]
    return sum(hmac.compare_digest(right, one) for one in given) > 0


def signature(message_id: str, timestamp: str, body: bytes, secret: str) -> str:
    """The signature of these bytes, in version 1 of the scheme."""
    signed = hmac.digest(_key(secret), f"{message_id}.{timestamp}.".encode() + body, sha256)
    return f"v1,{base64.b64encode(signed).decode()}"


def _is_fresh(timestamp: str, at: datetime) -> bool:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    return abs(at.timestamp() - int(timestamp)) <= TOLERANCE.total_seconds()


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(_MARK) + "==")
    except binascii.Error:
        return secret.encode()
