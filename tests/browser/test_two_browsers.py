"""A customer and an agent, each in a browser of their own, on a server with its worker and real mail servers.

From the first word in the chat to the answer by mail after the customer left; the worker is killed in between.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.browser import looking, people
from tests.browser.shops import Shop
from tests.channels.servers import DOMAIN, PASSWORD, MailServers, needs_servers
from tests.chat.serving import served
from tests.running import RunningServer

pytestmark = pytest.mark.timeout(600)
SUPPORT, AMINA = f"support@{DOMAIN}", f"amina@{DOMAIN}"
SOON = 20_000
"""Milliseconds: what must be on a screen by itself, without anybody's doing."""
AFTER_THE_WORKER = 60_000
"""Milliseconds: what needs the worker, which is started again some seconds after it was killed."""


@dataclass
class Stage:
    """Rapport, the shop's page and the mail servers."""

    rapport: RunningServer
    mail: MailServers
    shop_address: str
    chromium: Browser
    contexts: list[BrowserContext]

    def browser(self, address: str) -> tuple[Page, looking.Complaints]:
        """A person's browser, opened at an address."""
        context = self.chromium.new_context(viewport=looking.SIZES["wide"])
        self.contexts.append(context)
        page = context.new_page()
        heard = looking.Complaints(page)
        page.goto(address)
        return page, heard

    def agent(self) -> tuple[Page, looking.Complaints]:
        """Ben, signed in, with the desk before him."""
        page, heard = self.browser(f"{self.rapport.address}/account/login/")
        page.get_by_label("Your mail address").fill(people.PEOPLE["agent"][0])
        page.get_by_label("Password").fill(people.PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/")
        page.goto(f"{self.rapport.address}/desk/")
        return page, heard

    def kill_the_worker(self) -> None:
        """At once, with nothing finished; the server starts another."""
        until(lambda: bool(self._workers()))
        found = self._workers()
        for pid in found:
            os.kill(pid, signal.SIGKILL)
        until(lambda: not set(found) & set(self._workers()))

    def _workers(self) -> list[int]:
        children = Path(f"/proc/{self.rapport.pid}/task").glob("*/children")
        pids = {int(pid) for one in children for pid in one.read_text().split()}
        return [pid for pid in pids if b"worker" in _words(pid)]

    def said(self) -> list[tuple[str, str, str]]:
        """Every word that the record holds, in order: direction, channel, text."""
        return self.rapport.rows("SELECT direction, channel, text FROM channels_message ORDER BY id")


def _words(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return []


def until(holds: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came to pass"
        time.sleep(0.2)


@pytest.fixture
def stage(tmp_path: Path, chromium: Browser) -> Iterator[Stage]:
    needs_servers(postfix=True)
    secret = tmp_path / "password"
    secret.write_text(f"{PASSWORD}\n")
    shop = Shop()
    with MailServers(("support", "amina"), postfix=True) as mail, served(shop) as port:
        rapport = RunningServer(tmp_path / "record", worker=True)
        environment = rapport.environment | {"DJANGO_SETTINGS_MODULE": "rapport.config.settings"}
        subprocess.run([sys.executable, "-m", "tests.browser.people"], env=environment, check=True)
        rapport.command(
            *("channels", "add", "email", SUPPORT, "--name", "Support", "--password-file", str(secret)),
            *("--imap", f"127.0.0.1:{mail.imap_port}/none", "--smtp", f"127.0.0.1:{mail.smtp_port}/none"),
        )
        address = f"http://127.0.0.1:{port}"
        # Out of hours the chat asks whether it may go on by mail.
        chat = rapport.command("channels", "add", "chat", "--origin", address, "--hours", "Mon 0:00-0:01")
        rapport.start()
        shop.host = rapport.address
        shop.show(chat["token"])
        stage = Stage(rapport, mail, address, chromium, [])
        yield stage
        for context in stage.contexts:
            context.close()
        rapport.stop()
        rapport.remove_database()


def say(page: Page, text: str) -> None:
    page.get_by_label("Your message").fill(text)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text(text)).to_have_count(1)


def answer(page: Page, text: str) -> None:
    page.get_by_label("Your answer").fill(text)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#said").get_by_text(text)).to_have_count(1)


def mails(stage: Stage) -> list[str]:
    """What lies in the customer's mailbox."""
    inside = [path for part in ("new", "cur") for path in (stage.mail.maildir("amina") / part).iterdir()]
    return [path.read_text(errors="replace") for path in inside]


def test_a_talk_from_the_first_word_to_the_mail_after_it_with_the_worker_killed_between(stage: Stage) -> None:
    agent, agent_heard = stage.agent()
    expect(agent.get_by_role("heading", name="Nobody waits")).to_be_visible()
    customer, customer_heard = stage.browser(stage.shop_address)
    customer.get_by_role("button", name="Chat with us").click()

    say(customer, "Is the blue one in stock?")
    agent.locator("#queue").get_by_role("link", name="Is the blue one in stock?").click(timeout=SOON)
    expect(agent.locator("#said").get_by_text("Is the blue one in stock?")).to_be_visible()

    stage.kill_the_worker()
    answer(agent, "Yes, in two sizes.")
    say(customer, "Then I take the small one")
    expect(agent.locator("#said").get_by_text("Then I take the small one")).to_have_count(1, timeout=SOON)
    expect(customer.get_by_text("Yes, in two sizes.")).to_have_count(1, timeout=AFTER_THE_WORKER)

    customer.get_by_label("May we answer by mail if you leave?").fill(AMINA)
    customer.get_by_role("button", name="Yes, by mail").click()
    expect(customer.get_by_text("We will also answer by mail.")).to_be_visible()
    customer.goto("about:blank")
    answer(agent, "It is laid aside for you.")
    stage.kill_the_worker()
    _let_some_minutes_pass(stage)

    until(lambda: len(mails(stage)) == 1)
    (mail,) = mails(stage)
    assert "It is laid aside for you." in mail
    assert "Yes, in two sizes." not in mail, "that was read in the chat"
    assert SUPPORT in mail

    customer.goto(stage.shop_address)
    for text in ("Is the blue one in stock?", "Yes, in two sizes.", "It is laid aside for you."):
        expect(customer.get_by_text(text)).to_have_count(1)
    chat = [(direction, text) for direction, channel, text in stage.said() if channel == "chat"]
    assert chat == [
        ("in", "Is the blue one in stock?"),
        ("out", "Yes, in two sizes."),
        ("in", "Then I take the small one"),
        ("out", "It is laid aside for you."),
    ]
    assert [channel for _direction, channel, _text in stage.said()].count("email") == 1
    assert stage.rapport.rows("SELECT COUNT(*) FROM service_case") == [(1,)], "one matter, one case"
    states = stage.rapport.rows("SELECT DISTINCT state FROM channels_dispatch")
    assert {state for (state,) in states} <= {"sent", "delivered"}
    assert [*agent_heard.found, *customer_heard.found] == []


def _let_some_minutes_pass(stage: Stage) -> None:
    """The customer was seen last some minutes ago; all else goes by the real clock."""
    connection = stage.rapport.connect()
    is_postgres = type(connection).__module__.startswith("psycopg")
    earlier = "seen_at - interval '5 minutes'" if is_postgres else "datetime(seen_at, '-5 minutes')"
    connection.execute(f"UPDATE channels_visitor SET seen_at = {earlier}")
    connection.commit()
    connection.close()
