"""Parts of a mail (RFC 2046), found in linear time by their borders; a broken structure gives what can be had of it."""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from rapport.channels.inbound.rules import charsets, headers
from rapport.channels.inbound.rules.limits import MOST_DELIMITERS, MOST_DEPTH, MOST_PARTS

_TYPE = re.compile(r"[\w.+-]{1,80}/[\w.+-]{1,100}", re.ASCII)
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} ([^\r\n]{1,250})\r?\n", re.MULTILINE)
_UU_END = re.compile(rb"^end[ \t]*\r?$\n?", re.MULTILINE)
_BORDER = re.compile(rb"\s{0,20}(?:[^\n]{0,200}\n){0,5}?--([^\s]{5,70})[ \t]*\r?\n")
_AFTER_BORDER = frozenset(b"- \t\r\n\v\f")
"""Anything else right after it, and it is a longer name that begins alike."""
_LONGEST_BORDER = 1_000
_OLD_CHARSET = re.compile(r"charset\s*=?\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)


@dataclass(frozen=True)
class Part:
    """One part: its fields, its bytes as they were sent, and the parts within it."""

    headers: headers.Headers
    raw: bytes
    parts: tuple["Part", ...] = ()
    default_type: str = "text/plain"

    @cached_property
    def _type(self) -> tuple[str, dict[str, str]]:
        return headers.parameters(self.headers.get("content-type"))

    @cached_property
    def type(self) -> str:
        """The media type in lower case; what says none, or nonsense without a name, is plain text."""
        said = self._type[0].replace(" ", "")
        if _TYPE.fullmatch(said):
            return said
        otherwise = "application/octet-stream" if said and self.name else self.default_type
        return {"text": "text/plain", "html": "text/html"}.get(said, otherwise)

    @property
    def charset(self) -> str:
        """The charset as the part names it."""
        return self._type[1].get("charset", "")

    @cached_property
    def _disposition(self) -> tuple[str, dict[str, str]]:
        return headers.parameters(self.headers.get("content-disposition"))

    @property
    def disposition(self) -> str:
        """`inline`, `attachment` or empty."""
        return self._disposition[0]

    @cached_property
    def name(self) -> str:
        """The file name the part gives itself, without folders."""
        said = self._disposition[1].get("filename") or self._type[1].get("name") or ""
        return said.replace("\\", "/").rpartition("/")[2].strip()[:255]

    @property
    def content_id(self) -> str:
        """The name under which HTML beside it shows it (`cid:`), without brackets."""
        return self.headers.get("content-id").strip("<> \t")[:998]

    @cached_property
    def content(self) -> bytes:
        """The bytes meant, the transfer encoding undone."""
        return _decoded(
            self.raw, self.headers.get("content-transfer-encoding").partition(";")[0].strip().lower()
        )

    def parameter(self, name: str) -> str:
        """A parameter of the media type, such as `report-type`."""
        return self._type[1].get(name, "")

    def text(self, otherwise: str = "") -> tuple[str, str]:
        r"""What a text part says, line ends as `\\n`, and what was wrong with its charset."""
        charset = self.charset
        if charset and not charsets.codec_of(charset):
            found = _OLD_CHARSET.search(self.headers.get("content-type"))
            charset = found[1] if found and charsets.codec_of(found[1]) else charset
        text, fault = charsets.decoded(self.content, charset, otherwise)
        return text.replace("\r\n", "\n").replace("\r", "\n"), fault

    def walk(self) -> Iterator["Part"]:
        """The leaves in their order."""
        waiting = [self]
        while waiting:
            part = waiting.pop()
            if part.parts:
                waiting.extend(reversed(part.parts))
            else:
                yield part


def _decoded(raw: bytes, encoding: str) -> bytes:
    if encoding == "base64":
        return headers.base64_bytes(raw)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(raw)
    if encoding in {"x-uuencode", "uuencode", "x-uue"}:
        text, files = without_uuencoded(raw)
        return files[0][1] if files else text
    return raw


@dataclass
class _Budget:
    """What one mail may still cost."""

    parts: int = MOST_PARTS
    delimiters: int = MOST_DELIMITERS

    def __post_init__(self) -> None:
        self.faults: list[str] = []

    def fault(self, name: str) -> None:
        if name not in self.faults:
            self.faults.append(name)


def parse(raw: bytes) -> tuple[Part, headers.Headers, list[str]]:
    """The mail as a tree of parts, for any bytes; its own fields; and what was wrong with it."""
    if b"\n" not in raw and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")
    budget = _Budget()
    block, body, has_fields = headers.cut(raw)
    if not has_fields:
        budget.fault("no header")
    fields, faults = headers.read(block)
    for fault in faults:
        budget.fault(fault)
    root = _built(fields, _Span(body, 0, len(body)), 0, budget)
    return root, fields, budget.faults


@dataclass(frozen=True)
class _Span:
    """A stretch of the mail, not copied."""

    whole: bytes
    start: int
    end: int

    def content(self) -> bytes:
        return self.whole[self.start : self.end]


def _parsed(span: _Span, depth: int, budget: _Budget, default_type: str) -> Part:
    """A part that begins with an empty line has no fields."""
    budget.parts -= 1
    for line_end in (b"\r\n", b"\n"):
        if span.whole.startswith(line_end, span.start, span.end):
            return Part(
                headers.Headers(),
                span.whole[span.start + len(line_end) : span.end],
                default_type=default_type,
            )
    block, body = headers.bounds(span.whole, span.start, span.end)
    fields, faults = headers.read(span.whole[span.start : block])
    for fault in faults:
        budget.fault(fault)
    return _built(fields, _Span(span.whole, body, span.end), depth, budget, default_type)


def _built(
    fields: headers.Headers, span: _Span, depth: int, budget: _Budget, default_type: str = "text/plain"
) -> Part:
    part = Part(fields, b"", default_type=default_type)
    if not part.type.startswith("multipart/"):
        return Part(fields, span.content(), default_type=default_type)
    if depth >= MOST_DEPTH:
        budget.fault("too deep")
        return Part(headers.Headers(), span.content(), default_type="application/octet-stream")
    return _opened(part, span, depth, budget)


def _opened(part: Part, span: _Span, depth: int, budget: _Budget) -> Part:
    boundary = part.parameter("boundary").encode("utf-8", "replace") or _likely_boundary(span)
    pieces = _pieces(span, boundary, budget) if boundary else []
    if not pieces:
        budget.fault("multipart without parts")
        plain = headers.Headers(tuple(field for field in part.headers if not field[0].startswith("content-")))
        return Part(plain, span.content())
    default_type = "message/rfc822" if part.type == "multipart/digest" else "text/plain"
    inner = []
    for piece in pieces:
        if budget.parts <= 0:
            budget.fault("parts left out")
            break
        inner.append(_parsed(piece, depth + 1, budget, default_type))
    return Part(part.headers, b"", tuple(inner))


def _likely_boundary(span: _Span) -> bytes:
    """A multipart that names no border: the first line that looks like one."""
    found = _BORDER.match(span.whole, span.start, min(span.end, span.start + 2_000))
    return found[1] if found else b""


def _pieces(span: _Span, boundary: bytes, budget: _Budget) -> list[_Span]:
    """What stands between the borders. Text before the first and after the last is for nobody."""
    starts: list[tuple[int, int]] = []
    is_ended = False
    for line, end, is_last in _borders(span, b"--" + boundary.rstrip(), budget):
        starts.append((line, end))
        is_ended = is_last
    if starts and not is_ended:
        budget.fault("no last border")
        starts.append((span.end, span.end))
    return [
        _Span(span.whole, start[1], max(start[1], _line_end_before(span.whole, stop[0])))
        for start, stop in pairwise(starts)
    ]


def _borders(span: _Span, border: bytes, budget: _Budget) -> Iterator[tuple[int, int, bool]]:
    """Each border: where its line begins, where the next one does, and whether it is the last."""
    at = (
        span.start if span.whole.startswith(border, span.start, span.end) else _next(span, border, span.start)
    )
    while at >= 0:
        if budget.delimiters <= 0:
            budget.fault("parts left out")
            return
        budget.delimiters -= 1
        rest = at + len(border)
        if rest < span.end and span.whole[rest] not in _AFTER_BORDER:
            at = _next(span, border, rest)
            continue
        end = span.whole.find(b"\n", rest, min(span.end, rest + _LONGEST_BORDER))
        end = span.end if end < 0 else end + 1
        tail = span.whole[rest : min(end, rest + _LONGEST_BORDER)].strip()
        if tail in {b"", b"--"}:
            yield at, end, tail == b"--"
            if tail:
                return
        at = _next(span, border, max(end - 1, at + 1))


def _next(span: _Span, border: bytes, start: int) -> int:
    """Where the next line that begins with the border does."""
    found = span.whole.find(b"\n" + border, start, span.end)
    return found + 1 if found >= 0 else -1


def _line_end_before(whole: bytes, at: int) -> int:
    """The line end before a border belongs to the border."""
    if whole[at - 2 : at] == b"\r\n":
        return at - 2
    return at - 1 if whole[at - 1 : at] == b"\n" else at


def without_uuencoded(content: bytes) -> tuple[bytes, list[tuple[str, bytes]]]:
    r"""A text without the uuencoded files in it, and those files by name.

    >>> without_uuencoded(b"See:\nbegin 644 a.txt\n#86)C\n`\nend\n")
    (b'See:\n', [('a.txt', b'abc')])
    """
    if b"begin " not in content:
        return content, []
    kept, files, position = [], [], 0
    for begin in _UU_BEGIN.finditer(content):
        if begin.start() < position:
            continue
        end = _UU_END.search(content, begin.end())
        if end is None:
            break
        lines = content[begin.end() : end.start()].splitlines()
        if not lines or not all(_is_uu(line) for line in lines[:3]):
            continue
        kept.append(content[position : begin.start()])
        files.append((begin[1].strip().decode("utf-8", "replace"), b"".join(map(_uu_line, lines))))
        position = end.end()
    return b"".join([*kept, content[position:]]), files


def _is_uu(line: bytes) -> bool:
    """A line says its length in its first letter."""
    bare = line.rstrip()
    if not bare:
        return True
    length = (bare[0] - 32) & 63
    return 32 <= bare[0] <= 96 and len(bare) - 1 <= 4 * ((length + 2) // 3) + 4


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        bare = line.rstrip()
        length = (((bare[0] - 32) & 63) * 4 + 5) // 3 if bare else 0
        try:
            return binascii.a2b_uu(bare[: length + 1])
        except binascii.Error:
            return b""
