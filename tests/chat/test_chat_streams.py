"""Streams of visitors: nothing is missed over a cut, and those who vanish hold nothing (F14, B07)."""

import sqlite3
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.chat.rooms import Desk, Room
from tests.chat.serving import until

from rapport.api.chat_queue import FRESH
from rapport.channels.chat import queries
from rapport.channels.chat.models import Visitor


def test_what_is_said_while_a_stream_was_cut_comes_when_it_is_taken_up(open_room: Room, desk: Desk) -> None:
    amina = open_room.browser().begin()
    asked = amina.say("Hello").told["message"]
    stream = amina.stream()
    assert [one["text"] for one in stream.until("said")["messages"]] == ["Hello"]
    stream.close()
    desk.answer(asked, "First")
    desk.answer(asked, "Second")

    again = amina.stream(stream.place)

    heard = [one["text"] for one in again.until("said")["messages"]]
    assert heard[-2:] == ["First", "Second"]


def test_an_answer_that_is_held_back_is_shown_when_its_time_has_come(open_room: Room, desk: Desk) -> None:
    amina = open_room.browser().begin()
    asked = amina.say("Hello").told["message"]
    stream = amina.stream()
    stream.until("said")
    desk.answer(asked, "Held", hold=timedelta(seconds=2))
    assert amina.texts() == ["Hello"]
    desk.answer(asked, "At once")
    assert [one["text"] for one in stream.until("said")["messages"]] == ["At once"]

    until(lambda: amina.texts() == ["Hello", "Held", "At once"])

    assert [one["text"] for one in stream.until("said")["messages"]] == ["Held"]


def test_visitors_who_only_listen_hold_no_connection_to_the_database(open_room: Room, tmp_path: Path) -> None:
    amina = open_room.browser().begin()
    streams = [amina.stream() for _ in range(6)]
    for stream in streams:
        stream.until("state")
    threads = {thread.name.partition("_")[0] for thread in threading.enumerate()}

    assert amina.stream().status == 429, "one visitor holds a few at most"
    assert threads >= {"live", "chat"}
    assert len([name for name in threads if name in {"live", "chat"}]) == 2
    with sqlite3.connect(tmp_path / "any") as any_file:
        any_file.execute("SELECT 1")
    any_file.close()


def test_the_place_in_the_queue_is_told_and_ends_with_an_answer(open_room: Room, desk: Desk) -> None:
    first, second = open_room.browser().begin(), open_room.browser().begin()
    asked = first.say("I was here first").told["message"]
    second.say("Me too")
    stream = second.stream()
    assert stream.until("state")["waits"]["ahead"] == 1

    desk.answer(asked, "Good morning", is_automatic=True)
    assert second.stream().until("state")["waits"]["ahead"] == 1, "a robot's word is no answer"
    desk.answer(asked, "What is it about?")
    time.sleep(FRESH.total_seconds())

    assert second.stream().until("state")["waits"]["ahead"] == 0
    assert first.stream().until("state")["waits"] is None


def test_how_long_it_takes_is_told_when_enough_is_known(open_room: Room, desk: Desk) -> None:
    def told() -> dict[str, object]:
        return dict(open_room.browser().ask("GET").told["waits"])

    assert told() == {"median": None, "ninetieth": None, "answered": 0}
    for number in range(9):
        guest = open_room.browser().begin()
        desk.answer(guest.say(f"Question {number}").told["message"], "Answer")
        guest.say(f"Question {number} again")

    assert told()["answered"] == 9
    assert isinstance(told()["median"], float)
    found = queries.estimate(open_room.id, at=datetime.now(UTC))
    assert found.answered == 9
    assert Visitor.objects.count() == 9
