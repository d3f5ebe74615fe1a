"""Letters as bytes: nobody's words become a header or end a mail (A11, A16), and every reader reads what was meant."""

import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.channels.inbound.rules import automatic, reading, splitting
from rapport.channels.outbound.rules import letters, mime
from rapport.channels.outbound.rules.letters import BadLetter, Enclosed, Letter, Party, Quoted

SCRIPT = '\u0412\u0435\u0440\u0430 Ö., "die" Zweite'
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
NASTY = [
    "a\r\nBcc: spy@x.example",
    "a\nBcc: b",
    "a\rBcc: b",
    "a\x00b",
    "a\u2028Bcc: b",
    "a\x85Bcc: b",
    "a\x0bB: c",
]
KNOWN = {
    "from", "to", "cc", "reply-to", "subject", "date", "message-id", "in-reply-to", "references", "mime-version",
    "content-type", "auto-submitted", "x-auto-response-suppress", "precedence", "x-rapport-loop",
}  # fmt: skip


def letter(**more: Any) -> Letter:
    known: dict[str, Any] = {
        "name": "<m1@shop.example>",
        "at": AT,
        "sender": Party("help@shop.example", "The Shop"),
        "to": (Party("amina@mail.example", "Amina Okafor"),),
        "subject": "Your parcel",
        "text": "It comes tomorrow.",
    }
    return Letter(**(known | more))


def parsed(raw: bytes) -> EmailMessage:
    found = message_from_bytes(raw, policy=SMTP)
    assert isinstance(found, EmailMessage)
    return found


