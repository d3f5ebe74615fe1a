"""A visitor says something and sees it; what they hold opens nothing but their own."""

from tests.chat.rooms import Room


def test_what_is_said_is_kept_and_seen(open_room: Room) -> None:
    amina = open_room.browser().begin()

    told = amina.say("Is the blue one in stock?")

    assert told.status == 200, told.body
    assert told.told["message"]
    assert amina.texts() == ["Is the blue one in stock?"]


def test_the_same_words_sent_again_are_said_once(open_room: Room) -> None:
    amina = open_room.browser().begin()

    first, again = (amina.say("Hello", name="a-name-of-hers") for _ in range(2))

    assert first.told["message"] == again.told["message"]
    assert amina.texts() == ["Hello"]
