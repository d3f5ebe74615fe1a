"""The search box and the parts that follow what changes, in a browser."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect
from tests.browser.looking import Visit, check, check_everywhere
from tests.running import RunningServer


@pytest.fixture(autouse=True, scope="module")
def indexed(server: RunningServer) -> None:
    server.command("search", "--rebuild")


def somebody(server: RunningServer) -> str:
    found = server.rows("SELECT name FROM customers_customer WHERE name LIKE '% %' ORDER BY id LIMIT 1")
    return str(found[0][0])


def test_a_few_letters_show_who_it_may_be_and_arrows_lead_there(visit: Visit, server: RunningServer) -> None:
    name = somebody(server)
    page = visit("/touchpoints/")
    page.keyboard.press("/")
    page.keyboard.type(name.lower(), delay=20)
    box = page.locator(".search-box")
    expect(box.get_by_role("link", name=name).first).to_be_visible()
    check(page)

    first = box.get_by_role("link").first
    page.keyboard.press("ArrowDown")
    expect(first).to_be_focused()
    there = first.get_attribute("href")
    page.keyboard.press("Enter")

    page.wait_for_url(f"**{there}")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_escape_closes_what_was_found_and_enter_shows_all(visit: Visit, server: RunningServer) -> None:
    name = somebody(server)
    page = visit("/")
    page.get_by_role("searchbox").first.fill(name[:3])
    expect(page.locator(".search-box")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".search-box")).to_have_count(0)

    page.keyboard.press("Enter")

    page.wait_for_url("**/search/?q=*")
    expect(page.get_by_role("heading", level=1)).to_have_text("Search")


@pytest.mark.parametrize("query", ["", "a", "zzzzz", "order"])
def test_the_page_of_the_search_can_be_read_by_everybody(visit: Visit, query: str) -> None:
    check_everywhere(visit(f"/search/?q={query}"))


def test_a_page_is_fetched_anew_when_something_happens(visit: Visit, server: RunningServer) -> None:
    page = visit("/")
    page.wait_for_timeout(1500)
    page.evaluate("document.getElementById('today').append('as it was')")
    expect(page.get_by_text("as it was")).to_be_visible()
    connection = server.connect()
    is_postgres = server.environment["RAPPORT_DATABASE_URL"].startswith("postgres")
    turn = "pg_current_xact_id()::text::bigint" if is_postgres else "NULL"
    connection.execute(
        f"INSERT INTO live_event (topic, permission, department, at, turn) "
        f"VALUES ('log', 'interactions.view', '', '{datetime.now(UTC):%Y-%m-%d %H:%M:%S}', {turn})"
    )
    connection.commit()
    connection.close()

    expect(page.get_by_text("as it was")).to_have_count(0, timeout=10_000)
    expect(page.locator("#live-mark")).to_be_hidden()


def test_a_page_that_is_cut_off_says_so_until_it_is_not(visit: Visit) -> None:
    page = visit("/touchpoints/")
    page.route("**/live/**", lambda route: route.abort())
    page.goto("/")

    expect(page.get_by_text("Not connected")).to_be_visible(timeout=20_000)

    page.unroute("**/live/**")
    expect(page.locator("#live-mark")).to_be_hidden(timeout=30_000)
