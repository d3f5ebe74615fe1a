"""What is known of a chat on pages, and of a door for another system."""

import re
import secrets
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from rapport.channels.endpoints.rules.hours import Hours
from rapport.channels.endpoints.rules.places import Place

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
FIRST_COLOUR = "#1f5f8b"
MOST_ORIGINS = 20
LONGEST_GREETING = 300


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """How a chat looks and where it may stand. `origins` empty: nowhere yet; `hours` are as people wrote them."""

    colour: str = FIRST_COLOUR
    greeting: str = ""
    origins: tuple[str, ...] = ()
    hours: str = ""
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Widget:
    """A chat as the server of the widget needs it: its place, its public name, its looks and its hours."""

    place: Place
    token: str
    settings: ChatSettings
    hours: Hours
    is_open: bool


@dataclass(frozen=True, slots=True)
class Door:
    """A door for another system: `target` is where our words are posted ("": nowhere, it fetches them)."""

    place: Place
    token: str
    target: str
    is_open: bool
    secret: str = field(repr=False)


def new_token() -> str:
    """The random name of an endpoint in public addresses: 192 bits."""
    return secrets.token_urlsafe(24)


def origin_from(text: str) -> str | None:
    """An origin as browsers say it, or None if this is none: scheme, host, and a port that is not the usual one.

    >>> origin_from("https://Shop.example.org/contact"), origin_from("shop.example.org")
    ('https://shop.example.org', None)
    """
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname.lower()
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != usual else "")
