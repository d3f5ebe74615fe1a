"""A passkey in the browser: set up, used instead of a password, renamed, removed. Chromium plays the device."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser import people
from tests.browser.looking import Complaints, blocked, check_everywhere
from tests.running import RunningServer

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def page(server: RunningServer, chromium: Browser) -> Iterator[Page]:
    """A browser on a device with a fingerprint reader. A passkey is bound to a name: localhost, not a number."""
    context = chromium.new_context(base_url=f"http://localhost:{server.port}", reduced_motion="reduce")
    page = context.new_page()
    heard = Complaints(page)
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    yield page
    found = [*heard.found, *blocked(page)]
    context.close()
    assert found == []


def test_a_passkey_is_set_up_used_instead_of_the_password_and_removed(page: Page) -> None:
    page.goto("/account/login/")
    page.get_by_label("Your mail address").fill(people.PEOPLE["analyst"][0])
    page.get_by_label("Password").fill(people.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.goto("/account/second-step/")
    page.get_by_role("link", name="Add a key").click()
    page.get_by_label("Password").fill(people.PASSWORD)
    page.get_by_role("button", name="Confirm").click()

    check_everywhere(page)
    page.get_by_label("What do you call it?").fill("My laptop")
    page.get_by_label("Sign in with it alone").check()
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Codes for an emergency")
    check_everywhere(page)

    _sign_out(page)
    check_everywhere(page)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(lambda url: urlsplit(url).path == "/")
    page.goto("/touchpoints/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Touchpoints")

    page.goto("/account/second-step/")
    page.get_by_role("link", name="Look after them").click()
    expect(page.get_by_role("link", name="My laptop", exact=True)).to_be_visible()
    check_everywhere(page)
    page.get_by_role("link", name="Remove My laptop").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Is it you?")
    page.get_by_role("link", name="Use your security key").or_(page.locator("main hr + .row a")).first.click()
    check_everywhere(page)
    page.get_by_role("button", name="Use a key").click()
    check_everywhere(page)
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("No keys yet")).to_be_visible()
    check_everywhere(page)


def _sign_out(page: Page) -> None:
    page.locator("details.person summary").click()
    page.locator(".person").get_by_role("button", name="Sign out").click()
