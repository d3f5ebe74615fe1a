"""What holds of every page that a person looks at."""

from collections.abc import Callable
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Response, expect

Visit = Callable[..., Page]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = {"preload": False, "runOnly": {"type": "tag", "values": WCAG}}
SIZES = {"wide": {"width": 1280, "height": 800}, "phone": {"width": 360, "height": 740}}
LOOKS: tuple[Literal["light", "dark"], ...] = ("light", "dark")


_WATCH_POLICY = """
window.blocked = [];
document.addEventListener("securitypolicyviolation", (event) => window.blocked.push(
    `${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""
_HEARD_OTHERWISE = ("Failed to load resource", "Content Security Policy")


class Complaints:
    """What a page complained about: broken scripts, missing files, what its own policy blocked.

    What the policy blocks is asked for before axe looks at a page: axe itself tries styles that are forbidden.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.found: list[str] = []
        page.add_init_script(_WATCH_POLICY)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.found.append(f"script: {error}"))
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        is_complaint = message.type in {"error", "warning"}
        if is_complaint and not any(part in message.text for part in _HEARD_OTHERWISE):
            self.found.append(f"{message.type}: {message.text}")

    def _response(self, response: Response) -> None:
        is_part_of_page = response.request.resource_type not in {"document", "xhr", "fetch"}
        if response.status >= 400 and is_part_of_page:
            self.found.append(f"{response.status}: {response.url}")


def blocked(page: Page) -> list[str]:
    """What the page's policy has blocked so far."""
    return list(page.evaluate("window.blocked ?? []"))


def check_everywhere(page: Page) -> None:
    """The same page wide in daylight and narrow in the dark: each size and each look once."""
    for size, look in zip(SIZES.values(), LOOKS, strict=True):
        page.set_viewport_size({"width": size["width"], "height": size["height"]})
        page.emulate_media(color_scheme=look)
        check(page)


def check(page: Page) -> None:
    """Readable by everybody (WCAG 2.2 AA by axe), nothing wider than the screen, one heading, a title."""
    page.wait_for_load_state()
    expect(page.locator("h1"), f"{page.url} has not exactly one heading").to_have_count(1)
    assert page.title(), f"{page.url} has no title"
    assert not _too_wide(page), f"{page.url} scrolls sideways at {page.viewport_size}: {_too_wide(page)}"
    assert not blocked(page), f"{page.url} does what its policy forbids: {blocked(page)}"
    found = Axe().run(page, options=AXE)
    page.evaluate("window.blocked = []")
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"


def _too_wide(page: Page) -> list[Any]:
    return list(
        page.evaluate(
            """() => {
                const width = document.documentElement.clientWidth;
                if (document.documentElement.scrollWidth <= width) return [];
                return [...document.querySelectorAll("body *")]
                    .filter((one) => one.getBoundingClientRect().right > width + 1)
                    .slice(0, 5).map((one) => one.outerHTML.slice(0, 120));
            }"""
        )
    )
