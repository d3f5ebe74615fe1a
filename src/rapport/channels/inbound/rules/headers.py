"""Header fields: from a block of bytes to names and values, whatever is wrong with it."""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote_to_bytes

from rapport.channels.inbound.rules import charsets
from rapport.channels.inbound.rules.limits import FIELD_BYTES, HEADER_BYTES, MOST_FIELDS

_FIELD = re.compile(rb"^([!-9;-~]{1,200})[ \t]*:(.*(?:\n[ \t].*)*)", re.MULTILINE)
_FIRST_FIELD = re.compile(rb"[!-9;-~]{1,200}[ \t]*:")
_FOLD = re.compile(rb"\r*\n(?=[ \t])")
_NOISE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029]+")
_WORD = re.compile(
    r"=\?([^?*\s]{1,60})(?:\*[^?\s]{0,40})?\?([bBqQ])\?((?:[^?]|\?(?!=)){0,4000}?)\?=(?=(\s*)(=\?)?)"
)
_MOST_BLANK = 1_000
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_PARAMETER = re.compile(
    r';\s*([^\s=;"]{1,100})\s*=\s*("(?:[^"\\]|\\.)*"?|[^;"]*)|;\s*"([^"]*)"',
    re.DOTALL,
)
_SECTION = re.compile(r"(.+?)(?:\*(\d{1,3}))?(\*)?")


