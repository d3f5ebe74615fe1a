"""One mail, from its bytes to what it says. Any bytes are a mail: what is broken is mended and named in `faults`."""

import hashlib
import html as markup
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from rapport.channels.inbound.rules import addresses, dates, headers, html_text, mime
from rapport.channels.inbound.rules.addresses import Address
from rapport.channels.inbound.rules.headers import Headers
from rapport.channels.inbound.rules.limits import MOST_BYTES, MOST_REFERENCES, TEXT_BYTES

RECIPIENT_FIELDS = (
    "to",
    "cc",
    "bcc",
    "resent-to",
    "resent-cc",
    "delivered-to",
    "x-delivered-to",
    "x-original-to",
    "x-envelope-to",
    "envelope-to",
    "x-forwarded-to",
    "x-rcpt-to",
    "apparently-to",
)
"""Every field that may hold the address a mail was really sent to; forwarders and aliases hide it in any of them."""

_ID = re.compile(r"<([^<>\s]{1,998})>")
_LOOSE_ID = re.compile(r"[^\s<>,;\"]{1,998}@[^\s<>,;\"]{1,255}")
_WORD_CHARSET = re.compile(r"=\?([\w-]{3,40})\?[bBqQ]\?")
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s{0,5}=\s{0,5}[\"']?([\w-]{3,40})", re.IGNORECASE)
_LONGEST_META = 4_000
_ENDINGS = {
    "message/rfc822": ".eml",
    "text/calendar": ".ics",
    "text/plain": ".txt",
    "text/html": ".html",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "application/pdf": ".pdf",
    "application/ms-tnef": ".dat",
}
_SEEN_TYPES = frozenset({"text/plain", "text/html", "text/enriched", "text/x-amp-html"})


@dataclass(frozen=True)
class Attachment:
    """A file that came with a mail: what it calls itself, and its bytes."""

    name: str
    type: str
    content_id: str
    is_inline: bool
    part: mime.Part

    @property
    def content(self) -> bytes:
        """The bytes, transfer encoding undone."""
        return self.part.content

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.content)

    @cached_property
    def sha256(self) -> str:
        """The digest of the bytes, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Mail:
    r"""What a mail says. Message ids are without their brackets; texts end their lines with `\\n`.

    `author` is the one From address and only that is an identity; `is_from_ambiguous` says that it must not be trusted
    as one: several From fields or addresses, or an address of no ordinary form. `marked_text` is the text of a mail
    that is HTML only, with the marks of `html_text` where it quotes.
    """

    author: Address | None
    is_from_ambiguous: bool
    sender: Address | None
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    subject: str
    date: datetime | None
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    text: str
    html: str
    attachments: tuple[Attachment, ...]
    headers: Headers
    root: mime.Part
    faults: tuple[str, ...]
    has_text_part: bool
    marked_text: str

    @cached_property
    def recipients(self) -> tuple[Address, ...]:
        """Every address in any field a recipient may stand in, each once, in the order of `RECIPIENT_FIELDS`."""
        found = addresses.read(value for name in RECIPIENT_FIELDS for value in self.headers.all(name))
        return tuple({address.email.lower(): address for address in reversed(found)}.values())[::-1]

    @property
    def return_path(self) -> str | None:
        """The envelope's sender as the last server wrote it; empty for `<>`, None where nobody wrote one."""
        if "return-path" not in self.headers:
            return None
        found = addresses.read([self.headers.get("return-path")])
        return found[0].email if found else ""

    @property
    def received_count(self) -> int:
        """How many servers say they passed the mail on."""
        return len(self.headers.all("received"))

    @property
    def authentication_results(self) -> tuple[str, ...]:
        """Verdicts of servers, the nearest first. Only one by a server of ours may be believed."""
        return self.headers.all("authentication-results")


