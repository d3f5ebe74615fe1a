"""Saying that one is there, with a key, and the page of the team that shows it at once, in two browsers."""

from playwright.sync_api import Page, expect
from tests.browser.looking import Visit, check, check_everywhere


def be(page: Page, word: str) -> None:
    """Press the key until the control says so."""
    control = page.locator("#availability .state")
    page.keyboard.press("v")
    expect(control).to_contain_text(word)


def test_one_key_says_that_one_is_there_and_the_team_page_shows_it_at_once(visit: Visit) -> None:
    team = visit("/desk/team/", role="lead")
    row = team.get_by_role("row").filter(has_text="Ben Osei")
    expect(row).to_contain_text("Off")
    team.wait_for_timeout(1500)

    desk = visit("/desk/", role="agent")
    be(desk, "Available")
    expect(row).to_contain_text("Available", timeout=15_000)

    be(desk, "Away")
    expect(row).to_contain_text("Away", timeout=15_000)

    desk.get_by_role("button", name="Finish").click()
    expect(desk.locator("#availability .state")).to_contain_text("Off")
    expect(row).to_contain_text("Off", timeout=15_000)


def test_one_press_says_it_where_no_script_runs(visit: Visit) -> None:
    page = visit("/desk/", role="agent", size="phone")
    page.route("**/*.js", lambda route: route.abort())
    page.goto("/desk/")

    page.locator("#availability .state").click()

    page.wait_for_url("**/desk/")
    expect(page.locator("#availability .state")).to_contain_text("Available")
    page.get_by_role("button", name="Finish").click()


def test_the_pages_of_routing_can_be_read_by_everybody(visit: Visit) -> None:
    page = visit("/desk/team/", role="lead")
    check_everywhere(page)
    for path in ("/settings/routing/", "/settings/routing/queues/new/"):
        page.goto(path)
        check(page)
