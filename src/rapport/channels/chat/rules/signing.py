"""Who a page says that its visitor is: a short-lived token that the page's own server signed (RFC 7519, HS256).

A typed name or address never gets here. Only one algorithm is read, whatever the token says of itself; it must be
made for this very chat, say who, and end within an hour.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import msgspec

LONGEST_TOKEN = 4096
LONGEST_LIFE = timedelta(hours=1)
LEEWAY = timedelta(minutes=5)
"""Between the clock of the page's server and ours (F12); it does not lengthen the life of a token."""
SHORTEST_SECRET = 32
_ONLY = "HS256"
_signatures = jwt.PyJWS(algorithms=[_ONLY])


class NotBelieved(ValueError):  # noqa: N818 - named for the fact
    """A token that proves nothing. Its message is for whoever sets the chat up, never for the visitor's page."""


class Signed(msgspec.Struct, frozen=True):
    """What a token says: the account, when it was signed, until when it holds; what else the server vouches for."""

    sub: str
    aud: str
    iat: int
    exp: int
    nbf: int | None = None
    name: str = ""
    email: str = ""

    @property
    def signed_at(self) -> datetime:
        return datetime.fromtimestamp(self.iat, UTC)

    @property
    def ends_at(self) -> datetime:
        return datetime.fromtimestamp(self.exp, UTC)


def believed(token: str, *, secret: str, audience: str, at: datetime) -> Signed:
    """What the token says, if it was signed with our secret for this chat and holds at this moment."""
    if len(secret) < SHORTEST_SECRET:
        raise NotBelieved("this chat has no secret to sign with")
    if len(token) > LONGEST_TOKEN or not token.isascii():
        raise NotBelieved("not a token")
    said = _read(token, secret)
    if said.aud != audience:
        raise NotBelieved("made for another chat (aud)")
    if not 0 < len(said.sub.strip()) <= 200:
        raise NotBelieved("says nobody (sub)")
    _check_times(said, at)
    return said


def _read(token: str, secret: str) -> Signed:
    try:
        found: dict[str, Any] = _signatures.decode_complete(token, secret, algorithms=[_ONLY])
        return msgspec.json.decode(found["payload"], type=Signed)
    except jwt.PyJWTError as error:
        raise NotBelieved(str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotBelieved(f"its content: {error}") from error


def _check_times(said: Signed, at: datetime) -> None:
    now = at.timestamp()
    life, leeway = LONGEST_LIFE.total_seconds(), LEEWAY.total_seconds()
    if not 0 < said.exp - said.iat <= life:
        raise NotBelieved("does not end within an hour of its signing (iat, exp)")
    if said.exp + leeway <= now:
        raise NotBelieved("has ended (exp)")
    if max(said.iat, said.nbf or 0) > now + leeway:
        raise NotBelieved("was signed in the future (iat)")
