"""Whoever used the chat can have a copy of it and be forgotten; their browser then opens nothing."""

from datetime import UTC, datetime

from tests.chat.rooms import Desk, Room
from tests.privacy.people import erase, export_of

from rapport.channels.chat.models import Reading, Visitor, Wait
from rapport.channels.threads.models import Message


def test_a_visitor_is_exported_and_forgotten_with_all_they_said(open_room: Room, desk: Desk) -> None:
    amina, ben = open_room.browser().begin(), open_room.browser().begin()
    asked = amina.say("My canary word").told["message"]
    ben.say("Another word")
    desk.answer(asked, "We know")
    amina.ask("POST", "/signs", {"read": asked + 10})
    visitor = Visitor.objects.order_by("id").select_related("identifier").first()
    assert visitor is not None
    customer, now = visitor.identifier.customer_id, datetime.now(UTC)

    facts, page = export_of(customer, now)
    erase(customer, now)

    assert "My canary word" in str(facts)
    assert len(facts["sections"]["visits"]) == 1
    assert "Your visits to our chat" in page
    assert amina.ask("GET", "/messages").told["code"] == "unknown_visitor"
    assert ben.texts() == ["Another word"]
    assert not Message.objects.filter(text__contains="canary").exists()
    assert (Visitor.objects.count(), Wait.objects.count(), Reading.objects.count()) == (1, 1, 0)
