"""`rapport mail read` and `rapport mail split`: one object a file, for any bytes, without a data folder."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rapport.cli.main import app

KEYS = [
    *(
        "file",
        "from",
        "to",
        "cc",
        "subject",
        "date",
        "message_id",
        "in_reply_to",
        "references",
        "text",
        "html",
    ),
    *("reply_text", "quoted_text", "attachments", "is_automatic", "automatic_reason", "bounces"),
]
MAIL = b"""From: =?utf-8?q?J=C3=BCrgen?= <juergen@example.org>
To: help@shop.example
Subject: Lamp
Date: Mon, 2 Mar 2026 12:00:00 +0100
Message-ID: <two@example.org>
In-Reply-To: <one@shop.example>
References: <root@shop.example> <one@shop.example>
Content-Type: multipart/mixed; boundary=b

--b

It works.

On Mon, 2 Mar 2026, Help <help@shop.example> wrote:
> Does it?
--b
Content-Type: application/pdf; name=bill.pdf

pdf
--b--
"""


def lines(*words: str) -> list[dict[str, object]]:
    result = CliRunner().invoke(app, ["mail", *words, "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_mail_is_printed_as_one_object(tmp_path: Path) -> None:
    file = tmp_path / "one.eml"
    file.write_bytes(MAIL)
    (found,) = lines("read", str(file))
    assert list(found) == KEYS
    assert found["from"] == {"name": "Jürgen", "email": "juergen@example.org"}
    assert found["to"] == [{"name": "", "email": "help@shop.example"}]
    assert found["date"] == "2026-03-02T12:00:00+01:00"
    assert found["references"] == ["root@shop.example", "one@shop.example"]
    assert found["reply_text"] == "It works."
    assert str(found["quoted_text"]).startswith("On Mon")
    digest = hashlib.sha256(b"pdf").hexdigest()
    expected = {"name": "bill.pdf", "type": "application/pdf", "size": 3, "sha256": digest}
    assert found["attachments"] == [expected]
    assert (found["is_automatic"], found["automatic_reason"], found["bounces"]) == (False, "", [])


def test_a_bounce_is_printed_with_its_reason(tmp_path: Path) -> None:
    file = tmp_path / "bounce.eml"
    file.write_bytes(
        b"From: MAILER-DAEMON@x.example\nSubject: failure notice\n\n<joe@example.com>:\nUser unknown (#5.1.1)\n"
    )
    (found,) = lines("read", str(file))
    assert found["is_automatic"]
    assert found["bounces"] == [
        {
            "recipient": "joe@example.com",
            "status": "5.1.1",
            "code": "",
            "reason": "userunknown",
            "is_hard": True,
        }
    ]


@pytest.mark.parametrize(
    "raw", [b"", b"\x00" * 100, b"\xff\xfe\x00", bytes(range(256)) * 20, b"\xed\xa0\x80: \xed\xb0\x80\n\n"]
)
def test_any_bytes_give_a_line_and_success(tmp_path: Path, raw: bytes) -> None:
    file = tmp_path / "any"
    file.write_bytes(raw)
    (found,) = lines("read", str(file))
    assert list(found) == KEYS
    assert list(lines("split", str(file))[0]) == ["file", "reply_text", "quoted_text"]


def test_several_files_give_a_line_each_and_one_that_cannot_be_opened_says_why(tmp_path: Path) -> None:
    file = tmp_path / "one.txt"
    file.write_text("Yes.\n\n> Is it?\n")
    assert [found["reply_text"] for found in lines("split", str(file), str(file))] == ["Yes.", "Yes."]
    result = CliRunner().invoke(app, ["mail", "read", str(tmp_path / "none"), str(file), "--json"])
    assert result.exit_code == 1
    first, second = (json.loads(line) for line in result.stdout.splitlines())
    assert first == {"file": str(tmp_path / "none"), "error": "No such file or directory"}
    assert second["text"] == "Yes.\n\n> Is it?\n"


def test_a_person_reads_it_in_words(tmp_path: Path) -> None:
    file = tmp_path / "one.eml"
    file.write_bytes(MAIL)
    result = CliRunner().invoke(app, ["mail", "read", str(file)])
    assert "subject: Lamp" in result.stdout


def test_neither_needs_a_data_folder_nor_a_database(tmp_path: Path) -> None:
    file = tmp_path / "one.eml"
    file.write_bytes(MAIL)
    missing = tmp_path / "nowhere"
    environment = {
        **os.environ,
        "RAPPORT_HOME": str(missing),
        "RAPPORT_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
    }
    command = [sys.executable, "-m", "rapport.cli.main", "mail", "read", str(file), "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(done.stdout)["subject"] == "Lamp"
    assert not missing.exists()
