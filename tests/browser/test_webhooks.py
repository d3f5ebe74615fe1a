"""The pages of webhooks as a person sees them, wide and on a phone, in daylight and in the dark."""

from tests.browser import looking


def test_a_webhook_is_set_up_by_hand(visit: looking.Visit) -> None:
    page = visit("/settings/webhooks/")
    looking.check_everywhere(page)
    page.get_by_role("link", name="Set up a webhook").click()
    page.get_by_text("Hear only of some things").click()
    looking.check_everywhere(page)

    page.get_by_label("What is it for?").fill("The warehouse")
    page.get_by_label("Address").fill("https://93.184.215.14/hook")
    page.get_by_label("Purchase", exact=True).check()
    page.get_by_role("button", name="Set it up").click()
    page.get_by_text("Copy the secret now").wait_for()
    looking.check_everywhere(page)

    page.goto("/settings/webhooks/")
    looking.check_everywhere(page)
    page.get_by_role("link", name="The warehouse").click()
    page.get_by_text("Remove it").first.click()
    page.get_by_role("button", name="Remove it").click()
    page.get_by_text("is removed").wait_for()
