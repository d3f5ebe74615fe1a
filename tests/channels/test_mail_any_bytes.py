"""No bytes stop the reader: whatever arrives is read, split, judged and shown, and says the same when read again."""

import json
from pathlib import Path
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.channels.real_mails import files_of

from rapport.channels.inbound.rules import automatic, bouncing, reading, safe_html, splitting

WORDS = [
    b"From: ",
    b"To: ",
    b"\n",
    b"\r\n",
    b"\r",
    b"--b",
    b"--b--",
    b"Content-Type: ",
    b"multipart/mixed; boundary=b",
    b":",
]
WORDS += [
    b"text/html",
    b"; charset=",
    b"utf-8",
    b"utf-16",
    b"x-none",
    b"=?utf-8?Q?",
    b"?=",
    b"<a@b.example>",
    b",",
    b'"',
    b";",
]
WORDS += [
    b"Content-Transfer-Encoding: base64",
    b"quoted-printable",
    b"begin 644 a\n",
    b"end\n",
    b"> ",
    b"-- \n",
    b"<div>",
    b"\xff",
]
WORDS += [
    b"On Mon, 3 Feb 2025, a@b.example wrote:\n",
    b"Status: 5.1.1\n",
    b"Final-Recipient: rfc822; a@b.example\n",
    b"\x00",
    b" ",
]
WORDS += [
    b"message/delivery-status",
    b"message/rfc822",
    b"Date: ",
    b"Mon, 99 Foo",
    b"<",
    b">",
    b"&#x110000;",
    b"&#0;",
    b"\xed\xa0\x80",
]


def everything_of(raw: bytes) -> str:
    mail = reading.read(raw)
    parts = splitting.split_mail(mail)
    told = bouncing.bounces(mail)
    shown = safe_html.safe(mail.html).html
    files = [
        (file.name, file.size, file.sha256, file.is_inline, file.content_id) for file in mail.attachments
    ]
    assert isinstance(mail.recipients, tuple)
    assert mail.date is None or mail.date.tzinfo is not None
    for text in (mail.subject, mail.message_id, *mail.references, *(name for name, *_ in files)):
        assert "\n" not in text
        assert "\r" not in text
    return repr(
        (
            mail.author,
            mail.subject,
            mail.text,
            parts,
            told,
            shown,
            files,
            mail.faults,
            automatic.why_automatic(mail),
        )
    )


@given(st.binary(max_size=2_000))
@example(b"Content-Type: text/plain; charset=utf-16\n\na")
@example(b"Content-Type: text/plain; charset=idna\n\n\xff")
@example(b"Date: 1 Jan 0001 00:00:00 +1400\n\n")
@settings(deadline=None, max_examples=300)
def test_any_bytes_are_read(raw: bytes) -> None:
    assert everything_of(raw) == everything_of(raw)


@given(st.lists(st.sampled_from(WORDS), max_size=60))
@settings(deadline=None, max_examples=500)
def test_any_heap_of_mail_words_is_read(words: list[bytes]) -> None:
    everything_of(b"".join(words))


@given(st.text(max_size=2_000))
@settings(deadline=None, max_examples=300)
def test_any_text_is_split_without_loss(text: str) -> None:
    found = splitting.split(text)
    both = sorted("".join((found.reply_text + found.quoted_text).split()))
    assert both == sorted("".join(text.split()))


@given(
    st.lists(
        st.sampled_from(
            ["a", "> b", "", "-- ", "-----", "x <a@b.example> wrote:", "From: a", "Sent: b", "To: c"]
        )
    )
)
@settings(deadline=None, max_examples=500)
def test_any_order_of_lines_is_split_without_loss(lines: list[str]) -> None:
    text = "\n".join(lines)
    found = splitting.split(text)
    both = sorted("".join((found.reply_text + found.quoted_text).split()))
    assert both == sorted("".join(text.split()))


@pytest.mark.shared_data
@pytest.mark.parametrize("seed", range(4))
def test_real_mails_with_bytes_changed_are_read(shared_data: Path, seed: int) -> None:
    chance = Random(seed)
    mails = [
        raw
        for archive in ("mime.tar.gz", "bounces.tar.gz", "signatures.tar.gz")
        for name, raw in sorted(files_of(shared_data / "mail" / archive).items())
        if name.endswith((".eml", ".txt")) and len(raw) < 100_000
    ]
    for raw in chance.sample(mails, 60):
        changed = bytearray(raw)
        for _ in range(20):
            at = chance.randrange(len(changed))
            word = chance.choice(WORDS)
            changed[at : at + chance.choice((0, len(word), 200))] = word
        assert json.dumps(everything_of(bytes(changed)))
