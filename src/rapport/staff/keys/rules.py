import hashlib
import secrets

KINDS: dict[str, str] = {
    "write": "may only send interactions (safe to place in a web page)",
    "api": "may use the whole API",
}


def new_key(kind: str) -> str:
    """A fresh key of 160 random bits; its prefix tells people and scanners what it is."""
    return f"rap_{kind}_{secrets.token_hex(20)}"


def digest(key: str) -> str:
    """What is stored of a key. A plain hash is enough: the key itself is random, not a password."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
