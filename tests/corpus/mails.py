"""Mails of about a megabyte that take careless readers seconds or hours, by what is wrong with them (D01, A12).

`shapes()` builds them, for a megabyte each would be much to keep.
"""

import random
from collections.abc import Callable

MEGABYTE = 1_000_000
_HEAD = b"From: Ada <ada@example.org>\nTo: help@shop.example\nSubject: hello\nMessage-ID: <1@example.org>\n"
_HTML = _HEAD + b"Content-Type: text/html\n\n"
_DAEMON = b"From: mailer-daemon@example.org\nSubject: failure notice\n"
_REPORT = _DAEMON + b"Content-Type: multipart/report; boundary=b\n\n--b\n\n"


def filled(unit: bytes, size: int = MEGABYTE) -> bytes:
    """This many bytes of the same again and again."""
    return (unit * (size // len(unit) + 1))[:size]


def nested(depth: int, size: int = MEGABYTE) -> bytes:
    """A text within this many multiparts."""
    heads = (
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (number, number)
        for number in range(depth)
    )
    return _HEAD + b"".join(heads) + b"Content-Type: text/plain\n\n" + filled(b"hello world\n", size)


def many_parts(number: int, size: int = MEGABYTE) -> bytes:
    """A multipart of this many texts."""
    part = b"--b\nContent-Type: text/plain\n\nhello\n"
    rest = b"x" * max(0, size // number - len(part) - 1)
    return (
        _HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + (part + rest + b"\n") * number + b"--b--\n"
    )


def _overlapping_borders() -> bytes:
    heads = (
        b'Content-Type: multipart/mixed; boundary="%s"\n\n--%s\n' % (b"a" * number, b"a" * number)
        for number in range(1, 41)
    )
    return _HEAD + b"".join(heads) + b"\n" + filled(b"--" + b"a" * 60 + b"\n")


def _letters(seed: int, letters: bytes) -> bytes:
    return bytes(random.Random(seed).choices(letters, k=MEGABYTE))


def _status_report() -> bytes:
    letter = filled(b"<a@b.example>:\n<c@d.example>:\n", MEGABYTE // 2)
    field = b"Diagnostic-Code: smtp; 550 odd mailbox account address\n\n"
    blocks = filled(b"Final-Recipient: rfc822; a@b.example\nStatus: 5.0.0\n" + field, MEGABYTE // 2)
    return _REPORT + letter + b"\n--b\nContent-Type: message/delivery-status\n\n" + blocks


_TEXTS: dict[str, bytes] = {
    "lines of one quote mark": b">\n",
    "one line of quote marks": b">",
    "quoted words": b"> hello\n",
    "attributions that nearly end": b"On Monday at 10:10 somebody wrot\n",
    "attributions without a colon": b"On Mon 2016 at a@b.example wrote\n",
    "attributions on one line": b"On a at b wrote: ",
    "attributions of nobody": b"On a at b:\n",
    "lines that end in a colon": b"a:\n",
    "labels": b"From: x\n",
    "labels with addresses": b"abc: x@y.example\n",
    "empty lines": b"\n",
    "spaces": b" ",
    "one long line": b"abcdefghij",
    "one long address": b"a@",
    "signature marks": b"-- \n",
    "rules": b"------------\ntext\n",
    "files that never begin": b"begin 644 a\n",
    "files that never end": b"begin 644 a\n#86)C\n",
}
_HTMLS: dict[str, bytes] = {
    "open divisions": b"<div>",
    "open letters": b"<b>x",
    "angles": b"<",
    "open links": b"<a ",
    "open quotes": b'<a "',
    "open comments": b"<!--",
    "open declarations": b"<!",
    "tables": b"<table><tr><td>x</td></tr></table>",
    "tables in tables": b"<table><tr><td>",
    "styles": b'<p style="color:red;background:url(x)">x</p>',
    "entities": b"&amp;&lt;",
    "quotations": b"<blockquote>x",
    "paragraphs": b"<p>hello",
    "links in links": b"<a href=x><b>",
}
_FIELDS: dict[str, bytes] = {
    "encoded words": b"Subject: " + filled(b"=?utf-8?Q?=41?= "),
    "encoded words that never end": b"Subject: " + filled(b"=?utf-8?Q?"),
    "question marks": b"Subject: " + filled(b"=?a?Q??"),
    "commas": b"From: " + filled(b"a@b,"),
    "quotes": b"From: " + filled(b'"\\'),
    "brackets": b"From: " + filled(b"<"),
    "remarks": b"From: " + filled(b"("),
    "a field of a megabyte": b"X-A: " + filled(b"a"),
    "fields": filled(b"X-A: b\n"),
    "10,000 references": b"References: "
    + b" ".join(b"<%d@example.org>" % number for number in range(10_000)),
    "33,000 folded references": b"References:"
    + b"".join(b"\n <%030d@example>" % number for number in range(33_000)),
    "pieces of a parameter": b"Content-Type: text/plain; " + filled(b"a*0*=x;"),
    "spaces before a parameter": b"Content-Type: text/plain;" + filled(b" "),
}
_LETTERS: dict[str, bytes] = {
    "addresses": b"<a@b.example>:\n",
    "addresses on one line": b"x@y.example ",
    "telling words": b"recipient address user mailbox ",
    "a letter": b"a",
    "dashes": b"-",
    "spaces": b" ",
}


def shapes() -> dict[str, Callable[[], bytes]]:
    """Every mail by its name, built when called."""
    found: dict[str, Callable[[], bytes]] = {
        "1,000 parts": lambda: many_parts(1_000),
        "100,000 parts": lambda: many_parts(100_000, 0)[:MEGABYTE],
        "depth 100": lambda: nested(100),
        "depth 10,000": lambda: nested(10_000, 1_000),
        "overlapping borders": _overlapping_borders,
        "messages in messages": lambda: _HEAD + filled(b"Content-Type: message/rfc822\n\n"),
        "base64": lambda: _HEAD + b"Content-Transfer-Encoding: base64\n\n" + filled(b"QUJD" * 19 + b"\n"),
        "base64 of nothing": lambda: _HEAD + b"Content-Transfer-Encoding: base64\n\n" + filled(b"!@#=\n"),
        "quoted printable": lambda: (
            _HEAD + b"Content-Transfer-Encoding: quoted-printable\n\n" + filled(b"=41=\n")
        ),
        "wrong charset": lambda: _HEAD + b"Content-Type: text/plain; charset=utf-8\n\n" + filled(b"\xfc\xe4"),
        "shifting charset": lambda: (
            _HEAD + b"Content-Type: text/plain; charset=iso-2022-jp\n\n" + filled(b"\x1b$B")
        ),
        "UTF-7": lambda: _HEAD + b"Content-Type: text/plain; charset=utf-7\n\n" + filled(b"+AGE-"),
        "report of many": _status_report,
        "noise": lambda: _HEAD + b"\n" + random.Random(1).randbytes(MEGABYTE),
        "noise of marks": lambda: _HEAD + b"\n" + _letters(2, b'abc \n>:<=-"@.'),
        "noise of HTML": lambda: _HTML + _letters(3, b'abc \n>:<=-"@.&/p'),
        "no field": lambda: filled(b"abc\n"),
    }
    found |= {
        f"text: {name}": (lambda unit=unit: _HEAD + b"\n" + filled(unit)) for name, unit in _TEXTS.items()
    }
    found |= {f"HTML: {name}": (lambda unit=unit: _HTML + filled(unit)) for name, unit in _HTMLS.items()}
    found |= {
        f"fields: {name}": (lambda field=field: field + b"\n\nhello") for name, field in _FIELDS.items()
    }
    return found | {
        f"letter: {name}": (lambda unit=unit: _DAEMON + b"\n" + filled(unit))
        for name, unit in _LETTERS.items()
    }
