from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser import people
from tests.browser.looking import SIZES, check_everywhere
from tests.running import RunningServer


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """An installation that nobody has opened yet."""
    running = RunningServer(tmp_path_factory.mktemp("empty"), from_nothing=True).start()
    yield running
    running.stop()
    running.remove_database()


def test_somebody_with_a_keyboard_alone_sets_the_house_up(empty: RunningServer, chromium: Browser) -> None:
    context = chromium.new_context(
        base_url=empty.address, viewport=SIZES["wide"], timezone_id="Europe/Lisbon", reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto("/customers/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome to Rapport")
    expect(page.get_by_label("In which time zone does it work?")).to_have_value("Europe/Lisbon")
    check_everywhere(page)
    page.get_by_label("What is your organisation called?").focus()
    _answer(
        page, "Wrenfield Clinic", "", "GBP", "", "Ada Lindqvist", "ada@wrenfield.example", people.PASSWORD
    )
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Now bring in your customers")
    check_everywhere(page)
    for path in ("/", "/customers/", "/touchpoints/", "/imports/", "/settings/keys/"):
        page.goto(path)
        check_everywhere(page)
    context.close()


def _answer(page: Page, *answers: str) -> None:
    """Type each answer and tab on; nothing typed keeps what stands there."""
    for answer in answers:
        if answer:
            page.keyboard.type(answer)
        page.keyboard.press("Tab")
