import pytest
from playwright.sync_api import Page, expect
from tests.browser.looking import Visit, check_everywhere

PAGES = (
    "/",
    "/touchpoints/",
    "/touchpoints/new/",
    "/touchpoints/1/",
    "/measures/",
    "/settings/",
    "/settings/rates/",
    "/settings/people/",
    "/settings/people/new/",
    "/settings/people/1/",
    "/settings/keys/",
    "/settings/departments/",
    "/settings/teams/new/",
    "/settings/access/",
    "/settings/jobs/",
    "/settings/retention/",
    "/settings/audit/",
    "/customers/1/privacy/",
    "/measures/active_customers/",
    "/first-run/steps/",
    "/design/",
    "/account/password/",
    "/account/second-step/",
    "/account/confirm/",
    "/account/logout/",
)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_can_be_read_by_everybody(visit: Visit, path: str) -> None:
    check_everywhere(visit(path))


@pytest.mark.parametrize("path", ["/account/login/", "/nowhere/"])
def test_a_stranger_can_read_what_a_stranger_sees(visit: Visit, path: str) -> None:
    check_everywhere(visit(path, role=""))


def test_the_keyboard_alone_leads_through_the_areas(visit: Visit) -> None:
    page = visit("/")
    page.keyboard.press("g")
    page.keyboard.press("p")
    page.wait_for_url("**/touchpoints/")
    page.keyboard.press("g")
    page.keyboard.press("t")
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")


def test_the_keys_work_and_the_focus_is_seen_on_every_page(visit: Visit) -> None:
    page = visit("/")
    for path in (
        "/",
        "/customers/",
        "/customers/1/",
        "/imports/",
        "/measures/",
        "/settings/keys/",
        "/search/?q=boots",
    ):
        page.goto(path)
        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name="Keys"), path).to_be_visible()
        page.keyboard.press("Escape")
        page.keyboard.press("/")
        assert _focused(page) in {"search", "find"}, path
        page.keyboard.press("Escape")
        for _ in range(12):
            page.keyboard.press("Tab")
            assert _shows_focus(page), f"{path}: {page.evaluate('document.activeElement.outerHTML')[:200]}"


def test_a_slash_begins_a_search_and_escape_leaves_it(visit: Visit) -> None:
    page = visit("/touchpoints/")
    page.keyboard.press("/")
    assert _focused(page) == "search"
    page.keyboard.press("Escape")
    assert _focused(page) == ""


def test_a_question_mark_shows_the_keys(visit: Visit) -> None:
    page = visit("/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()


def test_keys_typed_into_a_field_are_text(visit: Visit) -> None:
    page = visit("/touchpoints/new/")
    page.get_by_label("Name", exact=True).fill("")
    page.get_by_label("Name", exact=True).press_sequentially("g t / ?")
    expect(page.get_by_label("Name", exact=True)).to_have_value("g t / ?")


def test_the_first_tab_skips_to_the_content(visit: Visit) -> None:
    page = visit("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    assert _focused(page) == "main"


def test_the_initials_open_a_menu_that_escape_closes(visit: Visit) -> None:
    page = visit("/")
    page.locator("details.person summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".person").get_by_role("link", name="Settings")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".person").get_by_role("link", name="Settings")).to_be_hidden()


def test_a_chosen_look_stays(visit: Visit) -> None:
    page = visit("/", look="light")
    page.locator("details.person summary").click()
    page.locator(".person").get_by_role("button", name="dark").click()
    page.goto("/touchpoints/")
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_what_is_simulated_says_so_on_every_page(visit: Visit) -> None:
    for path in ("/", "/touchpoints/", "/settings/"):
        expect(visit(path).get_by_text("This company is simulated")).to_be_visible()


def test_on_a_phone_the_areas_lie_at_the_thumb(visit: Visit) -> None:
    page = visit("/", size="phone")
    thumb = page.get_by_role("navigation", name="Areas, at the thumb")
    thumb.get_by_role("link", name="Customers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Customers")
    page.get_by_text("More", exact=True).click()
    thumb.get_by_role("link", name="Touchpoints").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Touchpoints")
    page.get_by_text("More", exact=True).click()
    expect(page.locator(".bottom").get_by_role("button", name="Sign out")).to_be_visible()


def test_find_at_the_thumb_leads_to_a_field_that_is_ready(visit: Visit) -> None:
    page = visit("/", size="phone")
    page.locator(".bottom").get_by_role("link", name="Find").click()
    page.wait_for_url("**/search/#find")
    expect(page.locator("main input[type=search]").first).to_be_focused()


def _shows_focus(page: Page) -> bool:
    """Whether what holds the focus can be told: by an outline, or by its own border and ground."""
    return bool(
        page.evaluate(
            """() => {
                const one = document.activeElement;
                if (!one || one === document.body) return true;
                const style = getComputedStyle(one);
                return one.matches(":focus-visible") && (style.outlineStyle !== "none" || one.id === "search");
            }"""
        )
    )


def _focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement?.id ?? ''"))
