"""What a mail says is read right: on the real MIME mails, and on mails that break every rule (A12, A13, A14)."""

import base64
import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from tests.channels.real_mails import files_of
from tests.corpus.mails import many_parts, nested

from rapport.channels.inbound.rules import html_text, reading
from rapport.channels.inbound.rules.limits import MOST_DEPTH, MOST_REFERENCES

LATIN_1 = {"HasenundFrosche.txt", "farmerandstork.txt", "wolfandlamb.txt"}


def words(text: str) -> str:
    return " ".join(text.split())


def mail(*fields: str, body: str = "hello") -> reading.Mail:
    return reading.read("\n".join([*fields, "", body]).encode())


@pytest.mark.shared_data
def test_every_real_mime_mail_is_read_right(shared_data: Path) -> None:
    files = files_of(shared_data / "mail" / "mime.tar.gz")
    for name, entry in json.loads(files["expected.json"]).items():
        expected = entry["expected"]
        found = reading.read(files[f"emails/{name}.txt"])
        assert found.author is not None, name
        assert found.author.email == expected["From"]["email"], name
        assert found.author.name == expected["From"].get("name", ""), name
        if "To" in expected:
            assert (found.to[0].email, found.to[0].name) == (
                expected["To"]["email"],
                expected["To"]["name"],
            ), name
        assert found.subject == expected["Subject"], name
        assert found.message_id == expected.get("Message-ID", found.message_id), name
        assert len(found.attachments) == expected.get("attachments", 0), name
        if "text" in expected:
            encoding = "latin-1" if expected["text"] in LATIN_1 else "utf-8"
            text = files[f"emails/files/{expected['text']}"].decode(encoding)
            assert words(found.text) == words(text), name
            if "html" in expected:
                assert words(text) in words(html_text.text_of(found.html)), name


@pytest.mark.shared_data
def test_a_real_mails_files_come_out_whole(shared_data: Path) -> None:
    files = files_of(shared_data / "mail" / "mime.tar.gz")
    for name in ("m0011", "m0018", "m0021"):
        found = reading.read(files[f"emails/{name}.txt"])
        assert [file.name for file in found.attachments] == ["blueball.png", "greenball.png", "redball.png"]
        for file in found.attachments:
            assert file.content == files[f"emails/files/{file.name}"], name


def test_a_plain_mail_says_what_its_fields_say() -> None:
    found = mail(
        "From: =?utf-8?Q?J=C3=BCrgen_Schm=C3=BCrgen?= <Juergen@Example.ORG>",
        'To: Help <help@shop.example>, "Doe, Jane" <jane@example.org>',
        "Cc: joe@example.org (Joe)",
        "Reply-To: <answers@example.org>",
        "Subject: =?iso-8859-1?q?Gr=FC=DFe?=",
        " =?iso-8859-1?q?_aus?= Ulm",
        "Date: Wed, 17 May 2000 19:08:29 -0400",
        "Message-ID: <one@example.org>",
        "In-Reply-To: Your message of Monday <zero@example.org>",
        "References: <root@example.org>",
        "\t<zero@example.org>",
    )
    assert found.author == reading.Address("Jürgen Schmürgen", "Juergen@example.org")
    assert not found.is_from_ambiguous
    assert [address.email for address in found.to] == ["help@shop.example", "jane@example.org"]
    assert (found.to[1].name, found.cc[0].name) == ("Doe, Jane", "Joe")
    assert found.reply_to[0].email == "answers@example.org"
    assert found.subject == "Grüße aus Ulm"
    assert found.date == datetime(2000, 5, 17, 19, 8, 29, tzinfo=timezone(timedelta(hours=-4)))
    assert (found.message_id, found.in_reply_to) == ("one@example.org", "zero@example.org")
    assert found.references == ("root@example.org", "zero@example.org")
    assert (found.text, found.html, found.attachments, found.faults) == ("hello", "", (), ())