def read(raw: bytes) -> Mail:
    """The mail in these bytes, whatever they are; never raises, linear in their number."""
    faults = ["mail cut"] if len(raw) > MOST_BYTES else []
    root, fields, found = mime.parse(raw[:MOST_BYTES])
    fields = _in_charset_of(root, fields, raw)
    body = _Body(faults, _charset_in(fields))
    seen = body.of(root)
    froms = fields.all("from")
    authors = addresses.read(froms)
    author = authors[0] if authors else None
    return Mail(
        author=author,
        is_from_ambiguous=len(froms) != 1 or len(authors) != 1 or not authors[0].is_plain,
        sender=next(iter(addresses.read(fields.all("sender"))), None),
        to=addresses.read(fields.all("to")),
        cc=addresses.read(fields.all("cc")),
        reply_to=addresses.read(fields.all("reply-to")),
        subject=headers.decode(fields.get("subject")),
        date=dates.read(fields.get("date")),
        message_id=_first_id(fields.get("message-id")),
        in_reply_to=_first_id(fields.get("in-reply-to")),
        references=_references(fields.all("references")),
        text=seen.text,
        html=seen.html,
        attachments=tuple(body.attachments),
        headers=fields,
        root=root,
        faults=tuple(dict.fromkeys([*found, *faults, *_faults_of(fields, author)])),
        has_text_part=body.has_text_part,
        marked_text=body.marked_text,
    )


def _in_charset_of(root: mime.Part, fields: Headers, raw: bytes) -> Headers:
    """Fields with bare 8-bit letters are in the charset of the body, where that is the only clue."""
    charset = next((part.charset for part in root.walk() if part.charset), "")
    block = headers.cut(raw[:MOST_BYTES])[0]
    return fields if block.isascii() or not charset else headers.read(block, charset)[0]


def _charset_in(fields: Headers) -> str:
    """The charset of the encoded words above: often that of a body which names none."""
    for name in ("subject", "from", "to"):
        found = _WORD_CHARSET.search(fields.get(name))
        if found:
            return found[1]
    return ""


def _faults_of(fields: Headers, author: Address | None) -> list[str]:
    faults = [
        f"several {name} fields"
        for name in ("from", "subject", "date", "message-id")
        if len(fields.all(name)) > 1
    ]
    if author is None:
        faults.append("no author")
    elif not author.email.isascii():
        faults.append("letters beyond ASCII in the author's address")
    if not _first_id(fields.get("message-id")):
        faults.append("no message id")
    if fields.get("date") and dates.read(fields.get("date")) is None:
        faults.append("no date that can be read")
    return faults


def _first_id(value: str) -> str:
    """The id in brackets, or what looks like one where nobody wrote brackets."""
    found = _ID.search(value)
    if found or "<" in value:
        return found[1] if found else ""
    loose = _LOOSE_ID.search(value)
    return loose[0] if loose else ""


def _references(values: Iterable[str]) -> tuple[str, ...]:
    """Each id once; of very many the first, which began the conversation, and the newest."""
    joined = " ".join(values)
    found = list(dict.fromkeys(_ID.findall(joined) or _LOOSE_ID.findall(joined)))
    return tuple(found if len(found) <= MOST_REFERENCES else [found[0], *found[1 - MOST_REFERENCES :]])


@dataclass(frozen=True)
class _Seen:
    """What one part shows to a reader: as text, as HTML, or both."""

    text: str = ""
    html: str = ""
    has_text: bool = False
    has_html: bool = False


