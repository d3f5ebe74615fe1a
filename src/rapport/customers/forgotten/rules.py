"""Keyed digests: the same thing gives the same digest, and without the key nobody can try out who it was."""

import hashlib


def of_identifier(key: bytes, kind: str, value: str) -> str:
    """The digest of an identifier in its stored form: 128 bits in hexadecimal."""
    return _digest(key, b"identifier", f"{kind}\x00{value}")


def of_message(key: bytes, source_id: int, message_id: str) -> str:
    """The digest of an interaction's own name: its source and message id."""
    return _digest(key, b"message", f"{source_id}\x00{message_id}")


def _digest(key: bytes, person: bytes, text: str) -> str:
    return hashlib.blake2b(text.encode(), key=key, digest_size=16, person=person).hexdigest()
