"""What a visitor may do, and how often: sizes, sorts, rates, and other people's files (A24, D07)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.chat.rooms import Desk, Room
from tests.chat.serving import Answer

from rapport.channels.chat.rules import files as rules
from rapport.channels.inbound.models import Envelope
from rapport.channels.threads.models import Attachment
from rapport.files.store.models import StoredFile


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"\xff\xfe",
        b'{"id": "short", "text": "x"}',
        b'{"id": "../../../etc", "text": "x"}',
        b'{"id": "a-name-of-hers", "text": 7}',
        b'{"id": "a-name-of-hers", "text": "   "}',
        b'{"id": "a-name-of-hers", "text": "' + b"x" * 8_001 + b'"}',
        b'{"id": "a-name-of-hers", "text": "x", "files": ["a","b","c","d","e","f"]}',
        b"[" * 20_000,
    ],
)
def test_what_is_no_message_is_refused_and_leaves_nothing(open_room: Room, body: bytes) -> None:
    amina = open_room.browser().begin()

    assert amina.ask("POST", "/messages", body).status == 422
    assert Envelope.objects.count() == 0


def test_a_body_that_is_too_long_is_refused(open_room: Room) -> None:
    assert open_room.browser().begin().ask("POST", "/messages", b"x" * 70_000).status == 413


def test_whoever_says_too_much_is_asked_to_wait(open_room: Room) -> None:
    amina = open_room.browser().begin()

    def say(number: int) -> Answer:
        return amina.say(f"word {number}", name=f"word-{number:04d}")

    with ThreadPoolExecutor(12) as at_once:
        told = list(at_once.map(say, range(90)))

    taken = [answer for answer in told if answer.status == 200]
    waiting = [answer for answer in told if answer.status == 429]
    assert len(taken) >= 20
    assert len(taken) + len(waiting) == len(told)
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in waiting)
    assert waiting


@pytest.mark.parametrize(
    ("name", "status"),
    [("receipt.pdf", 200), ("PHOTO.JPG", 200), ("page.html", 415), ("picture.svg", 415), ("run.exe", 415),
     ("a.svg%00.png", 200), ("../../.htaccess", 415), ("receipt.pdf.html", 415), ("", 415)],
)  # fmt: skip
def test_files_are_taken_by_their_ending(open_room: Room, name: str, status: int) -> None:
    from urllib.parse import quote

    amina = open_room.browser().begin()

    assert amina.ask("POST", f"/files?name={quote(name)}", b"%PDF-1.4").status == status


def test_a_file_that_is_too_large_is_refused_and_not_kept(
    open_room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "LARGEST", 1000)
    amina = open_room.browser().begin()

    assert amina.ask("POST", "/files?name=a.pdf", b"x" * 1001).status == 413
    assert amina.ask("POST", "/files?name=a.pdf", b"").status == 422
    assert StoredFile.objects.count() == 0


def test_nobody_leaves_more_with_us_than_their_share(
    open_room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_KEPT", 1500)
    amina, ben = open_room.browser().begin(), open_room.browser().begin()

    assert amina.ask("POST", "/files?name=a.pdf", b"x" * 1000).status == 200
    assert amina.ask("POST", "/files?name=b.pdf", b"x" * 1000).status == 409
    assert ben.ask("POST", "/files?name=a.pdf", b"x" * 1000).status == 200


def test_a_file_of_somebody_else_cannot_be_said_or_fetched(open_room: Room, desk: Desk) -> None:
    amina, thief = open_room.browser().begin(), open_room.browser().begin()
    token = amina.ask("POST", "/files?name=a.pdf", b"private").told["file"]
    assert thief.say("Mine", files=[token]).status == 404
    asked = amina.say("Here", files=[token]).told["message"]
    desk.answer(asked, "Thank you")
    number = Attachment.objects.get().pk

    got = amina.ask("GET", f"/files/{number}")

    assert (got.status, got.body) == (200, b"private")
    assert got.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in got.headers["content-security-policy"]
    assert got.headers["x-content-type-options"] == "nosniff"
    assert thief.ask("GET", f"/files/{number}").status == 404


def test_a_file_that_was_never_said_goes_after_a_day(open_room: Room) -> None:
    amina = open_room.browser().begin()
    said = amina.ask("POST", "/files?name=a.pdf", b"said").told["file"]
    amina.ask("POST", "/files?name=b.pdf", b"unsaid")
    amina.say("Here", files=[said])

    ends = dict(StoredFile.objects.values_list("name", "expires_at"))
    assert ends["a.pdf"] is None
    assert ends["b.pdf"] is not None
