"""The random token that a visitor's browser keeps, and what is stored of it."""

import hashlib

LONGEST = 64


def digest(token: str) -> str:
    """What is stored of a token. A plain hash is enough: the token itself is 256 random bits."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
