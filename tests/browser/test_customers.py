"""Pages of customers in Chromium: readable by everybody, usable by keyboard, on a phone, and while scrolling."""

import re

import pytest
from playwright.sync_api import Page, expect
from tests.browser.looking import Visit, check, check_everywhere
from tests.running import RunningServer

BUSIEST = "SELECT id FROM customers_customer ORDER BY interactions DESC, id DESC LIMIT 1"


@pytest.fixture
def busiest(server: RunningServer) -> int:
    """The customer with the longest timeline."""
    return int(server.rows(BUSIEST)[0][0])


def open_everything(page: Page) -> None:
    page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")


@pytest.mark.parametrize(
    "path",
    ["/customers/", "/customers/?q=zzz", "/customers/?trait=town:York&sort=name", "/customers/{busiest}/",
     "/customers/{busiest}/links?q=a", "/customers/proposals/"],
)  # fmt: skip
def test_every_page_is_readable_by_everybody(visit: Visit, busiest: int, path: str) -> None:
    page = visit(path.format(busiest=busiest))
    open_everything(page)

    check_everywhere(page)


def test_two_are_compared_readably(visit: Visit, server: RunningServer, busiest: int) -> None:
    other = server.rows("SELECT id FROM customers_customer ORDER BY id LIMIT 1")[0][0]

    check(visit(f"/customers/{busiest}/links?other={other}", size="phone"))


def test_somebody_is_found_and_opened_by_keyboard_alone(
    visit: Visit, server: RunningServer, busiest: int
) -> None:
    (name,) = server.rows("SELECT name FROM customers_customer WHERE id = ?", [busiest])[0]
    page = visit("/")

    page.keyboard.press("/")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=*")
    page.locator("main").get_by_role("link", name=name).first.focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    check(page)


def test_the_list_goes_on_in_place(visit: Visit) -> None:
    page = visit("/customers/")
    rows = page.locator("table.customers tbody tr:not(.further)")
    before = rows.count()

    page.get_by_role("link", name="Show more").click()

    expect(rows).to_have_count(2 * before)
    names = page.locator("table.customers tbody th a").evaluate_all("all => all.map((one) => one.href)")
    assert len(set(names)) == len(names)


def test_the_timeline_loads_as_one_scrolls(visit: Visit, busiest: int) -> None:
    page = visit(f"/customers/{busiest}/")
    entries = page.locator("#happened .entry")
    before = entries.count()

    page.locator("#happened .further").scroll_into_view_if_needed()

    expect(entries.nth(before)).to_be_attached()
    check(page)


def test_the_timeline_is_narrowed_in_place_and_its_address_can_be_sent(visit: Visit, busiest: int) -> None:
    page = visit(f"/customers/{busiest}/")

    page.get_by_role("link", name="Purchases", exact=True).click()
    page.wait_for_url("**/?show=purchases")
    expect(page.locator("#happened [aria-current]")).to_have_text("Purchases")
    page.reload()
    expect(page.locator("#happened [aria-current]")).to_have_text("Purchases")
    page.go_back()
    expect(page.locator("#happened [aria-current]")).to_have_text("All")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_a_join_is_taken_back_after_a_question_and_made_again(visit: Visit, server: RunningServer) -> None:
    joined = (
        "SELECT i.customer_id FROM customers_link l JOIN customers_identifier i ON i.id = l.first_id LIMIT 1"
    )
    customer = server.rows(joined)[0][0]
    page = visit(f"/customers/{customer}/", role="agent")

    page.locator(".join .ask summary").first.click()
    expect(page.get_by_text("Was this wrong?").first).to_be_visible()
    page.locator(".join .question button").first.click()
    toast = page.locator(".toast")
    expect(toast).to_contain_text("Taken back. Everything is as it was before.")
    check(page)
    toast.get_by_role("button", name="Take it back").click()

    expect(page.locator(".toast")).to_contain_text("They are one from now on")


def test_two_are_joined_by_hand_with_a_reason(visit: Visit, server: RunningServer, busiest: int) -> None:
    other = server.rows(
        "SELECT id, name FROM customers_customer WHERE interactions > 0 ORDER BY interactions, id LIMIT 1"
    )[0]
    page = visit(f"/customers/{busiest}/", role="agent")

    page.get_by_role("link", name="Join with another").click()
    page.get_by_label("Name, mail, phone or number of the other").fill(other[1])
    page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_role("link", name=re.compile("Compare")).first.click()
    page.get_by_label("Why do you think so?").fill("She showed her card")
    page.get_by_role("button", name="Join them").click()

    expect(page.locator(".toast")).to_contain_text("They are one from now on")
    page.locator(".toast").get_by_role("button", name="Take it back").click()
    expect(page.locator(".toast")).to_contain_text("Everything is as it was before")


def test_a_consent_is_written_down_with_its_proof(visit: Visit, busiest: int) -> None:
    page = visit(f"/customers/{busiest}/", role="agent")
    statement = page.locator(".statement").first

    statement.locator("summary").click()
    statement.get_by_label("What about?").select_option("marketing")
    statement.get_by_label("How did they tell us?").fill("on the phone")
    statement.get_by_role("button", name="They said no").click()

    told = page.locator(".permissions li").filter(has_text="news and offers").first
    expect(told).to_contain_text("said no, today")
    expect(told).to_contain_text("on the phone")


def test_a_page_works_without_javascript(
    server: RunningServer, chromium: object, signed_in: object, busiest: int
) -> None:
    context = chromium.new_context(  # type: ignore[attr-defined]
        base_url=server.address,
        storage_state=signed_in("viewer"),
        java_script_enabled=False,  # type: ignore[operator]
    )
    page = context.new_page()
    page.goto(f"/customers/{busiest}/")
    first = page.locator("#happened .entry").first.inner_text()

    page.get_by_role("link", name="Show earlier").click()

    expect(page.locator("#happened .entry").first).not_to_have_text(first)
    expect(page.locator("h1")).to_have_count(1)
    context.close()
