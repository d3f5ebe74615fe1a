"""Bytes of a mail, made by hand: the same letter gives the same bytes at every try, and nobody's words become a header.

RFC 5322 and 2045 to 2049, 2231 for names of files, 6532 where an address itself is not ASCII.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import format_datetime

import idna

_LINE = 76
_LONGEST_LINE = 998
_WORD_BYTES = 45
"""Of UTF-8 in one encoded word: in base64 it stays within the 75 letters that RFC 2047 allows."""
_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_TOKEN = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,127}/[A-Za-z0-9!#$&^_.+-]{1,127}")
_LOCAL = re.compile(r"[^\s\x00-\x20\x7f\"(),:;<>@\[\\\]]{1,64}")
_LINE_ENDS = re.compile(r"\r\n|[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_NOT_SHOWN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

CRLF = b"\r\n"


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a mail: its headers, ready, and its body, encoded; lines end with CRLF."""

    headers: tuple[bytes, ...]
    body: bytes


def plain(text: str) -> str:
    r"""Words for a header: on one line, without what no printer prints.

    >>> plain("Order\r\nBcc: spy@x.example")
    'Order Bcc: spy@x.example'
    """
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def address(text: str) -> str | None:
    r"""A mail address as it goes on the wire, its domain in ASCII; None for what is none.

    >>> address("vera@bücher.example"), address("a b@x.example"), address("a@x.example\nBcc: spy@x.example")
    ('vera@xn--bcher-kva.example', None, None)
    """
    local, _at, domain = text.strip().rpartition("@")
    parts = local.split(".")
    if not all(parts) or not _LOCAL.fullmatch(local) or not local.isprintable():
        return None
    try:
        wire = domain.lower() if domain.isascii() else idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        return None
    return f"{local}@{wire}" if re.fullmatch(r"(?=.{1,253}$)[a-z0-9_-]+(\.[a-z0-9_-]+)*", wire) else None


def mailbox(name: str, wire: str) -> str:
    """An address with the name of its owner in front, quoted or encoded as need be; `wire` comes from `address`."""
    shown = plain(name)
    if not shown:
        return wire
    if not shown.isascii():
        return f"{encoded(shown)} <{wire}>"
    if _ATOM.fullmatch(shown):
        return f"{shown} <{wire}>"
    quoted = shown.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}" <{wire}>'


def encoded(text: str) -> str:
    """Words as RFC 2047 writes them; ASCII stays as it is, unless it looks encoded itself."""
    if text.isascii() and "=?" not in text:
        return text
    words, held = [], b""
    for char in text:
        letter = char.encode("utf-8", "replace")
        if len(held) + len(letter) > _WORD_BYTES:
            words.append(held)
            held = b""
        held += letter
    return " ".join(f"=?utf-8?b?{base64.b64encode(word).decode()}?=" for word in [*words, held])


def header(name: str, value: str) -> bytes:
    """A header, folded between words. A word that fits no line is left out: only a forged name is as long."""
    lines = [f"{name}:"]
    for word in value.split(" "):
        if len(word.encode()) > _LONGEST_LINE - len(name) - 2:
            continue
        if len(lines[-1]) + 1 + len(word) > _LINE and lines[-1] not in {f"{name}:", ""}:
            lines.append(f" {word}")
        else:
            lines[-1] += f" {word}"
    return "\r\n".join(lines).encode()


def dated(name: str, at: object) -> bytes:
    """A header with a moment."""
    return header(name, format_datetime(at))  # type: ignore[arg-type]


def text_part(text: str, subtype: str) -> Part:
    """Words: quoted-printable, or base64 where that is shorter."""
    normal = _NOT_SHOWN.sub("", _LINE_ENDS.sub("\n", text))
    raw = normal.encode("utf-8", "replace")
    kind = header("Content-Type", f'text/{subtype}; charset="utf-8"')
    strange = len(raw) - len(normal)
    if strange * 3 > len(raw):
        return Part((kind, b"Content-Transfer-Encoding: base64"), _based(raw.replace(b"\n", CRLF)))
    quoted = binascii.b2a_qp(raw, istext=True).replace(b"\n", CRLF)
    return Part((kind, b"Content-Transfer-Encoding: quoted-printable"), quoted)


def file_part(name: str, media_type: str, content: bytes, *, content_id: str = "") -> Part:
    """A file; with a content id it is a picture within the text, which names it."""
    kind = media_type if _TOKEN.fullmatch(media_type) else "application/octet-stream"
    kind = "application/octet-stream" if kind.startswith(("multipart/", "message/")) else kind
    headers = [
        header("Content-Type", kind),
        b"Content-Transfer-Encoding: base64",
        header("Content-Disposition", f"{'inline' if content_id else 'attachment'}; {_file_name(name)}"),
    ]
    if content_id:
        headers.append(header("Content-ID", f"<{re.sub(r'[^A-Za-z0-9.@_+-]', '', content_id)}>"))
    return Part(tuple(headers), _based(content))


def joined(subtype: str, parts: Iterable[Part], seed: str) -> Part:
    """Several pieces as one; the line between them is made of `seed`, and stands in none of them."""
    pieces = list(parts)
    edge = boundary(seed, pieces)
    lines = [CRLF.join((b"--" + edge, *one.headers, b"", one.body)) for one in pieces]
    body = CRLF.join([*lines, b"--" + edge + b"--", b""])
    kind = header("Content-Type", f'multipart/{subtype}; boundary="{edge.decode()}"')
    return Part((kind,), body)


def boundary(seed: str, parts: Iterable[Part]) -> bytes:
    """A line that no body holds: encoded bodies never hold its first letters ("=_")."""
    bodies = [one.body for one in parts]
    for number in range(100):
        found = b"=_" + hashlib.sha256(f"{seed} {number}".encode()).hexdigest()[:32].encode()
        if not any(found in body for body in bodies):
            return found
    raise AssertionError("a hundred digests stand in one mail")


def _file_name(name: str) -> str:
    shown = plain(name) or "file"
    if shown.isascii():
        quoted = shown.replace("\\", "_").replace('"', "'")
        return f'filename="{quoted}"'
    escaped = "".join(f"%{byte:02X}" for byte in shown.encode("utf-8", "replace"))
    return f"filename*=utf-8''{escaped}"


def _based(raw: bytes) -> bytes:
    whole = base64.b64encode(raw)
    return CRLF.join(whole[start : start + _LINE] for start in range(0, len(whole), _LINE))
