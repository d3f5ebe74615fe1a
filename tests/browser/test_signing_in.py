from playwright.sync_api import expect
from tests.browser import people
from tests.browser.looking import Visit, check


def test_a_stranger_is_asked_to_sign_in_and_then_sees_what_they_wanted(visit: Visit) -> None:
    page = visit("/touchpoints/", role="")
    page.get_by_label("Your mail address").press_sequentially(people.PEOPLE["viewer"][0])
    page.keyboard.press("Tab")
    page.keyboard.type(people.PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Touchpoints")


def test_a_wrong_password_is_said_at_the_form(visit: Visit) -> None:
    page = visit("/account/login/", role="")
    page.get_by_label("Your mail address").fill(people.PEOPLE["lead"][0])
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check(page)


def test_many_wrong_passwords_close_the_door_for_a_while(visit: Visit) -> None:
    page = visit("/account/login/", role="")
    for _attempt in range(8):
        page.get_by_label("Your mail address").fill("nobody@wrenfield.example")
        page.get_by_label("Password").fill("not the password")
        page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Too many tries")
    check(page)


def test_signing_out_leads_back_to_signing_in(visit: Visit) -> None:
    page = visit("/account/login/", role="")
    page.get_by_label("Your mail address").fill(people.PEOPLE["analyst"][0])
    page.get_by_label("Password").fill(people.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.locator("details.person summary").click()
    page.locator(".person").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.goto("/settings/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
