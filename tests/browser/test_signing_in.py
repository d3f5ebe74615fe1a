import base64
import hmac
import struct
import time

from playwright.sync_api import Page, expect
from tests.browser import people
from tests.browser.looking import Visit, check, check_everywhere


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


def test_a_second_step_is_set_up_and_then_asked_for(visit: Visit) -> None:
    page = visit("/account/login/", role="")
    _sign_in(page)
    page.goto("/account/second-step/")
    page.get_by_role("link", name="Set it up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Is it you?")
    page.get_by_label("Password").fill(people.PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    check_everywhere(page)
    secret = page.locator("form code").inner_text()
    page.locator("[name=code]").fill(_code(secret))
    page.get_by_role("button", name="Turn it on").click()
    check_everywhere(page)
    page.goto("/account/second-step/")
    expect(page.get_by_text("It is on")).to_be_visible()
    check_everywhere(page)
    page.get_by_role("link", name="Make new ones").click()
    check_everywhere(page)
    page.locator("details.person summary").click()
    page.locator(".person").get_by_role("button", name="Sign out").click()
    _sign_in(page)
    check_everywhere(page)
    page.locator("[name=code]").fill("000000")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert").or_(page.locator(".fault")).first).to_be_visible()


def _sign_in(page: Page) -> None:
    page.get_by_label("Your mail address").fill(people.PEOPLE["champion"][0])
    page.get_by_label("Password").fill(people.PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def _code(secret: str, step_seconds: int = 30) -> str:
    """The code that an authenticator app shows now (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    count = struct.pack(">Q", int(time.time()) // step_seconds)
    digest = hmac.new(key, count, "sha1").digest()
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4]) & 0x7FFFFFFF) % 1_000_000:06d}"
