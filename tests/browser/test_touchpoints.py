from playwright.sync_api import Browser, expect
from tests.browser import people
from tests.browser.looking import Visit, check
from tests.running import RunningServer


def test_a_lead_adds_and_closes_a_touchpoint_with_the_keyboard_alone(visit: Visit) -> None:
    page = visit("/touchpoints/", role="lead")
    page.get_by_role("link", name="Add a touchpoint").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Name", exact=True).focus()
    for answer in ("Till in Whitby", "Retail", "In person", "by the harbour"):
        page.keyboard.type(answer)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The touchpoint is kept.")).to_be_visible()
    page.get_by_role("link", name="Till in Whitby").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Till in Whitby")
    page.locator("summary", has_text="Close it").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Till in Whitby is closed; its history stays.")).to_be_visible()
    check(page)


def test_what_cannot_be_kept_comes_back_with_what_to_mend(visit: Visit) -> None:
    page = visit("/touchpoints/new/", role="lead")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text("This field is required.").first).to_be_visible()
    check(page)


def test_a_viewer_is_told_what_they_may_not_do(visit: Visit) -> None:
    page = visit("/touchpoints/new/", role="viewer")
    expect(page.get_by_role("heading", level=1)).to_have_text("You may not do this")
    check(page)


def test_all_of_it_works_without_javascript(server: RunningServer, chromium: Browser) -> None:
    context = chromium.new_context(base_url=server.address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/touchpoints/new/")
    page.get_by_label("Your mail address").fill(people.PEOPLE["lead"][0])
    page.get_by_label("Password").fill(people.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Name", exact=True).fill("Till in Ripon")
    page.get_by_label("Department it belongs to").fill("Retail")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("link", name="Till in Ripon")).to_be_visible()
    page.locator("details.person summary").click()
    page.locator(".person").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    context.close()