class _Body:
    """Goes through the parts and tells what is read from what is attached."""

    def __init__(self, faults: list[str], otherwise: str) -> None:
        self._otherwise = otherwise
        self.attachments: list[Attachment] = []
        self.has_text_part = False
        self.marked_text = ""
        self._faults = faults
        self._left = {"text/plain": TEXT_BYTES, "text/html": TEXT_BYTES}

    def of(self, root: mime.Part) -> _Seen:
        seen = self._seen(root, is_body=True)
        self.has_text_part = seen.has_text
        if seen.has_text:
            return seen
        self.marked_text = html_text.marked(seen.html)
        return _Seen(html_text.without_marks(self.marked_text), seen.html, seen.has_text, seen.has_html)

    def _seen(self, part: mime.Part, *, is_body: bool = False) -> _Seen:
        if not part.parts:
            return self._leaf(part, is_body=is_body)
        if part.type == "multipart/alternative":
            return _best([self._seen(inner, is_body=True) for inner in part.parts])
        return _joined([self._seen(inner) for inner in part.parts])

    def _leaf(self, part: mime.Part, *, is_body: bool) -> _Seen:
        if part.type not in _SEEN_TYPES or part.disposition == "attachment" or (part.name and not is_body):
            self._attach(part)
            return _Seen()
        if part.type == "text/x-amp-html":
            return _Seen()
        if part.type == "text/html":
            return _Seen(html=self._text(part, "text/html"), has_html=True)
        text = self._text(part, "text/plain")
        return _Seen(text=_without_enrichment(text) if part.type == "text/enriched" else text, has_text=True)

    def _text(self, part: mime.Part, kind: str) -> str:
        if kind == "text/plain" and b"begin " in part.content:
            part = self._without_files(part)
        meta = _META_CHARSET.search(part.content, 0, _LONGEST_META) if kind == "text/html" else None
        text, fault = part.text(meta[1].decode("ascii") if meta else self._otherwise)
        if fault:
            self._faults.append(fault)
        kept = text[: self._left[kind]]
        if len(kept) < len(text):
            self._faults.append("text cut")
        self._left[kind] -= len(kept)
        return kept.replace("\x00", "")

    def _without_files(self, part: mime.Part) -> mime.Part:
        bare, files = mime.without_uuencoded(part.content)
        if not files:
            return part
        for name, content in files:
            self._attach(mime.Part(Headers((("content-type", "application/octet-stream"),)), content), name)
        fields = tuple(field for field in part.headers if field[0] != "content-transfer-encoding")
        return mime.Part(Headers(fields), bare)

    def _attach(self, part: mime.Part, name: str = "") -> None:
        is_inline = part.disposition == "inline" or bool(part.content_id and part.disposition != "attachment")
        named = name or part.name or _name_for(part, len(self.attachments) + 1)
        self.attachments.append(Attachment(named, part.type, part.content_id, is_inline, part))


def _name_for(part: mime.Part, number: int) -> str:
    ending = _ENDINGS.get(part.type, "")
    return f"attachment-{number}{ending}"


def _best(found: list[_Seen]) -> _Seen:
    """Of alternatives the last that says something in each of the two forms."""
    text = next((seen for seen in reversed(found) if seen.has_text and seen.text.strip()), None)
    html = next((seen for seen in reversed(found) if seen.has_html and seen.html.strip()), None)
    return _Seen(
        text.text if text else "",
        html.html if html else "",
        bool(text) or (html is None and any(seen.has_text for seen in found)),
        bool(html),
    )


def _joined(found: list[_Seen]) -> _Seen:
    """Parts that follow one another; where one speaks HTML and another only text, both forms get all of it."""
    spoken = [seen for seen in found if seen.has_text or seen.has_html]
    if len(spoken) <= 1:
        return spoken[0] if spoken else _Seen()
    has_text, has_html = any(seen.has_text for seen in spoken), any(seen.has_html for seen in spoken)
    texts = (
        [seen.text if seen.has_text else html_text.text_of(seen.html) for seen in spoken] if has_text else []
    )
    htmls = [seen.html if seen.has_html else _as_html(seen.text) for seen in spoken] if has_html else []
    return _Seen(
        "\n".join(text.removesuffix("\n") for text in texts if text.strip()),
        "\n".join(htmls),
        has_text,
        has_html,
    )


def _as_html(text: str) -> str:
    return f"<pre>{markup.escape(text, quote=False)}</pre>" if text.strip() else ""


_ENRICHED = re.compile(r"<[a-zA-Z/][^<>]{0,60}>")


def _without_enrichment(text: str) -> str:
    return _ENRICHED.sub("", text).replace("<<", "<")
