"""Addresses out of header fields: structure first and names decoded after, so that no name becomes an address."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rapport.channels.inbound.rules import headers
from rapport.channels.inbound.rules.limits import MOST_ADDRESSES

_TOKEN = re.compile(
    r"""(?P<quoted>"(?:[^"\\]|\\.)*(?:"|$))|(?P<angle><[^<>]*>?)|(?P<comment>\()|(?P<close>\))|(?P<mark>[,;])"""
    r"""|(?P<group>:)|(?P<word>[^\s"<(),;:>\[\]]+(?:\[[^\]\s]*\]?)?)|(?P<space>\s+)|(?P<other>.)""",
    re.DOTALL,
)
_PLAIN = re.compile(r"[\w!#$&'*+\-/=?^`{|}~]+(?:\.[\w!#$&'*+\-/=?^`{|}~]+)*@[\w-]+(?:\.[\w-]+)*\.?")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True)
class Address:
    """A mailbox as a field names it: what it is called, and the address itself, its domain in lower case."""

    name: str
    email: str

    @property
    def is_plain(self) -> bool:
        """Whether the address is of the ordinary form: no quotes, routes, percent signs or encoded words."""
        return bool(_PLAIN.fullmatch(self.email)) and "=?" not in self.email and len(self.email) <= 320


def read(values: Iterable[str]) -> tuple[Address, ...]:
    """The addresses of all these fields in their order; groups are opened, what holds no address is left out.

    >>> read(['"Doe, Jane" <jane@Example.org>, joe@example.org (Joe), undisclosed-recipients:;'])
    (Address(name='Doe, Jane', email='jane@example.org'), Address(name='Joe', email='joe@example.org'))
    """
    found: list[Address] = []
    for value in values:
        for address in _of_field(value):
            found.append(address)
            if len(found) >= MOST_ADDRESSES:
                return tuple(found)
    return tuple(found)


@dataclass
class _Reading:
    """What has been gathered of the mailbox being read."""

    words: list[str]
    angle: str = ""
    comments: str = ""

    def and_then(self, kind: str, text: str) -> "_Reading":
        """With one more token; a colon ends the name of a group, and the last pair of brackets holds the address."""
        if kind == "group" and "@" not in "".join(self.words):
            return _Reading([])
        if kind == "angle" and "@" not in self.angle:
            self.words += [self.angle] if self.angle else []
            self.angle = text
        elif kind != "group":
            self.words.append(text)
        return self

    def address(self) -> Address | None:
        said = "".join(self.words).strip()
        if self.angle:
            email = _bare(self.angle)
            return Address(_name(said or self.comments), email) if email else None
        if "@" not in said:
            return None
        *before, last = said.split()
        email = _bare(last)
        return Address(_name(" ".join(before) or self.comments), email) if "@" in email else None


def _of_field(value: str) -> Iterable[Address]:
    reading, depth = _Reading([]), 0
    for match in _TOKEN.finditer(value):
        kind, text = match.lastgroup, match[0]
        if kind == "comment" or depth:
            depth += (kind == "comment") - (kind == "close")
            reading.comments += "" if kind == "comment" or not depth else text
        elif kind == "mark" or (kind == "angle" and "@" in text and "@" in reading.angle):
            address = reading.address()
            if address:
                yield address
            reading = _Reading([], angle=text if kind == "angle" else "")
        else:
            reading = reading.and_then(kind or "", text)
    address = reading.address()
    if address:
        yield address


def _bare(text: str) -> str:
    """An address without brackets, a source route or `mailto:`; a null one (`<>`) is empty."""
    bare = "".join(text.strip("<>").split()).strip("'")
    bare = bare[7:] if bare[:7].lower() == "mailto:" else bare
    if bare.startswith("@") and ":" in bare:
        bare = bare.partition(":")[2]
    local, at, domain = bare.rpartition("@")
    return f"{local}@{domain.lower()}" if at else bare


def _name(said: str) -> str:
    bare = said.strip()
    if len(bare) > 1 and bare[0] == bare[-1] == '"':
        bare = bare[1:-1]
    bare = _ESCAPED.sub(r"\1", bare) if "\\" in bare else bare
    return headers.decode(bare).strip("\"' ")[:400]
