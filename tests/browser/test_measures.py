import time

from playwright.sync_api import Page, expect
from tests.browser.looking import Visit, check, check_everywhere


def test_figures_are_counted_on_demand_and_each_leads_to_how_we_know(visit: Visit) -> None:
    page = visit("/measures/", role="admin")
    if page.get_by_role("button", name="Count it").count():
        check_everywhere(page)
        page.get_by_role("button", name="Count it").click()
    _until_counted(page)
    check_everywhere(page)
    page.locator(".figure", has_text="Interactions by channel").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Interactions by channel")
    check_everywhere(page)


def test_charts_are_drawn_light_and_dark_wide_and_narrow(visit: Visit) -> None:
    first = visit("/measures/", role="admin")
    if first.get_by_role("button", name="Count it").count():
        first.get_by_role("button", name="Count it").click()
    _until_counted(first)
    drawn = set()
    for size in ("wide", "phone"):
        for look in ("light", "dark"):
            page = visit("/measures/interactions_by_kind/", role="viewer", size=size, look=look)
            picture = page.locator(".measure-chart img").first
            picture.scroll_into_view_if_needed()
            assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
            drawn.add(picture.evaluate("image => new URL(image.currentSrc).search"))
            check(page)
    assert len(drawn) == 4


def _until_counted(page: Page) -> None:
    """Look again until the worker has counted."""
    until = time.monotonic() + 120
    while not page.locator(".figure dt", has_text="Active customers").count() and time.monotonic() < until:
        page.wait_for_timeout(1000)
        page.goto("/measures/")
    expect(page.locator(".figure dt", has_text="Active customers")).to_be_visible()
