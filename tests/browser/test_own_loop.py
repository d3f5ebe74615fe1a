"""The browser's event loop stays with the tests that use the browser."""

import asyncio

import pytest
from asgiref.sync import async_to_sync
from playwright.sync_api import Browser


async def _answer() -> int:
    return 42


def test_a_browser_runs(chromium: Browser) -> None:
    assert chromium.is_connected()
    assert asyncio.get_running_loop()


def test_what_comes_after_it_runs_in_no_loop() -> None:
    with pytest.raises(RuntimeError):
        asyncio.get_running_loop()
    assert async_to_sync(_answer)() == 42


def test_and_the_browser_is_still_there(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content("<h1>here</h1>")
    assert page.locator("h1").inner_text() == "here"
    page.close()