@pytest.mark.parametrize(
    "raw", [b"", b"\n", b"\r\n\r\n", b"hello", b"\x00\xff\xfe", b":\n:\n\n", b"From: \n\n", b"\n\n\nA: b"]
)
def test_what_is_hardly_a_mail_is_one_still(raw: bytes) -> None:
    found = reading.read(raw)
    assert found.author is None
    assert "no author" in found.faults


def test_a_charset_that_is_wrong_missing_or_unknown_is_seen_through() -> None:
    for charset, content in (
        ("utf-8", "Grüße".encode("latin-1")),
        ("iso-8859-1", "Grüße".encode()),
        ("x-unknown", "Grüße".encode("cp1252")),
        ("", "Grüße".encode()),
        ("rot13", "Grüße".encode()),
        ("us-ascii", "Grüße".encode("cp1252")),
    ):
        kind = f"Content-Type: text/plain; charset={charset}".encode()
        found = reading.read(b"From: a@example.org\nMessage-ID: <1@b>\n" + kind + b"\n\n" + content)
        assert found.text == "Grüße", charset
        assert len(found.faults) == 1, charset


def test_japanese_and_chinese_mails_are_read_by_the_charsets_they_really_use() -> None:
    for charset, codec, text in (
        ("ISO-2022-JP", "iso2022_jp", "こんにちは"),
        ("", "iso2022_jp", "こんにちは"),
        ("Shift_JIS", "cp932", "①番"),
        ("gb2312", "gb18030", "镕基"),
        ("ks_c_5601-1987", "cp949", "안녕하세요"),
        ("big5", "cp950", "你好"),
    ):
        kind = f"Content-Type: text/plain; charset={charset}\n\n".encode()
        assert reading.read(kind + text.encode(codec)).text == text, charset


def test_encoded_words_in_the_wild_are_read() -> None:
    for written, text in (
        ("=?utf-8?B?R3LDvMOf?= =?utf-8?b?ZSE=?=", "Grüße!"),
        ("=?utf-8?B?R3LD?= =?utf-8?b?vMOfZQ?=", "Grüße"),
        ("=?utf-8*de?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?utf-8?Q?Wie geht's??=", "Wie geht's?"),
        ("=?utf-8?Q?Gr=C3=BC=C3=9Fe", "=?utf-8?Q?Gr=C3=BC=C3=9Fe"),
        ('"=?utf-8?Q?a?="', '"a"'),
        ("=?x-none?Q?a=FC?=", "aü"),
        ("=?utf-8?Q?a=0D=0ABcc:_x?=", "a Bcc: x"),
    ):
        assert mail(f"Subject: {written}").subject == text


def test_a_file_name_in_pieces_or_in_encoded_words_is_put_together() -> None:
    for written, name in (
        ("filename*0*=utf-8''%C3%BCber; filename*1=\"sicht.pdf\"", "übersicht.pdf"),
        ('filename="=?utf-8?Q?=C3=BCbersicht.pdf?="', "übersicht.pdf"),
        ("filename*=iso-8859-1'de'%FCbersicht.pdf", "übersicht.pdf"),
        ('filename="..\\\\..\\\\etc/passwd"', "passwd"),
        ("filename=über sicht.pdf", "über sicht.pdf"),
    ):
        found = mail(f"Content-Disposition: attachment; {written}", "Content-Type: application/pdf")
        assert [file.name for file in found.attachments] == [name]


def test_a_reference_list_of_ten_thousand_keeps_the_root_and_the_newest() -> None:
    found = mail("References: " + " ".join(f"<{number}@b>" for number in range(3_000)))
    assert len(found.references) == MOST_REFERENCES
    assert (found.references[0], found.references[-1]) == ("0@b", "2999@b")


def test_a_message_id_that_is_missing_or_endless_or_bare_is_no_harm() -> None:
    assert mail("From: a@example.org").message_id == ""
    assert mail("Message-ID: <" + "x" * 5_000 + "@b>").message_id == ""
    assert mail("Message-ID: abc@example.org").message_id == "abc@example.org"


