"""The widget in a browser, on a shop's page with a strict policy of its own: what a visitor sees and can do."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.browser import looking
from tests.browser.shops import Shop
from tests.chat.rooms import Desk, Room
from tests.chat.serving import QUICK, Site, served, until

from rapport.channels.chat import commands, queries
from rapport.channels.endpoints.models import Endpoint
from rapport.channels.threads.models import Attachment, Message
from rapport.channels.threads.rules import NewAttachment
from rapport.files.store import commands as files
from rapport.files.store.rules import Label

pytestmark = pytest.mark.django_db(transaction=True)


class Street:
    """Where the shop stands: opens its page in browsers of visitors, and can take the chat away for a while."""

    def __init__(self, room: Room, chromium: Browser, shop: Shop, port: int) -> None:
        self.room, self.shop, self.address = room, shop, f"http://127.0.0.1:{port}/"
        self._chromium = chromium
        self.contexts: list[BrowserContext] = []
        self.complaints: list[looking.Complaints] = []

    def visitor(self, *, size: str = "wide", look: str = "light", lang: str = "en", more: str = "") -> Page:
        """A new browser on the shop's page."""
        context = self._chromium.new_context(viewport=looking.SIZES[size], color_scheme=look)
        self.contexts.append(context)
        self.shop.show(self.room.key, lang=lang, more=more)
        page = context.new_page()
        self.complaints.append(looking.Complaints(page))
        page.goto(self.address)
        return page


@pytest.fixture
def street(room: Room, chromium: Browser) -> Iterator[Street]:
    shop, site = Shop(), Site(QUICK)
    with served(site, closing=site.hub.close) as port, served(shop) as shop_port:
        until(lambda: site.hub.cursor > 0)
        shop.host = f"http://127.0.0.1:{port}"
        room.port = port
        _allow(room, f"http://127.0.0.1:{shop_port}")
        street = Street(room, chromium, shop, shop_port)
        yield street
        for context in street.contexts:
            context.close()


def _allow(room: Room, origin: str) -> None:
    endpoint = Endpoint.objects.get(pk=room.id)
    endpoint.settings["origins"] = [origin]
    endpoint.save(update_fields=["settings"])


def opened(page: Page) -> Page:
    page.get_by_role("button", name="Chat with us").click()
    return page


def say(page: Page, text: str) -> None:
    page.get_by_label("Your message").fill(text)
    page.get_by_role("button", name="Send", exact=True).click()


def newest(room: Room) -> int:
    found = Message.objects.filter(endpoint_id=room.id, direction="in").order_by("-id").first()
    assert found is not None
    return found.pk


def test_a_visitor_talks_with_us_on_a_page_with_a_strict_policy(street: Street, desk: Desk) -> None:
    page = opened(street.visitor())
    expect(page.get_by_role("dialog", name="Shop chat")).to_be_visible()
    expect(page.get_by_text("How can we help?")).to_be_visible()
    say(page, "Is the blue one in stock? https://shop.example.org/blue")
    expect(page.get_by_text("Is the blue one in stock?")).to_be_visible()
    expect(page.get_by_text("· sent")).to_be_visible()
    expect(page.get_by_role("link", name="https://shop.example.org/blue")).to_have_attribute(
        "rel", "noopener noreferrer nofollow"
    )

    desk.answer(newest(street.room), "Yes, in <b>two</b> sizes.")

    expect(page.get_by_text("Yes, in <b>two</b> sizes.")).to_be_visible()
    expect(page.get_by_text("Ben Adeyemi").first).to_be_visible()
    assert [one.found for one in street.complaints] == [[]]


def test_after_a_reload_the_talk_goes_on_where_it_was(street: Street, desk: Desk) -> None:
    page = opened(street.visitor())
    say(page, "I will be back")
    expect(page.get_by_text("· sent")).to_be_visible()
    page.goto("about:blank")
    desk.answer(newest(street.room), "We wait for you")

    page.goto(street.address)

    expect(page.get_by_text("I will be back")).to_be_visible()
    expect(page.get_by_text("We wait for you")).to_be_visible()


def test_words_written_without_a_network_are_sent_once_when_it_is_back(street: Street) -> None:
    page = opened(street.visitor())
    say(page, "First")
    expect(page.get_by_text("· sent")).to_be_visible()
    page.context.set_offline(True)
    say(page, "Into the silence")
    expect(page.get_by_text("No connection.")).to_be_visible()
    page.context.set_offline(False)
    page.goto(street.address)

    expect(page.get_by_text("Into the silence")).to_be_visible()
    until(lambda: Message.objects.filter(text="Into the silence").count() == 1)
    expect(page.get_by_text("Into the silence")).to_have_count(1)
    expect(page.get_by_text("sending …")).to_have_count(0)


