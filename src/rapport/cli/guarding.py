"""What `rapport serve` refuses to start with, and how each is mended."""

import stat
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

SHORTEST_KEY = 32
_FEWEST_LETTERS = 10
_KNOWN = ("insecure", "changeme", "change-me", "change_me", "secret_key", "secretkey", "example", "default")
_AT_HOME = (".local", ".lan", ".internal", ".home.arpa", ".localhost", ".test")
_SECRETS = ("secret_key", "keyring")


def faults() -> list[str]:
    """One sentence for each thing that would leave the record open; empty when all is well."""
    return [*_of_key(settings.SECRET_KEY), *_of_address(), *_of_folder(Path(settings.HOME))]


def _of_key(key: str) -> Iterator[str]:
    mend = "Leave RAPPORT_SECRET_KEY out, and Rapport makes one of its own."
    if len(key) < SHORTEST_KEY or len(set(key)) < _FEWEST_LETTERS:
        yield f"The secret key is too short or too simple: anybody could sign in as anybody. {mend}"
    elif any(word in key.lower() for word in _KNOWN):
        yield f"The secret key is one that stands in examples. {mend}"


def _of_address() -> Iterator[str]:
    base = urlsplit(settings.BASE_URL)
    if base.scheme not in {"http", "https"} or not base.hostname:
        yield f"RAPPORT_BASE_URL is '{settings.BASE_URL}'; it must be an address such as https://rapport.example.org."
    elif base.scheme == "http" and _is_public(base.hostname):
        yield (
            f"People would send their passwords to {settings.BASE_URL} readable by everybody on the way. "
            "Put a server with TLS in front, and set RAPPORT_BASE_URL to its https address."
        )
    if any(host.strip() in {"*", "", "."} for host in settings.ALLOWED_HOSTS):
        yield (
            "RAPPORT_HOSTS lets the server answer to any name, so that links could lead to somebody else's. "
            "Name the hosts people use, separated by commas."
        )
    if settings.DEBUG:
        yield "DEBUG is on: errors would show what the record holds. Set it to False."


def _of_folder(folder: Path) -> Iterator[str]:
    if _is_open(folder):
        yield f"Everybody on this machine may read the data folder. Close it: chmod 700 '{folder}'"
    for name in _SECRETS:
        if _is_open(folder / name):
            yield f"Everybody on this machine may read '{name}'. Close it: chmod 600 '{folder / name}'"


def _is_open(path: Path) -> bool:
    return path.exists() and bool(stat.S_IMODE(path.stat().st_mode) & stat.S_IRWXO)


def _is_public(host: str) -> bool:
    try:
        return not ip_address(host).is_private
    except ValueError:
        return "." in host and not host.endswith(_AT_HOME)
