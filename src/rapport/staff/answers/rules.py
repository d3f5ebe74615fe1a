"""Which requests are the same, for how long an answer is kept, and which answers are."""

import hashlib
from datetime import timedelta

KEPT = timedelta(days=7)
IN_HAND = timedelta(seconds=60)
"""For so long a request is taken to be under way; after it, it was lost with its process and may be sent again."""
LONGEST_KEY = 255


def digest(*parts: bytes) -> str:
    """One name for some parts, none of which can be read from it.

    >>> digest(b"a", b"bc") == digest(b"ab", b"c")
    False
    """
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big") + part)
    return whole.hexdigest()


def is_key(written: str) -> bool:
    """Whether this may be an Idempotency-Key: 1 to 255 visible ASCII characters."""
    return 0 < len(written) <= LONGEST_KEY and all(" " < char <= "~" for char in written)


def is_kept(status: int) -> bool:
    """Whether an answer is the request's result: done, or refused by a rule; not that it could not be tried."""
    return 200 <= status < 300 or status in {404, 409, 422}