@dataclass(frozen=True)
class Headers:
    """The fields of one block in their order, names in lower case, values unfolded and as yet undecoded."""

    fields: tuple[tuple[str, str], ...] = ()

    @cached_property
    def _by_name(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for name, value in self.fields:
            found.setdefault(name, []).append(value)
        return {name: tuple(values) for name, values in found.items()}

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of the field, the topmost first."""
        return self._by_name.get(name.lower(), ())

    def get(self, name: str, default: str = "") -> str:
        """The topmost value of the field."""
        found = self.all(name)
        return found[0] if found else default

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._by_name

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.fields)


def cut(content: bytes) -> tuple[bytes, bytes, bool]:
    r"""The block of header fields, what follows it, and whether there was a block.

    A text whose first line is no field has no header; lines in the block that are none are passed over.

    >>> cut(b"Subject: hello\r\n\r\nGood morning")
    (b'Subject: hello\r\n', b'Good morning', True)
    >>> cut(b"Good morning\n\nhow are you?")
    (b'', b'Good morning\n\nhow are you?', False)
    """
    start = _blank_until(content, 0)
    if content.startswith((b"From ", b">From"), start):
        start = content.find(b"\n", start) + 1
    block, body = bounds(content, start, len(content))
    return content[start:block], content[body:], block > start


def _blank_until(content: bytes, start: int) -> int:
    while content[start : start + 1] in {b"\r", b"\n"} and start < _MOST_BLANK:
        start += 1
    return start


def bounds(content: bytes, start: int, end: int) -> tuple[int, int]:
    """Where the block of fields that begins at `start` ends, and where the body begins; equal to `start` for no block.

    Works on positions, since copying a mail once a level would make deep ones slow.
    """
    if not _FIRST_FIELD.match(content, start, end):
        return start, start
    ends = [at for at in (content.find(b"\n\n", start, end), content.find(b"\n\r\n", start, end)) if at >= 0]
    if not ends:
        return end, end
    block = min(ends) + 1
    return block, block + (1 if content[block : block + 1] == b"\n" else 2)


def read(block: bytes, charset: str = "") -> tuple[Headers, list[str]]:
    """The fields of a block, and what was mended or left out."""
    faults = []
    if len(block) > HEADER_BYTES:
        block, faults = block[:HEADER_BYTES], ["header cut"]
    fields: list[tuple[str, str]] = []
    for match in _FIELD.finditer(block):
        if len(fields) >= MOST_FIELDS:
            faults.append("fields left out")
            break
        value = match[2]
        if len(value) > FIELD_BYTES:
            value, faults = (
                value[:FIELD_BYTES],
                [*faults, "field cut"] if "field cut" not in faults else faults,
            )
        fields.append((match[1].decode("ascii").lower(), _unfolded(value, charset)))
    return Headers(tuple(fields)), faults


def _unfolded(value: bytes, charset: str) -> str:
    bare = _FOLD.sub(b"", value).strip()
    text = bare.decode("ascii") if bare.isascii() else charsets.decoded(bare, "utf-8", charset or "cp1252")[0]
    return _NOISE.sub(" ", text)


def decode(value: str) -> str:
    """A value with its encoded words (RFC 2047) read, as wild as they come; no line ends or control characters.

    >>> decode("=?utf-8?Q?Gr=C3=BC=C3=9Fe?= =?UTF-8?b?IGF1cyBC?= =?UTF-8?b?w7ZibGluZ2Vu?=")
    'Grüße aus Böblingen'
    """
    if "=?" not in value:
        return " ".join(_NOISE.sub(" ", value).split())
    pieces: list[str] = []
    waiting: tuple[str, bytes] = ("", b"")
    position = 0
    for match in _WORD.finditer(value):
        between = value[position : match.start()]
        charset, content = match[1].lower(), _word_bytes(match[2], match[3])
        if position and not between.strip():
            between = ""
        if between or charset != waiting[0]:
            pieces += [charsets.decoded(waiting[1], waiting[0])[0], between]
            waiting = (charset, content)
        else:
            waiting = (charset, waiting[1] + content)
        position = match.end()
    pieces += [charsets.decoded(waiting[1], waiting[0])[0], value[position:]]
    return " ".join(_NOISE.sub(" ", "".join(pieces)).split())


def _word_bytes(encoding: str, text: str) -> bytes:
    raw = text.encode("utf-8", "replace")
    if encoding in "bB":
        return base64_bytes(raw)
    return _HEX.sub(lambda hexed: bytes([int(hexed[1], 16)]), raw.replace(b"_", b" "))


def base64_bytes(content: bytes) -> bytes:
    """The bytes in a base64 text; garbage in it is passed over and a missing end made good."""
    try:
        return binascii.a2b_base64(content)
    except binascii.Error:
        bare = _NOT_BASE64.sub(b"", content)
        return binascii.a2b_base64(bare[: len(bare) - (len(bare) % 4 == 1)] + b"===")


def parameters(value: str) -> tuple[str, dict[str, str]]:
    r"""The bare value and its parameters, RFC 2231 pieces and charsets put together, RFC 2047 in the wild too.

    >>> parameters('attachment; filename*0*=utf-8\'\'%C3%BCber; filename*1="sicht.pdf"')
    ('attachment', {'filename': 'übersicht.pdf'})
    """
    bare = value.partition(";")[0].strip().lower()
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[bool, str]]] = {}
    for match in _PARAMETER.finditer(value[:FIELD_BYTES]):
        if match[1] is None:
            continue
        name, said = match[1].lower(), _unquoted(match[2])
        section = _SECTION.fullmatch(name)
        if section and (section[2] or section[3]):
            pieces.setdefault(section[1], {})[int(section[2] or 0)] = (bool(section[3]), said)
        else:
            plain.setdefault(name, decode(said) if "=?" in said else said)
    for name, numbered in pieces.items():
        plain[name] = _joined(numbered)
    return bare, plain


def _unquoted(said: str) -> str:
    said = said.strip()
    if said.startswith('"'):
        return re.sub(r"\\([\"\\])", r"\1", said[1:].removesuffix('"'))
    return said


def _joined(numbered: dict[int, tuple[bool, str]]) -> str:
    charset = ""
    content = b""
    for position, number in enumerate(sorted(numbered)):
        is_encoded, said = numbered[number]
        if position == 0 and is_encoded and said.count("'") >= 2:
            charset, _, said = said.split("'", 2)
        content += unquote_to_bytes(said) if is_encoded else said.encode("utf-8", "replace")
    return _NOISE.sub(" ", charsets.decoded(content, charset or "utf-8")[0])
