"""How the audit log is chained: each entry's digest covers the one before it and what the entry says.

What names people (actor, subject, detail) enters the digest as a salted hash. The clear words and their salts lie
beside it: when a person is erased both go, nobody can guess the words back from the hash, and the chain still holds.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

FIRST = "0" * 64
"""What the first entry has before it."""
CLEAR = ("actor", "subject", "detail")
"""What an entry says in clear words, and erasure empties."""


def new_salts() -> dict[str, str]:
    """One random salt for each thing that is said in clear."""
    return {field: secrets.token_hex(16) for field in CLEAR}


def cover(value: Any, salt: str) -> str:
    """The salted hash that stands for a value in the chain."""
    return hmac.new(bytes.fromhex(salt), canonical(value).encode(), hashlib.sha256).hexdigest()


def digest(previous: str, *, number: int, at: datetime, act: str, covers: Mapping[str, str]) -> str:
    """The digest of one entry, 64 hexadecimal digits."""
    content = {"number": number, "at": at.astimezone(UTC).isoformat(), "act": act, **covers}
    return hashlib.sha256(f"{previous}\n{canonical(content)}".encode()).hexdigest()


def canonical(value: Any) -> str:
    """JSON that both databases give back alike: keys in order, numbers written out, nothing between.

    >>> canonical({"b": 1.0, "a": (1, "x")})
    '{"a":["1","x"],"b":"1"}'
    """
    return json.dumps(_plain(json.loads(json.dumps(value))), sort_keys=True, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return format(Decimal(str(value)).normalize(), "f")
    return value
