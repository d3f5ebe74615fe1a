"""Names that only we can have given: Message-IDs, reply addresses and marks in a text.

Each carries two numbers, hidden, under 128 bits of a keyed digest. What cannot be opened is nobody's: nothing says
whether a number exists, and one name tells nothing of the next. A name of one sort does not open as another.
"""

import base64
import hmac
import re
from dataclasses import dataclass
from hashlib import sha256

_DIGEST_BYTES = 16
_NUMBER_BYTES = 5
LENGTH = 42
"""Letters of a token: 26 bytes in base32, which survive servers that lower or raise the case of an address."""
_LONGEST_LOCAL_PART = 64
_REPLY, _RETURN, _MESSAGE, _MARK = "r", "b", "m", "k"
_LETTERS = f"[a-z2-7]{{{LENGTH}}}"
_IN_ADDRESS = re.compile(f"(?:^|\\+)({_REPLY}|{_RETURN})({_LETTERS})$")
_IN_NAME = re.compile(f"^<?{_MESSAGE}({_LETTERS})@")
_IN_TEXT = re.compile(f"\\[#{_MARK}({_LETTERS})\\]", re.IGNORECASE)
_MOST_MARKS = 20


@dataclass(frozen=True, slots=True)
class Reply:
    """Where a reply belongs: the thread, and the identifier of the participant to whom the address was given."""

    thread_id: int
    participant_id: int


@dataclass(frozen=True, slots=True)
class Return:
    """What a bounce is about: the message and the dispatch to one of its recipients."""

    message_id: int
    dispatch_id: int


def reply_address(secret: bytes, thread_id: int, participant_id: int, place: str) -> str:
    """The address at which one participant answers in one thread.

    `place` is a mailbox that takes anything after a plus ("help@shop.example"), or a domain whose every address
    reaches us ("reply.shop.example"). A mailbox whose name leaves no room is given back as it is.

    >>> address = reply_address(b"k" * 32, 7, 12, "help@shop.example")
    >>> opened_address(b"k" * 32, address.upper())
    Reply(thread_id=7, participant_id=12)
    >>> opened_address(b"other" * 6, address) is None
    True
    """
    return _addressed(_REPLY + _sealed(secret, _REPLY, thread_id, participant_id), place)


def return_address(secret: bytes, message_id: int, dispatch_id: int, place: str) -> str:
    """The address to which a mail that cannot be delivered comes back; see `reply_address` for `place`."""
    return _addressed(_RETURN + _sealed(secret, _RETURN, message_id, dispatch_id), place)


def opened_address(secret: bytes, address: str) -> Reply | Return | None:
    """What an address says that we gave out ourselves; None for any other."""
    found = _IN_ADDRESS.search(address.strip().strip("<>").rpartition("@")[0].lower())
    if found is None or (numbers := _opened(secret, found[1], found[2])) is None:
        return None
    return Reply(*numbers) if found[1] == _REPLY else Return(*numbers)


def message_name(secret: bytes, message_id: int, domain: str) -> str:
    """The Message-ID of a message of ours: the same at every try and for every recipient."""
    return f"<{_MESSAGE}{_sealed(secret, _MESSAGE, message_id, 0)}@{domain}>"


def opened_name(secret: bytes, name: str) -> int | None:
    """The number of our message that bears this Message-ID; None for a name we did not give.

    >>> opened_name(b"k" * 32, message_name(b"k" * 32, 41, "shop.example"))
    41
    """
    found = _IN_NAME.match(name.strip().lower())
    numbers = _opened(secret, _MESSAGE, found[1]) if found else None
    return numbers[0] if numbers else None


def mark(secret: bytes, thread_id: int, participant_id: int) -> str:
    """A mark for the foot of a mail, by which a reply is known that lost its headers on the way."""
    return f"[#{_MARK}{_sealed(secret, _MARK, thread_id, participant_id)}]"


def opened_marks(secret: bytes, text: str) -> list[Reply]:
    """Where the marks in a text say that it belongs, in their order; what is not our mark is passed over."""
    found = _IN_TEXT.findall(text)[:_MOST_MARKS]
    numbers = (_opened(secret, _MARK, one.lower()) for one in found)
    return [Reply(*one) for one in dict.fromkeys(numbers) if one]


def loop_mark(secret: bytes) -> str:
    """What stands in `X-Rapport-Loop` of all that this installation sends: it coming back is a loop."""
    return hmac.digest(secret, b"loop", sha256)[:_DIGEST_BYTES].hex()


def _addressed(token: str, place: str) -> str:
    local, _at, domain = place.rpartition("@")
    if not local:
        return f"{token}@{domain}"
    return f"{local}+{token}@{domain}" if len(local) + 1 + len(token) <= _LONGEST_LOCAL_PART else place


def _sealed(secret: bytes, sort: str, first: int, second: int) -> str:
    numbers = first.to_bytes(_NUMBER_BYTES) + second.to_bytes(_NUMBER_BYTES)
    digest = _digest(secret, sort, numbers)
    raw = digest + _hidden(secret, digest, numbers)
    return base64.b32encode(raw).decode().rstrip("=").lower()


def _opened(secret: bytes, sort: str, token: str) -> tuple[int, int] | None:
    raw = base64.b32decode(token.upper() + "=" * (-LENGTH % 8))
    digest = raw[:_DIGEST_BYTES]
    numbers = _hidden(secret, digest, raw[_DIGEST_BYTES:])
    if not hmac.compare_digest(digest, _digest(secret, sort, numbers)):
        return None
    return int.from_bytes(numbers[:_NUMBER_BYTES]), int.from_bytes(numbers[_NUMBER_BYTES:])


def _digest(secret: bytes, sort: str, numbers: bytes) -> bytes:
    return hmac.digest(secret, b"name" + sort.encode() + numbers, sha256)[:_DIGEST_BYTES]


def _hidden(secret: bytes, digest: bytes, numbers: bytes) -> bytes:
    """The numbers, covered or uncovered by a stream that the digest chooses."""
    stream = hmac.digest(secret, b"hide" + digest, sha256)
    return bytes(one ^ other for one, other in zip(numbers, stream, strict=False))
