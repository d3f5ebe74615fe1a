"""Where a chat may stand, and what a page of another origin learns."""

import pytest
from tests.chat.rooms import SHOP, Room


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://shop.example.org",
        "https://shop.example.org.evil.example",
        "https://shop.example.org:8443",
        "null",
        "",
        "https://*.example.org",
    ],
)
def test_on_other_pages_the_chat_answers_nothing(open_room: Room, origin: str) -> None:
    browser = open_room.browser(origin)

    for method, path in (("GET", ""), ("POST", "/visits"), ("OPTIONS", "/messages"), ("GET", "/stream")):
        answer = browser.ask(method, path, {} if method == "POST" else None)
        assert answer.status == 403, (method, path)
        assert "access-control-allow-origin" not in answer.headers


def test_on_our_pages_a_browser_is_told_what_it_may_send(open_room: Room) -> None:
    answer = open_room.browser().ask("OPTIONS", "/messages")

    assert answer.status == 204
    assert answer.headers["access-control-allow-origin"] == SHOP
    assert "x-rapport-identity" in answer.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in answer.headers


def test_a_chat_that_is_not_there_says_no_more_than_that(open_room: Room) -> None:
    browser = open_room.browser()
    browser.key = "not-a-chat"

    assert browser.ask("GET").status == 404


def test_a_token_of_one_chat_opens_no_other(open_room: Room) -> None:
    from tests.chat.test_chat_identity import NOW

    from rapport.channels.endpoints import commands as endpoints
    from rapport.channels.endpoints.rules.places import Described
    from rapport.channels.endpoints.rules.web import ChatSettings
    from rapport.staff.roles.rules import Operator

    amina = open_room.browser().begin()
    amina.say("Hello")
    other, _ = endpoints.open_chat(
        Described("Other chat"), ChatSettings(origins=(SHOP,)), by=Operator(), at=NOW
    )
    amina.key = other.token

    assert amina.ask("GET", "/messages").told["code"] == "unknown_visitor"


def test_the_script_may_be_loaded_by_any_page_and_is_small(open_room: Room) -> None:
    browser = open_room.browser("https://anywhere.example")
    connection_answer = _script(browser.port)

    assert connection_answer["content-type"] == "text/javascript; charset=utf-8"
    assert connection_answer["cross-origin-resource-policy"] == "cross-origin"
    assert int(connection_answer["content-length"]) < 15_000


def _script(port: int) -> dict[str, str]:
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/widget.js", headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return {name.lower(): value for name, value in answer.getheaders()}
