"""Mails of programs are told from those of people: no clock stops for them, and no program answers them (A09, A10)."""

from pathlib import Path

import pytest
from tests.channels.real_mails import files_of

from rapport.channels.inbound.rules import automatic, reading


def why(*fields: str) -> str:
    return automatic.why_automatic(
        reading.read("\n".join(["From: ada@example.org", *fields, "", "hello"]).encode())
    )


@pytest.mark.parametrize(
    "field",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated; type=x",
        "Precedence: bulk",
        "Precedence: Junk",
        "Precedence: list",
        "List-Id: Cats <cats.example.org>",
        "List-Unsubscribe: <mailto:leave@example.org>",
        "Return-Path: <>",
        "Return-Path: <MAILER-DAEMON@example.org>",
        "Return-Path: <bounces+123@example.org>",
        "X-Autoreply: yes",
        "X-Autorespond: x",
        "X-Loop: help@shop.example",
        "Content-Type: multipart/report; boundary=b",
        "Subject: Automatic reply: your order",
        "Subject: Out of Office: Re: hello",
        "Subject: Abwesenheitsnotiz: Urlaub",
        "Subject: Réponse automatique : bonjour",
        "Subject: Respuesta automática: hola",
        "Subject: 自动回复: 你好",
        "Subject: Автоответ: привет",
        "Subject: Autosvar",
    ],
)
def test_each_sign_of_a_program_is_enough(field: str) -> None:
    assert why(field)


def test_a_sender_nobody_reads_is_a_program() -> None:
    for author in (
        "no-reply@example.org",
        "noreply@example.org",
        "Mailer-Daemon@example.org",
        "postmaster@example.org",
    ):
        assert automatic.why_automatic(reading.read(f"From: {author}\n\nhello".encode())), author


@pytest.mark.parametrize(
    "fields",
    [
        ("Subject: hello",),
        ("Auto-Submitted: no",),
        ("Return-Path: <ada@example.org>",),
        ("X-Auto-Response-Suppress: All",),
        ("Subject: I am on holiday next week, please call before",),
        ("Subject: Question on your automatic reply",),
        ("Subject: Out of office hours of your shop",),
        ("Precedence: first-class",),
        ("X-Autoreply: no",),
    ],
)
def test_a_person_is_no_program(fields: tuple[str, ...]) -> None:
    assert why(*fields) == ""


def test_words_of_absence_count_with_a_second_sign() -> None:
    assert why("Subject: I am out of the office until May") == ""
    assert why("Subject: I am out of the office until May", "X-Auto-Response-Suppress: All")


@pytest.mark.shared_data
def test_real_mails_are_told_apart(shared_data: Path) -> None:
    for name, raw in files_of(shared_data / "mail" / "bounces.tar.gz").items():
        if name.rpartition("/")[2].startswith(("lhost-postfix", "lhost-exim", "lhost-qmail", "rfc3834")):
            assert automatic.why_automatic(reading.read(raw)), name
    for name, raw in files_of(shared_data / "mail" / "signatures.tar.gz").items():
        if "/standard_replies/" in name and name.endswith(".eml"):
            assert automatic.why_automatic(reading.read(raw)) == "", name