def test_a_thousand_parts_are_all_read() -> None:
    assert reading.read(many_parts(1_000, 0)).text.count("hello") == 1_000


def test_parts_beyond_every_depth_are_kept_unopened() -> None:
    found = reading.read(nested(100, 100))
    assert "too deep" in found.faults
    assert len(found.attachments) == 1
    assert b"hello world" in found.attachments[0].content
    assert "too deep" not in reading.read(nested(MOST_DEPTH, 100)).faults


def test_a_mail_within_a_mail_within_a_mail_is_a_file() -> None:
    inner = "Content-Type: message/rfc822\n\n" * 100 + "Subject: deep\n\nhello"
    found = reading.read(inner.encode())
    assert [(file.type, file.name) for file in found.attachments] == [("message/rfc822", "attachment-1.eml")]
    assert found.text == ""


def test_borders_that_are_wrong_give_what_can_be_had() -> None:
    for head, body, text in (
        ("multipart/mixed; boundary=x", "--x\n\none\n--x\n\ntwo", "one\ntwo"),
        ("multipart/mixed; boundary=x", "no border at all", "no border at all"),
        ("multipart/mixed", "--abcdef\n\none\n--abcdef--", "one"),
        ('multipart/mixed; boundary="x', "--x\n\none\n--x--", "one"),
        (
            "multipart/alternative; boundary=x",
            "--x\n\none\n--x\nContent-Type: text/html\n\n<p>one</p>\n--x--",
            "one",
        ),
    ):
        found = mail("From: a@b.example", f"Content-Type: {head}", body=body)
        assert found.text == text, head


def test_what_the_desk_cannot_show_is_kept_as_a_file() -> None:
    garbage = base64.b64encode(b"garbage").decode() + "!!"
    for kind, name in (
        ('application/ms-tnef; name="winmail.dat"', "winmail.dat"),
        ('application/pkcs7-mime; name="smime.p7m"', "smime.p7m"),
        ("text/calendar; method=REQUEST", "attachment-1.ics"),
        ("application/pgp-encrypted", "attachment-1"),
        ("nonsense/kind/of/type; name=a.bin", None),
    ):
        found = mail(f"Content-Type: {kind}", "Content-Transfer-Encoding: base64", body=garbage)
        assert [(file.name, file.content) for file in found.attachments] == (
            [(name, b"garbage")] if name else [("a.bin", b"garbage")]
        )


def test_text_in_two_forms_is_one_text_and_a_picture_in_it_is_inline() -> None:
    found = mail(
        "Content-Type: multipart/related; boundary=r",
        body="--r\nContent-Type: multipart/alternative; boundary=a\n\n--a\n\nplain\n--a\nContent-Type: text/html\n\n"
        "<p>rich <img src=cid:pic@x></p>\n--a--\n--r\nContent-Type: image/png\nContent-ID: <pic@x>\n"
        "Content-Transfer-Encoding: base64\n\nAAAA\n--r--",
    )
    assert (found.text, "rich" in found.html) == ("plain", True)
    assert [(file.content_id, file.is_inline, file.size) for file in found.attachments] == [
        ("pic@x", True, 3)
    ]


def test_words_between_two_pictures_are_not_lost() -> None:
    found = mail(
        "Content-Type: multipart/mixed; boundary=m",
        body="--m\nContent-Type: text/html\n\n<p>above</p>\n--m\nContent-Type: image/png\n\nx\n"
        "--m\nContent-Type: text/html\n\n<p>below</p>\n--m--",
    )
    assert found.text == "above\n\nbelow"


