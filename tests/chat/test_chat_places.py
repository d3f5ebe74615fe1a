"""The place in the queue and the wait that a visitor is told, where the desk hands out its cases."""

from datetime import UTC, datetime

from tests.chat.rooms import Room
from tests.desk.handing import handed_out, there

from rapport.service.routing import commands as routing


def test_a_visitor_is_told_the_place_that_the_desk_gives_them(open_room: Room) -> None:
    handed_out(datetime.now(UTC))
    first, second = open_room.browser().begin(), open_room.browser().begin()
    first.say("I was here first")
    second.say("Me too")
    assert second.stream().until("state")["waits"]["ahead"] == 1

    there("Ben", datetime.now(UTC), live=1)
    routing.hand_out(at=datetime.now(UTC))

    told = second.stream().until("state")["waits"]
    assert told["ahead"] == 0, "the first has somebody"
    assert told["median"] is None, "too few were served to say how long it takes"
