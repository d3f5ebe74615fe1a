"""A letter: what is said, to whom and in answer to what, and the mail that it becomes."""

import html as markup
import re
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from rapport.channels.outbound.rules import mime
from rapport.channels.outbound.rules.attributions import attribution, reply_line

MOST_QUOTED = 20_000
"""Letters of the last message that are sent back; what was quoted in it is not quoted again."""
MOST_REFERENCES = 20
_LINK = re.compile(r"https?://[^\s<>\"']{1,2000}[^\s<>\"'.,;:!?)\]}]")
_RE = re.compile(r"^\s*(re|aw|sv|antw|ref|odp|vs)\s*(\[\d+\])?\s*:", re.IGNORECASE)
_NAME = re.compile(r"<[^<>\s\x00-\x20\x7f]{1,900}>")


@dataclass(frozen=True, slots=True)
class Party:
    """An address with the name of its owner."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Quoted:
    """What is answered: who said it, when, and in which words."""

    author: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that goes with a letter. With a content id it is shown within the text that names it."""

    name: str
    media_type: str
    content: bytes
    content_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """All that a mail is made of. `answers` and `references` are Message-IDs; `mark` stands at its foot.

    `html` is safe markup; without it the text is made into some. `zone` and `language` are the reader's.
    """

    name: str
    at: datetime
    sender: Party
    to: tuple[Party, ...]
    cc: tuple[Party, ...] = ()
    reply_to: str = ""
    subject: str = ""
    text: str = ""
    html: str = ""
    signature: str = ""
    quoted: Quoted | None = None
    answers: str = ""
    references: tuple[str, ...] = ()
    is_automatic: bool = False
    loop_mark: str = ""
    mark: str = ""
    language: str = ""
    zone: tzinfo | None = None
    files: tuple[Enclosed, ...] = ()


class BadLetter(Exception):  # noqa: N818 - named for the fact
    """A letter that cannot be sent as it is: an address in it is none. It says which."""


def composed(letter: Letter) -> bytes:
    """The mail, ready for the wire: CRLF alone ends a line, and no line is longer than 998 bytes."""
    headers = _headers(letter)
    body = _body(letter)
    return mime.CRLF.join((*headers, b"MIME-Version: 1.0", *body.headers, b"", body.body)) + mime.CRLF


def subject_of_answer(subject: str) -> str:
    """The subject under which an answer goes; one Re: is enough.

    >>> subject_of_answer("Aw: order"), subject_of_answer("order")
    ('Aw: order', 'Re: order')
    """
    return subject if not subject or _RE.match(subject) else f"Re: {subject}"


def as_html(text: str) -> str:
    """Plain words as markup: paragraphs, lines, and links that can be followed."""
    paragraphs = re.split(r"\n[ \t]*\n+", text.replace("\r\n", "\n").strip("\n"))
    return "\n".join(f"<p>{_linked(one).replace(chr(10), '<br>' + chr(10))}</p>" for one in paragraphs)


def _linked(text: str) -> str:
    found, last = [], 0
    for link in _LINK.finditer(text):
        address = markup.escape(link.group())
        found += [markup.escape(text[last : link.start()]), f'<a href="{address}">{address}</a>']
        last = link.end()
    return "".join([*found, markup.escape(text[last:])])


def _headers(letter: Letter) -> list[bytes]:
    found = [
        mime.header("From", _mailboxes((letter.sender,))),
        mime.header("To", _mailboxes(letter.to) if letter.to else "undisclosed-recipients:;"),
        *([mime.header("Cc", _mailboxes(letter.cc))] if letter.cc else []),
        *([mime.header("Reply-To", _mailboxes((Party(letter.reply_to),)))] if letter.reply_to else []),
        mime.header("Subject", mime.encoded(mime.plain(letter.subject))),
        mime.dated("Date", letter.at),
        mime.header("Message-ID", letter.name),
    ]
    answers, references = _names(letter.answers), _names(" ".join(letter.references))
    if answers:
        found.append(mime.header("In-Reply-To", answers[-1]))
        every = list(dict.fromkeys([*references, *answers]))
        found.append(mime.header("References", " ".join(_kept(every))))
    if letter.is_automatic:
        found += [b"Auto-Submitted: auto-replied", b"X-Auto-Response-Suppress: All", b"Precedence: bulk"]
    if letter.loop_mark:
        found.append(mime.header("X-Rapport-Loop", letter.loop_mark))
    return found


