"""What holds of every page that a person looks at."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page

Visit = Callable[..., Page]
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
SIZES = {"wide": {"width": 1280, "height": 800}, "phone": {"width": 360, "height": 740}}
LOOKS = ("light", "dark")


@dataclass
class Complaints:
    """What the browser complained about: broken scripts, blocked styles, missing files."""

    expected: tuple[str, ...] = ()
    found: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.found.append(f"script: {error}"))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not any(part in message.text for part in self.expected):
            self.found.append(f"{message.type}: {message.text}")


def check(page: Page) -> None:
    """Readable by everybody (WCAG 2.2 AA by axe), nothing wider than the screen, one heading, a title."""
    assert page.locator("h1").count() == 1, f"{page.url} has not exactly one heading"
    assert page.title(), f"{page.url} has no title"
    assert not _too_wide(page), f"{page.url} scrolls sideways at {page.viewport_size}: {_too_wide(page)}"
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": list(WCAG)}})
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