@pytest.mark.parametrize(
    "fields",
    [
        ("From: a@example.org", "From: b@example.org"),
        ("From: a@example.org, b@example.org",),
        ("From: =?utf-8?q?a=40bank.example=3E?=@evil.example",),
        ('From: "a,b"@example.org',),
        ("From: a%bank.example@evil.example",),
        ("From: <a@bank.example> <b@evil.example>",),
        ("From: a@bank.example;b@evil.example",),
        ("From: someone",),
        ("From: @evil.example",),
    ],
)
def test_a_sender_who_is_not_one_plain_address_is_no_identity(fields: tuple[str, ...]) -> None:
    assert mail(*fields).is_from_ambiguous


def test_a_name_that_looks_like_an_address_is_a_name() -> None:
    for field in ('"support@bank.example" <x@evil.example>', "support@bank.example <x@evil.example>"):
        found = mail(f"From: {field}")
        assert found.author == reading.Address("support@bank.example", "x@evil.example")


def test_letters_of_another_alphabet_in_an_address_are_a_fault() -> None:
    assert "letters beyond ASCII in the author's address" in mail("From: a@bаnk.example").faults  # noqa: RUF001


def test_an_address_hidden_in_any_recipient_field_is_found() -> None:
    found = mail(
        "Cc: a@x.example",
        "Delivered-To: b@x.example",
        "X-Original-To: c@x.example",
        "Envelope-To: a@x.example",
    )
    assert {address.email for address in found.recipients} == {"a@x.example", "b@x.example", "c@x.example"}


def test_a_null_return_path_is_told_from_none() -> None:
    assert mail("Return-Path: <>").return_path == ""
    assert mail("Return-Path: <a@b.example>").return_path == "a@b.example"
    assert mail("From: a@b.example").return_path is None


def test_verdicts_come_nearest_first() -> None:
    found = mail(
        "Authentication-Results: ours; spf=pass", "Authentication-Results: theirs; spf=pass", "Received: x"
    )
    assert found.authentication_results == ("ours; spf=pass", "theirs; spf=pass")
    assert found.received_count == 1


def test_no_field_carries_a_line_end_into_another() -> None:
    found = mail("Subject: =?utf-8?q?a=0D=0A_b=00=E2=80=A8c?=", "From: =?utf-8?q?x=0Ay?= <a@b.example>")
    assert "\n" not in found.subject + (found.author.name if found.author else "")
    assert found.subject == "a b c"


def test_a_moment_that_cannot_be_is_none() -> None:
    for written in (
        "yesterday",
        "Wed, 99 Foo 2000",
        "1 Jan 0000 00:00:00 +9999",
        "31 Dec 9999 23:59:59 -2359",
        "",
    ):
        assert mail(f"Date: {written}").date is None, written
    assert mail("Date: 13 Mar 2003 12:44").date == datetime(2003, 3, 13, 12, 44, tzinfo=UTC)


def test_a_text_that_only_names_itself_is_still_what_the_mail_says() -> None:
    found = mail("From: a@b.example", "Content-Type: text/plain; name=letter.txt")
    assert (found.text, found.attachments) == ("hello", ())


def test_a_body_that_names_no_charset_is_read_by_the_charset_of_its_fields_or_of_its_html() -> None:
    russian = "Здравствуйте".encode("koi8-r")
    subject = b"Subject: =?koi8-r?B?" + base64.b64encode(russian) + b"?=\n\n"
    assert reading.read(subject + russian).text == "Здравствуйте"
    meta = b'<meta http-equiv=content-type content="text/html; charset=windows-1251">'
    html = b"Content-Type: text/html\n\n<html><head>" + meta + b"</head>"
    assert reading.read(html + "Здравствуйте".encode("cp1251")).text == "Здравствуйте"


def test_an_empty_text_beside_html_gives_way_to_it() -> None:
    body = "--a\n\n \n--a\nContent-Type: text/html\n\n<p>hello</p>\n--a--"
    found = mail("Content-Type: multipart/alternative; boundary=a", body=body)
    assert (found.text, found.has_text_part) == ("hello", False)
