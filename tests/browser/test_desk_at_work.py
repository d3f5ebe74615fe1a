"""An agent at work in Chromium, mostly with the keyboard: ready answers, files, later, many at once, the bell."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser import looking, people
from tests.running import RunningServer

SOON = 15_000


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A shop of its own, whose customers have written (tests/browser/written.py)."""
    running = RunningServer(tmp_path_factory.mktemp("desk"))
    environment = running.environment | {"DJANGO_SETTINGS_MODULE": "rapport.config.settings"}
    for module in ("tests.browser.people", "tests.browser.written"):
        subprocess.run([sys.executable, "-m", module], env=environment, check=True)
    yield running.start()
    running.stop()
    running.remove_database()


@pytest.fixture
def at_desk(desk: RunningServer, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Somebody signed in at an address; after the test no page may have complained."""
    heard: list[looking.Complaints] = []

    def go(path: str, *, role: str = "agent", size: str = "wide") -> Page:
        context = chromium.new_context(base_url=desk.address, viewport=looking.SIZES[size])
        page = context.new_page()
        page.goto("/account/login/")
        page.get_by_label("Your mail address").fill(people.PEOPLE[role][0])
        page.get_by_label("Password").fill(people.PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/")
        heard.append(looking.Complaints(page))
        page.goto(path)
        return page

    yield go
    found: list[Any] = [line for one in heard for line in one.found]
    for one in heard:
        one.page.context.close()
    assert found == []


def case_about(page: Page, words: str) -> None:
    page.goto("/desk/?view=open")
    page.locator(".cases a", has_text=words).first.click()
    page.wait_for_url("**/desk/cases/**")


def test_an_answer_is_made_of_a_ready_one_with_a_file_and_set_for_later(
    at_desk: Callable[..., Page], tmp_path: Path
) -> None:
    page = at_desk("/desk/")
    invoice = tmp_path / "invoice.pdf"
    invoice.write_bytes(b"%PDF-1.4")
    case_about(page, "Torn strap")

    page.keyboard.press("m")
    page.keyboard.press("Enter")
    expect(page.locator("#words")).to_have_value("Dear Amina, it is on its way.")
    page.set_input_files("input[type=file]", invoice)
    expect(page.locator("#enclosed")).to_contain_text("invoice.pdf")
    page.locator("#enclosed").get_by_role("button", name="Take out").click()
    expect(page.locator("#enclosed")).not_to_contain_text("invoice.pdf")
    page.set_input_files("input[type=file]", invoice)
    expect(page.locator("#enclosed")).to_contain_text("invoice.pdf")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("l")
    page.keyboard.press("Enter")
    expect(page.get_by_text("This leaves on")).to_be_visible()
    page.get_by_role("button", name="Keep it here").click()
    expect(page.get_by_text("This leaves on")).to_have_count(0)
    page.wait_for_load_state()
    page.keyboard.press("r")
    expect(page.locator("#words")).to_be_focused()
    page.keyboard.press("Control+Enter")

    expect(page.locator(".message.from-us:not(.outside)")).to_contain_text("invoice.pdf")
    expect(page.get_by_text("It leaves in a few seconds.")).to_be_visible()


def test_a_file_that_is_too_large_is_told_beside_the_box(
    at_desk: Callable[..., Page], tmp_path: Path
) -> None:
    page = at_desk("/desk/")
    film = tmp_path / "film.mp4"
    film.write_bytes(b"x" * (10 * 1024**2 + 1))
    case_about(page, "Opening hours")

    with page.expect_response("**/enclosing/") as answered:
        page.set_input_files("input[type=file]", film)

    assert answered.value.status == 422
    expect(page.locator("#enclosed")).to_contain_text("film.mp4 is larger than 10 MB.")


def test_somebody_outside_is_asked_from_the_keyboard(at_desk: Callable[..., Page]) -> None:
    page = at_desk("/desk/")
    case_about(page, "Torn strap")

    page.keyboard.press("e")
    page.wait_for_url("**/outside/")
    page.get_by_label("Their mail address").fill("maker@works.example")
    page.get_by_label("What do you want of them?").fill("Can you mend it?")
    page.get_by_label("Amina Okafor").first.check()
    page.get_by_role("button", name="Ask them").click()

    expect(page.locator(".message.outside")).to_contain_text("Can you mend it?")
    expect(page.locator(".message.outside")).to_contain_text("the strap is torn")


def test_many_are_chosen_and_closed_with_keys_and_opened_again(at_desk: Callable[..., Page]) -> None:
    page = at_desk("/desk/?view=open")
    before = page.locator(".cases > li").count()

    page.keyboard.press("x")
    page.wait_for_url("**choose=1")
    page.keyboard.press("j")
    page.keyboard.press("Space")
    page.keyboard.press("j")
    page.keyboard.press("Space")
    page.get_by_role("button", name="Close", exact=True).first.click()
    expect(page.get_by_text("Done with 2 cases.")).to_be_visible()
    expect(page.locator(".cases > li")).to_have_count(before - 2)
    page.get_by_role("button", name="Take it back").click()

    expect(page.locator(".cases > li")).to_have_count(before)


def test_the_bell_rings_by_itself_and_is_quiet_once_the_case_is_open(at_desk: Callable[..., Page]) -> None:
    agent = at_desk("/customers/")
    lead = at_desk("/desk/", role="lead")
    expect(agent.locator("#bell .count")).to_have_count(0)
    case_about(lead, "Opening hours")
    lead.get_by_text("Note for us").click()
    lead.locator("#words").fill("@ben can you look?")
    lead.get_by_role("button", name="Keep the note").click()

    expect(agent.locator("#bell .count")).to_have_text("1", timeout=SOON)
    agent.keyboard.press("g")
    agent.keyboard.press("n")
    agent.wait_for_url("**/desk/notices/")
    expect(agent.get_by_text("has a note that names you")).to_be_visible()
    agent.locator(".told a").first.click()
    expect(agent.locator("#bell .count")).to_have_count(0, timeout=SOON)
    expect(lead.locator("#case-head")).to_contain_text("also open at", timeout=SOON)


def test_every_key_of_the_help_is_on_the_page(at_desk: Callable[..., Page]) -> None:
    page = at_desk("/desk/")
    case_about(page, "Refund")

    page.keyboard.press("?")
    help_text = page.locator("#keys").inner_text()
    for letter in ("n", "m", "f", "l", "s", "c", "e", "p", "."):
        expect(page.locator(f'[data-key="{letter}"]'), letter).to_have_count(1)
        assert f"\n{letter}\n" in f"\n{help_text}\n", letter


@pytest.mark.parametrize("path", ["/desk/?choose=1", "/desk/notices/", "/desk/notices/choices/"])
@pytest.mark.parametrize("size", ["wide", "phone"])
def test_the_pages_fit_and_can_be_read_by_everybody(
    at_desk: Callable[..., Page], path: str, size: str
) -> None:
    page = at_desk(path, size=size)

    looking.check(page)