def _names(text: str) -> list[str]:
    """The Message-IDs in what came from outside; nothing else of it becomes a header."""
    given = text if "<" in text else " ".join(f"<{one}>" for one in text.split())
    return [one for one in _NAME.findall(given) if one.isascii()]


def _kept(names: list[str]) -> list[str]:
    """The first and the last of a long line of names, as RFC 5322 advises."""
    return names if len(names) <= MOST_REFERENCES else [names[0], *names[1 - MOST_REFERENCES :]]


def _mailboxes(parties: tuple[Party, ...]) -> str:
    found = []
    for party in parties:
        wire = mime.address(party.address)
        if wire is None:
            raise BadLetter(f"'{mime.plain(party.address)[:100]}' is not a mail address.")
        found.append(mime.mailbox(party.name, wire))
    return ", ".join(found)


def _body(letter: Letter) -> mime.Part:
    words = mime.joined(
        "alternative",
        (mime.text_part(_text(letter), "plain"), mime.text_part(_html(letter), "html")),
        f"{letter.name} alternative",
    )
    inline = [one for one in letter.files if one.content_id]
    beside = [one for one in letter.files if not one.content_id]
    if inline:
        words = mime.joined("related", (words, *map(_file, inline)), f"{letter.name} related")
    if beside:
        words = mime.joined("mixed", (words, *map(_file, beside)), f"{letter.name} mixed")
    return words


def _file(one: Enclosed) -> mime.Part:
    return mime.file_part(one.name, one.media_type, one.content, content_id=one.content_id)


def _text(letter: Letter) -> str:
    pieces = [letter.text.rstrip()]
    if letter.signature:
        pieces.append(f"-- \n{letter.signature.strip()}")
    if letter.quoted:
        lines = _shortened(letter.quoted.text).splitlines()
        quoted = "\n".join(f"> {line}" if line else ">" for line in lines)
        pieces.append(reply_line(letter.language))
        pieces.append(f"{_attribution(letter)}\n{quoted}")
    if letter.mark:
        pieces.append(letter.mark)
    return "\n\n".join(pieces) + "\n"


def _html(letter: Letter) -> str:
    pieces = [letter.html or as_html(letter.text)]
    if letter.signature:
        pieces.append(f"<div>-- <br>\n{as_html(letter.signature.strip())}</div>")
    if letter.quoted:
        quoted = as_html(_shortened(letter.quoted.text))
        pieces.append(
            f'<p style="color:#999999;font-size:10px">{markup.escape(reply_line(letter.language))}</p>'
        )
        pieces.append(f"<p>{markup.escape(_attribution(letter))}</p>")
        pieces.append(f'<blockquote type="cite">\n{quoted}\n</blockquote>')
    if letter.mark:
        pieces.append(f'<p style="color:#999999;font-size:10px">{letter.mark}</p>')
    body = "\n".join(pieces)
    return f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head><body>\n{body}\n</body></html>\n'


def _attribution(letter: Letter) -> str:
    assert letter.quoted is not None
    at = letter.quoted.at.astimezone(letter.zone) if letter.zone else letter.quoted.at
    return attribution(mime.plain(letter.quoted.author) or "?", at, letter.language)


def _shortened(text: str) -> str:
    return text if len(text) <= MOST_QUOTED else text[:MOST_QUOTED].rsplit("\n", 1)[0] + "\n[...]"


def with_files(letter: Letter, files: tuple[Enclosed, ...]) -> Letter:
    """The letter with these files in it."""
    return replace(letter, files=files) if files else letter
