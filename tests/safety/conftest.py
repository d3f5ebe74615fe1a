"""One real server for every test of this folder that needs one, a key for its API, and somebody signed in."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator

import httpx
import pytest
from tests.running import RunningServer
from tests.safety import moving_in

SignIn = Callable[[str], httpx.Client]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("RAPPORT_API_RATE", "0")
        running = RunningServer(tmp_path_factory.mktemp("safe")).start()
    yield moved_in(running)
    running.stop()
    running.remove_database()


def moved_in(running: RunningServer) -> RunningServer:
    """The server with an organisation, an administrator and a viewer."""
    command = [sys.executable, "-m", "tests.safety.moving_in"]
    named = running.environment | {"DJANGO_SETTINGS_MODULE": "rapport.config.settings"}
    subprocess.run(command, env=named, check=True)
    return running


@pytest.fixture(scope="session")
def api_key(server: RunningServer) -> str:
    return server.key("api", "partner")


@pytest.fixture(scope="session")
def sign_in(server: RunningServer) -> Iterator[SignIn]:
    """A browser without a screen in which somebody is signed in; "" gives a stranger's."""
    opened: list[httpx.Client] = []

    def come(email: str) -> httpx.Client:
        opened.append(signed_in(server, email))
        return opened[-1]

    yield come
    for client in opened:
        client.close()


def signed_in(server: RunningServer, email: str) -> httpx.Client:
    client = httpx.Client(base_url=server.address, timeout=60)
    if email:
        told = {"login": email, "password": moving_in.PASSWORD}
        assert posted(client, "/account/login/", told).status_code == 302
    return client


def token(page: str) -> str:
    """The token of the first form of a page."""
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    return found[1] if found else ""


def posted(client: httpx.Client, path: str, told: dict[str, object], form_at: str = "") -> httpx.Response:
    """The answer to a form filled in at its page."""
    given = token(client.get(form_at or path).text)
    return client.post(path, data={**told, "csrfmiddlewaretoken": given})