def test_everything_can_be_done_with_the_keyboard(street: Street, desk: Desk) -> None:
    page = street.visitor()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your message")).to_be_focused()
    page.keyboard.type("Hello")
    page.keyboard.press("Enter")
    expect(page.get_by_text("· sent")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()

    desk.answer(newest(street.room), "Hello to you")

    launcher = page.get_by_role("button", name="Chat with us, one new message")
    expect(launcher).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Hello to you")).to_be_visible()


def test_a_file_goes_along_and_another_comes_back(street: Street, desk: Desk, tmp_path: Path) -> None:
    page = opened(street.visitor())
    receipt = tmp_path / "receipt.pdf"
    receipt.write_bytes(b"%PDF-1.4 two shoes")
    page.get_by_label("Send a file").set_input_files(receipt)
    expect(page.get_by_text("receipt.pdf")).to_be_visible()
    until(lambda: Attachment.objects.filter(name="receipt.pdf", media_type="application/pdf").exists())

    kept = files.keep([b"how to return"], Label("label.txt", "desk"), at=datetime.now(UTC))
    attached = NewAttachment(kept.pk, "label.txt", "text/plain", kept.bytes)
    desk.answer(newest(street.room), "Here you are", files=(attached,))
    with page.expect_download() as waiting:
        page.get_by_role("button", name="label.txt").click()
    assert Path(waiting.value.path()).read_bytes() == b"how to return"

    bad = tmp_path / "page.html"
    bad.write_text("<script>alert(1)</script>")
    page.get_by_label("Send a file").set_input_files(bad)
    expect(page.get_by_text("This file could not be sent.")).to_be_visible()


def test_each_side_sees_that_the_other_writes_and_reads(street: Street, desk: Desk) -> None:
    page = opened(street.visitor())
    say(page, "Hello")
    expect(page.get_by_text("· sent")).to_be_visible()
    expect(page.get_by_text("You are next.")).to_be_visible()
    number = newest(street.room)
    message = Message.objects.get(pk=number)
    commands.answer_typed(message.thread_id, by=desk.ben, at=datetime.now(UTC))
    expect(page.get_by_text("is writing …")).to_be_visible()
    commands.read_by_us(message.thread_id, number, by=desk.ben, at=datetime.now(UTC))
    expect(page.get_by_text("· seen")).to_be_visible()

    answer = desk.answer(number, "Hello to you")

    expect(page.get_by_text("Hello to you")).to_be_visible()
    assert message.author_id is not None
    own = [message.author_id]
    until(lambda: queries.read_by_customer(own)[0] == answer)


@pytest.mark.usefixtures("mailbox")
def test_out_of_hours_it_says_so_and_asks_once_for_an_address(street: Street) -> None:
    endpoint = Endpoint.objects.get(pk=street.room.id)
    endpoint.settings["hours"] = "Mon 0:00-0:01"
    endpoint.save(update_fields=["settings"])
    page = opened(street.visitor())
    expect(page.get_by_text("Nobody is here just now. We are back Monday")).to_be_visible()
    say(page, "Then later")

    page.get_by_label("May we answer by mail if you leave?").fill("amina@example.org")
    page.get_by_role("button", name="Yes, by mail").click()

    expect(page.get_by_text("We will also answer by mail.")).to_be_visible()
    expect(page.get_by_label("May we answer by mail if you leave?")).to_be_hidden()
    page.goto(street.address)
    expect(page.get_by_text("Then later")).to_be_visible()
    expect(page.get_by_label("May we answer by mail if you leave?")).to_be_hidden()


def test_it_speaks_the_language_of_the_page(street: Street) -> None:
    page = street.visitor(lang="de-AT")

    page.get_by_role("button", name="Chat mit uns").click()

    expect(page.get_by_label("Ihre Nachricht")).to_be_visible()


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("size", ["wide", "phone"])
def test_it_is_accessible_in_every_look_and_size(street: Street, desk: Desk, look: str, size: str) -> None:
    street.shop.is_strict = False
    page = opened(street.visitor(size=size, look=look))
    say(page, "Hello")
    expect(page.get_by_text("· sent")).to_be_visible()
    desk.answer(newest(street.room), "Hello to you")
    expect(page.get_by_text("Hello to you")).to_be_visible()
    if folder := os.environ.get("RAPPORT_PICTURES"):
        page.wait_for_timeout(300)
        page.screenshot(path=f"{folder}/chat-{size}-{look}.png")

    looking.check(page)
    box = page.get_by_role("dialog").bounding_box()
    assert box is not None
    if size == "phone":
        assert box["width"] == looking.SIZES["phone"]["width"]
