import hashlib
import secrets
from dataclasses import dataclass

KINDS: dict[str, str] = {
    "write": "may only send interactions (safe to place in a web page)",
    "api": "may do what its scopes say; it stays secret",
}


@dataclass(frozen=True, slots=True)
class Scope:
    """One thing that a key may be made for: what it is called, and the permissions it acts with."""

    title: str
    permissions: frozenset[str] = frozenset()


SEND = "interactions.write"
SCOPES: dict[str, Scope] = {
    SEND: Scope("Send what happens"),
    "search.read": Scope(
        "Search customers and interactions",
        frozenset({"customers.view", "interactions.view", "touchpoints.view"}),
    ),
    "customers.read": Scope("Read customers", frozenset({"customers.view"})),
    "interactions.read": Scope("Read interactions", frozenset({"interactions.view", "touchpoints.view"})),
    "measures.read": Scope("Read counts and measures", frozenset({"measures.view", "interactions.view"})),
    "links.write": Scope("Join customers", frozenset({"customers.link"})),
    "channels.write": Scope("Pass on what is said on other channels"),
}
"""An operation of the API names the one scope it needs; the permissions bound what may be seen and done there."""


def new_key(kind: str) -> str:
    """A fresh key of 160 random bits; its prefix tells people and scanners what it is."""
    return f"rap_{kind}_{secrets.token_hex(20)}"


def digest(key: str) -> str:
    """What is stored of a key. A plain hash is enough: the key itself is random, not a password."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def permissions(scopes: list[str]) -> frozenset[str]:
    """What a key of these scopes may do; a scope that is no more gives nothing."""
    return frozenset().union(*(SCOPES[name].permissions for name in scopes if name in SCOPES))
