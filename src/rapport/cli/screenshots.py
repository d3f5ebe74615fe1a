"""`rapport screenshots`: pictures of every page, light and dark, wide and on a phone."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from rapport.cli import output

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SIZES: dict[str, tuple[int, int]] = {"wide": (1280, 800), "phone": (390, 844)}
LOOKS: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SIGNED_OUT = {"sign-in": "/account/login/"}
PAGES = {
    "today": "/",
    "customers": "/customers/",
    "proposals": "/customers/proposals/",
    "search": "/search/?q=order",
    "measures": "/measures/",
    "measure": "/measures/interactions_by_channel/",
    "imports": "/imports/",
    "touchpoints": "/touchpoints/",
    "touchpoint-new": "/touchpoints/new/",
    "settings": "/settings/",
    "rates": "/settings/rates/",
    "people": "/settings/people/",
    "person-new": "/settings/people/new/",
    "departments": "/settings/departments/",
    "team-new": "/settings/teams/new/",
    "access": "/settings/access/",
    "keys": "/settings/keys/",
    "channels": "/settings/channels/",
    "mailbox-new": "/settings/channels/mailboxes/new/",
    "chat-new": "/settings/channels/chats/new/",
    "door-new": "/settings/channels/doors/new/",
    "webhooks": "/settings/webhooks/",
    "webhook-new": "/settings/webhooks/new/",
    "jobs": "/settings/jobs/",
    "retention": "/settings/retention/",
    "audit": "/settings/audit/",
    "audit-verification": "/settings/audit/verification/",
    "first-steps": "/first-run/steps/",
    "design": "/design/",
    "change-password": "/account/password/",
    "second-step": "/account/second-step/",
    "nothing-here": "/nowhere/",
}
FIRST_OF = {
    "customer": ("/customers/?sort=busiest", r"^/customers/\d+/$"),
    "touchpoint": ("/touchpoints/", r"^/touchpoints/\d+/$"),
    "import": ("/imports/", r"^/imports/\d+/$"),
    "person": ("/settings/people/", r"^/settings/people/\d+/$"),
    "team": ("/settings/departments/", r"^/settings/teams/\d+/$"),
    "channel": ("/settings/channels/", r"^/settings/channels/\d+/$"),
    "webhook": ("/settings/webhooks/", r"^/settings/webhooks/\d+/$"),
}
"""A page for one thing: the list to look on, and what a link to one looks like."""
PART_OF = {"privacy": ("customer", "privacy/")}
"""A page that belongs to one of these things: which, and the end of its address."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who looks, and at which installation."""

    url: str
    email: str
    password: str


def screenshots(
    email: Annotated[str, typer.Option(help="Who signs in; an administrator sees every page.")],
    password: Annotated[str, typer.Option(envvar="RAPPORT_PASSWORD")],
    url: Annotated[str, typer.Option(help="A running installation.")] = "http://127.0.0.1:8000",
    to: Annotated[Path, typer.Option(help="The folder for the pictures.")] = Path("screenshots"),
    *,
    as_json: output.Json = False,
) -> None:
    """Take a picture of every page: light and dark, wide and on a phone."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        typer.echo(
            "rapport: pictures need Playwright, a tool of development: `make test` installs it.", err=True
        )
        raise SystemExit(1) from None
    to.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        program = os.environ.get("RAPPORT_CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        taken = list(_everything(browser, Visitor(url.rstrip("/"), email, password), to))
        browser.close()
    output.say(f"{len(taken)} pictures in {to}.", as_json=as_json, pictures=taken)


def _everything(browser: "Browser", visitor: Visitor, to: Path) -> Iterator[str]:
    cookies: Any = None
    for size, (width, height) in SIZES.items():
        for look in LOOKS:
            context = browser.new_context(
                base_url=visitor.url,
                viewport={"width": width, "height": height},
                color_scheme=look,
                storage_state=cookies,
                reduced_motion="reduce",
            )
            page = context.new_page()
            if cookies is None:
                _sign_in(page, visitor)
                cookies = context.storage_state()
            yield from _pictures(page, PAGES | _single_things(page), to, f"{size}-{look}")
            context.close()
            yield from _stranger(browser, visitor, to, size, look)


def _stranger(browser: "Browser", visitor: Visitor, to: Path, size: str, look: str) -> Iterator[str]:
    context = browser.new_context(base_url=visitor.url)
    page = context.new_page()
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme="dark" if look == "dark" else "light")
    yield from _pictures(page, SIGNED_OUT, to, f"{size}-{look}")
    context.close()


def _sign_in(page: "Page", visitor: Visitor) -> None:
    page.goto("/account/login/")
    page.fill("[name=login]", visitor.email)
    page.fill("[name=password]", visitor.password)
    page.locator("main form button").click()
    if page.locator("[name=password]").count():
        typer.echo(f"rapport: {visitor.email} could not sign in at {visitor.url}.", err=True)
        raise SystemExit(1)


def _single_things(page: "Page") -> dict[str, str]:
    """The first customer, touchpoint and so on that the lists lead to."""
    found = {}
    for name, (where, pattern) in FIRST_OF.items():
        page.goto(where)
        links = page.eval_on_selector_all("main a[href]", "all => all.map((one) => one.getAttribute('href'))")
        first = next((link for link in links if re.match(pattern, link)), None)
        if first:
            found[name] = first
    parts = {name: found[thing] + end for name, (thing, end) in PART_OF.items() if thing in found}
    return found | parts


def _pictures(page: "Page", addresses: dict[str, str], to: Path, suffix: str) -> Iterator[str]:
    for name, address in addresses.items():
        page.goto(address)
        file = to / f"{name}-{suffix}.png"
        _show_whole(page)
        page.screenshot(path=file)
        yield str(file)


def _show_whole(page: "Page") -> None:
    """Make the window as high as the page, so that what sticks to its lower edge stays there."""
    width, height = SIZES["phone" if page.evaluate("window.innerWidth") < 600 else "wide"]
    page.set_viewport_size({"width": width, "height": height})
    whole = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": max(height, whole)})
