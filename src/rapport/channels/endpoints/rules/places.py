"""Kinds of endpoints, and an endpoint as others see it."""

from dataclasses import dataclass

KINDS: dict[str, str] = {
    "email": "Mailbox",
    "chat": "Chat on our pages",
    "generic": "Another system",
}
"""A generic endpoint joins any other channel through the documented API, and names which channel that is."""

LONGEST_NAME = 80
LONGEST_ADDRESS = 254


@dataclass(frozen=True, slots=True)
class Place:
    """An endpoint as the areas above see it: where something came in or goes out."""

    id: int
    kind: str
    channel: str
    name: str
    department: str
    touchpoint_id: int | None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Described:
    """What every endpoint is called, and whose it is."""

    name: str
    department: str = ""
    touchpoint_id: int | None = None

    def tidied(self) -> "Described":
        return Described(" ".join(self.name.split()), self.department.strip(), self.touchpoint_id)