def plain(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def is_fit_for_the_wire(raw: bytes) -> bool:
    """CRLF alone ends a line, no line is longer than 998 bytes, and NUL is in none."""
    lines = raw.split(b"\r\n")
    return not any(re.search(rb"[\r\n\x00]", one) or len(one) > 998 for one in lines)


def names_of_headers(raw: bytes) -> set[str]:
    head = raw.partition(b"\r\n\r\n")[0]
    return {one.partition(b":")[0].decode().lower() for one in head.split(b"\r\n") if one[:1] not in b" \t"}


@pytest.mark.parametrize("words", NASTY)
@pytest.mark.parametrize(
    "place", ["subject", "sender", "to", "text", "signature", "name", "answers", "quoted", "file"]
)
def test_no_words_become_a_header(place: str, words: str) -> None:
    given: dict[str, Any] = {
        "subject": {"subject": words},
        "sender": {"sender": Party("help@shop.example", words)},
        "to": {"to": (Party("amina@mail.example", words),)},
        "text": {"text": f"Hello\r\n.\r\n{words}\n.\n"},
        "signature": {"signature": words},
        "name": {"cc": (Party("cc@mail.example", f'"{words}" <x@y.example>'),)},
        "answers": {"answers": f"<{words}@x>", "references": (words, f"<ok@x.example>\r\n{words}")},
        "quoted": {"quoted": Quoted(words, AT, words)},
        "file": {"files": (Enclosed(words, f"text/plain; x={words}", b"x", words),)},
    }[place]
    raw = letters.composed(letter(**given))
    assert is_fit_for_the_wire(raw)
    assert names_of_headers(raw) <= KNOWN
    assert "spy" not in str(parsed(raw)["Bcc"])


@pytest.mark.parametrize(
    "address", ["a@b@c", "a b@x.example", "x@y\r\nBcc: z", "", "@x.example", "a,b@x.example", "<a>@x"]
)
def test_what_is_no_address_is_not_written_to(address: str) -> None:
    with pytest.raises(BadLetter):
        letters.composed(letter(to=(Party(address),)))


@given(st.text(max_size=300), st.text(max_size=80), st.text(max_size=80))
def test_any_words_at_all_make_a_mail_that_reads_as_they_were(text: str, subject: str, name: str) -> None:
    raw = letters.composed(letter(text=text, subject=subject, to=(Party("amina@mail.example", name),)))
    assert is_fit_for_the_wire(raw)
    mail = parsed(raw)
    shown = mime.plain(subject.encode("utf-8", "replace").decode())
    assert " ".join(str(mail["Subject"]).split()) == " ".join(shown.split())
    visible = "".join(char for char in text.encode("utf-8", "replace").decode() if char.isprintable())
    assert (
        "".join(char for char in plain(mail) if char.isprintable()) == visible.rstrip()
        or visible != visible.rstrip()
    )


def test_long_lines_are_broken_so_that_nothing_is_cut() -> None:
    raw = letters.composed(letter(text="x" * 5_000, subject="word " * 500))
    assert is_fit_for_the_wire(raw)
    assert plain(parsed(raw)).strip() == "x" * 5_000


def test_a_dot_alone_ends_no_mail() -> None:
    raw = letters.composed(letter(text="one\n.\ntwo"))
    assert b"\r\n.\r\n" not in raw
    assert plain(parsed(raw)) == "one\n.\ntwo\n"


def test_a_name_in_another_script_arrives_as_it_is() -> None:
    mail = parsed(letters.composed(letter(to=(Party("vera@bücher.example", SCRIPT),))))
    assert mail["To"].addresses[0].display_name == SCRIPT
    assert mail["To"].addresses[0].addr_spec == "vera@xn--bcher-kva.example"


def test_pictures_within_and_files_beside_come_apart() -> None:
    files = (
        Enclosed("logo.png", "image/png", b"\x89PNG", "logo@shop"),
        Enclosed("Rechnung März.pdf", "application/pdf", b"%PDF-1"),
    )
    mail = parsed(letters.composed(letter(html='<p>Here <img src="cid:logo@shop"></p>', files=files)))
    assert mail.get_content_type() == "multipart/mixed"
    (beside,) = mail.iter_attachments()
    assert (beside.get_filename(), beside.get_content()) == ("Rechnung März.pdf", b"%PDF-1")
    within = next(one for one in mail.walk() if one["Content-ID"])
    assert (within["Content-ID"], within.get_content()) == ("<logo@shop>", b"\x89PNG")


def test_an_automatic_mail_says_that_it_is_one() -> None:
    mail = parsed(letters.composed(letter(is_automatic=True)))
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert automatic.why_automatic(reading.read(letters.composed(letter(is_automatic=True))))
    assert not automatic.why_automatic(reading.read(letters.composed(letter())))


def test_our_own_reader_parts_what_we_said_from_what_we_quoted() -> None:
    quoted = Quoted("Amina Okafor", AT, "Where is my parcel?\n\nIt was to come on Monday.")
    for language in ("en", "de", "fr", "es", "nl", "it", "pt", "sv", "pl", "fi", "cs", "da", "no"):
        made = letter(
            text="It comes tomorrow.", quoted=quoted, language=language, signature="The Shop\nLeeds"
        )
        mail = reading.read(letters.composed(made))
        assert splitting.split(mail.text).reply_text.strip() == "It comes tomorrow.", language


def test_the_same_letter_gives_the_same_bytes_at_every_try() -> None:
    made = letter(files=(Enclosed("a.txt", "text/plain", b"x" * 500),))
    assert letters.composed(made) == letters.composed(made)


def test_an_endless_line_of_references_is_cut_in_its_middle() -> None:
    references = tuple(f"<{number}@x.example>" for number in range(10_000))
    mail = parsed(letters.composed(letter(answers="<last@x.example>", references=references)))
    found = str(mail["References"]).split()
    assert len(found) == 20
    assert (found[0], found[-1]) == ("<0@x.example>", "<last@x.example>")


def test_links_can_be_followed_and_nothing_else_is_markup() -> None:
    html = letters.as_html(
        'See https://shop.example/a?b=1&c=2. <script>alert(1)</script>\nhttps://x.example/"onclick='
    )
    assert '<a href="https://shop.example/a?b=1&amp;c=2">' in html
    assert "<script>" not in html
    assert 'href="https://x.example/"' in html


@pytest.mark.parametrize("language", ["", "de-AT", "fr", "pl"])
def test_an_answer_without_any_mark_of_a_quotation_is_split_at_our_own_line(language: str) -> None:
    quoted = Quoted("Amina Okafor", AT, "Where is my parcel?")
    ours = plain(parsed(letters.composed(letter(quoted=quoted, language=language))))

    found = splitting.split("Thank you!\n\n" + ours[ours.index("##-") :].replace("> ", ""))

    assert ours.index("It comes tomorrow.") < ours.index("##-") < ours.index("Okafor")
    assert found.reply_text == "Thank you!"


def test_the_line_of_answers_is_told_and_what_is_long_keeps_its_first_and_last() -> None:
    line = tuple(f"<m{number}@x.example>" for number in range(50))
    made = parsed(letters.composed(letter(answers="<last@x.example>", references=line)))

    told = str(made["References"]).split()
    assert told[0] == "<m0@x.example>"
    assert told[-2:] == ["<m49@x.example>", "<last@x.example>"]
    assert len(told) == letters.MOST_REFERENCES
    assert made["In-Reply-To"] == "<last@x.example>"
