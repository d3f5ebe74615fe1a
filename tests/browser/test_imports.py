"""A person imports a file: drop, say what each column becomes, go, watch, take back."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.looking import Visit, check_everywhere
from tests.running import RunningServer

TILL = """receipt,article,quantity,price,sold at,member,mail,name
R1,cup,2,3.50,2026-01-05 10:00,m-9001,iris@example.org,Iris Novak
R1,jug,1,20.00,2026-01-05 10:00,m-9001,iris@example.org,Iris Novak
R2,cup,1,3.50,2026-01-06 11:30,m-9002,otto@example.org,Otto Lund
R3,cup,some,3.50,2026-01-07 09:15,m-9002,otto@example.org,Otto Lund
"""


@pytest.fixture
def worker(server: RunningServer) -> Iterator[None]:
    command = [sys.executable, "-m", "rapport.cli.main", "worker"]
    running = subprocess.Popen(command, env=server.environment, stderr=subprocess.DEVNULL)
    yield
    running.terminate()
    running.wait(20)


def dropped(visit: Visit, folder: Path, name: str) -> Page:
    file = folder / name
    file.write_text(TILL)
    page = visit("/imports/new/")
    page.get_by_label("The file").set_input_files(file)
    page.get_by_role("button", name="Look at it").click()
    return page


@pytest.mark.usefixtures("worker")
def test_a_file_is_mapped_taken_in_and_taken_back(visit: Visit, tmp_path: Path) -> None:
    page = dropped(visit, tmp_path, "till.csv")
    expect(page.get_by_label("sold at")).to_have_value("when")
    expect(page.get_by_role("heading", name="Iris Novak")).to_be_visible()
    expect(page.get_by_text("'some' is not an amount")).to_be_visible()
    check_everywhere(page)

    with page.expect_response("**/imports/files/**"):
        page.get_by_label("name", exact=True).select_option("property")
    expect(page.get_by_role("heading", name="Iris Novak")).to_have_count(0)
    page.get_by_label("name", exact=True).select_option("trait")
    page.get_by_label("Channel").select_option("in_person")
    page.get_by_role("button", name="Take it in", exact=True).click()

    expect(page.get_by_role("link", name="See the customers")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("R3,cup,some")).to_be_visible()
    check_everywhere(page)

    page.locator("summary", has_text="Take it back").click()
    check_everywhere(page)
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("took this import back")).to_be_visible()
    page.goto("/imports/")
    check_everywhere(page)


@pytest.mark.usefixtures("worker")
def test_an_import_is_run_with_the_keyboard_alone(visit: Visit, tmp_path: Path) -> None:
    page = dropped(visit, tmp_path, "keyboard.csv")
    page.get_by_role("button", name="Take it in", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="See the customers")).to_be_visible(timeout=30_000)


@pytest.mark.usefixtures("worker")
def test_without_javascript_the_page_is_reloaded_instead(
    server: RunningServer, visit: Visit, tmp_path: Path
) -> None:
    page = dropped(visit, tmp_path, "plain.csv")
    plain = page.context.browser.new_context(
        base_url=server.address, java_script_enabled=False, storage_state=page.context.storage_state()
    ).new_page()
    plain.goto(page.url)
    plain.get_by_label("name", exact=True).select_option("property")
    plain.get_by_role("button", name="Look again").click()
    expect(plain.get_by_role("heading", name="Iris Novak")).to_have_count(0)
    plain.get_by_role("button", name="Take it in", exact=True).click()
    for _ in range(60):
        if plain.get_by_role("link", name="See the customers").count():
            break
        plain.wait_for_timeout(500)
        plain.reload()
    expect(plain.get_by_role("link", name="See the customers")).to_be_visible()
    plain.context.close()


def test_the_empty_form_and_the_picture_say_what_to_do(visit: Visit, tmp_path: Path) -> None:
    page = visit("/imports/new/")
    check_everywhere(page)
    file = tmp_path / "picture.png"
    file.write_bytes(b"\x89PNG" + bytes(5_000))
    page.get_by_label("The file").set_input_files(file)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_text("is not a table that can be read")).to_be_visible()
    check_everywhere(page)
    page.get_by_role("button", name="Throw it away").click()
    page.wait_for_url("**/imports/")
