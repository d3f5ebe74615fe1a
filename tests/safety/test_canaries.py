"""What people tell us stands in no log, metric or process list, and in no answer to anybody else (E03, A29).

A mark is sent through every door there is, as a mail address, a name, a text, a file name, a password, a key; then
everything that the installation says of itself is searched for the mark.
"""

import gzip
import json
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from tests.corpus.bodies import LINK
from tests.running import RunningServer
from tests.safety import moving_in
from tests.safety.conftest import moved_in, posted, signed_in, token
from tests.safety.openapi import PAGE
from tests.safety.routes import pages
from tests.webhooks.receiving import Receiver

MARK = f"canary{uuid.uuid4().hex[:10]}"
MAIL, TEXT = f"{MARK}@leak.example", f"my {MARK} is\r\n\x1b[31mred\x1b[0m \x07 forged line"
KEY, PHONE = f"rap_api_{MARK}{'0' * 24}", "+44 20 7946 0991"
EVENT = {
    "type": "identify",
    "userId": MARK,
    "anonymousId": TEXT,
    "traits": {"email": MAIL, "phone": PHONE, "name": TEXT, TEXT: TEXT},
    "context": {"ip": "203.0.113.77", "page": {"url": f"https://shop.example/?token={MARK}"}},
}


SENT_TO = ("/v1/batch", "/v1/identify", "/batch/", "/i/v1/analytics/events", "/api/v1/interactions")
PLACES = (
    *(
        "/",
        "/nothing",
        "/account/login/",
        "/livez",
        "/readyz",
        "/metrics",
        "/api/openapi.json",
        "/api/v1/counts",
    ),
    *("/settings/audit/", "/settings/keys/", "/settings/people/", "/settings/webhooks/", "/settings/jobs/"),
)
"""What anybody may ask for; Today is left out for who may see what happened."""


@pytest.fixture(params=["json", pytest.param("text", marks=pytest.mark.soak)])
def observed(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RunningServer]:
    """A server with a worker that says all it ever says, people signed in, webhooks allowed on loopback."""
    monkeypatch.setenv("RAPPORT_LOG_LEVEL", "INFO")
    monkeypatch.setenv("RAPPORT_LOG_FORMAT", request.param)
    monkeypatch.setenv("RAPPORT_OUTGOING_ALLOW", "127.0.0.1")
    monkeypatch.setenv("RAPPORT_API_RATE", "0")
    server = moved_in(RunningServer(tmp_path / "observed", worker=True).start())
    yield server
    if server._process is not None and server._process.poll() is None:
        server.stop()
    server.remove_database()


def through_ingestion(server: RunningServer) -> None:
    write = server.key(name="till")
    bodies = [
        json.dumps({"batch": [{**EVENT, "messageId": MARK}], "sentAt": TEXT}).encode(),
        json.dumps({"batch": [{**EVENT, "timestamp": MARK, "type": MARK}]}).encode(),
        json.dumps(
            {"interactions": [{"message_id": MARK, "kind": MARK, "identifiers": {"email": MAIL}}]}
        ).encode(),
        json.dumps({"api_key": KEY, "event": TEXT, "distinct_id": MAIL}).encode(),
        f'{{"broken": "{MARK}'.encode(),
        gzip.compress(MARK.encode() * 1000)[:-9],
        b"\x1f\x8b" + MARK.encode(),
    ]
    with httpx.Client(base_url=server.address, timeout=60) as client:
        for path in (
            "/v1/batch",
            "/v1/identify",
            "/batch/",
            "/i/v1/analytics/events",
            "/api/v1/interactions",
            f"/v1/{MARK}",
        ):
            for body in bodies:
                for auth in (write, KEY):
                    headers = {"Authorization": f"Bearer {auth}", "User-Agent": MARK, "X-Request-ID": MARK}
                    client.post(path, content=body, headers=headers, params={"writeKey": MARK})
        client.get(f"/v1/projects/{KEY}/settings")


def through_the_api(server: RunningServer) -> None:
    partner = server.key("api", "partner")
    said = json.dumps(LINK).replace("a@b.example", MAIL).replace('"a"', json.dumps(TEXT))
    with httpx.Client(base_url=server.address, timeout=60) as client:
        for path, operations in json.loads(PAGE.read_text())["paths"].items():
            for method, operation in operations.items():
                asked = {one["name"]: MARK for one in operation.get("parameters", []) if one["in"] == "query"}
                for auth in (partner, KEY):
                    headers = {
                        "Authorization": f"Bearer {auth}",
                        "Content-Type": "application/json",
                        "Idempotency-Key": MARK,
                    }
                    for body in (said, "{" + MARK, json.dumps({MARK: TEXT})):
                        content = None if method == "get" else body
                        client.request(
                            method, path, params=asked or {MARK: MARK}, headers=headers, content=content
                        )


def through_pages(server: RunningServer) -> None:
    with closing(signed_in(server, "")) as stranger, closing(signed_in(server, moving_in.ADMIN)) as ada:
        posted(stranger, "/account/login/", {"login": MAIL, "password": MARK})
        posted(stranger, "/account/login/", {"login": moving_in.VIEWER, "password": MARK})
        headers = {"User-Agent": MARK, "Referer": f"https://{MARK}.example/", "Cookie": f"theme={MARK}"}
        for path in pages():
            told = {"q": MARK, "before": MARK, "next": MARK, MARK: MARK}
            stranger.get(path.replace("987654", MARK), params=told, headers=headers)
            if "logout" not in path:
                ada.get(path, params=told)
                forged = {**told, "name": TEXT, "email": MAIL, "password": MARK}
                ada.post(path, data=forged, headers={"X-CSRFToken": ada.cookies["csrftoken"]})
        through_forms(ada)


def through_forms(ada: httpx.Client) -> None:
    posted(ada, "/settings/keys/", {"name": MARK, "kind": "write"})
    posted(
        ada,
        "/settings/people/new/",
        {"name": TEXT, "email": MAIL, "role": "agent", "password": f"{MARK}-long-enough"},
    )
    posted(ada, "/touchpoints/new/", {"name": MARK, "department": MARK, "channel": "web", "note": TEXT})
    posted(
        ada,
        "/settings/webhooks/new/",
        {"description": MARK, "address": f"https://{MARK}.invalid/?token={MARK}"},
    )
    page = ada.get("/imports/new/").text
    for content in (
        f"email,text\n{MAIL},{MARK}\n".encode(),
        f'"{MARK}'.encode(),
        b"PK\x03\x04" + MARK.encode(),
    ):
        files = {"file": (f"{MARK}.csv", content, "text/csv")}
        ada.post(
            "/imports/new/", data={"csrfmiddlewaretoken": token(page)}, files=files, follow_redirects=True
        )


def through_the_command_line(server: RunningServer, folder: Path) -> None:
    broken = folder / "people.csv"
    broken.write_text(f"email,occurred_at,kind\n{MAIL},{MARK},{MARK}\n{TEXT!r},yesterday,visit\n")
    command = ["-m", "rapport.cli.main", "import", str(broken)]
    subprocess.run([sys.executable, *command], env=server.environment, capture_output=True, check=False)


def through_a_webhook(server: RunningServer, receiver: Receiver) -> None:
    command = [sys.executable, "-m", "tests.webhooks.setting_up", f"{receiver.address}/{MARK}?token={MARK}"]
    environment = server.environment | {"DJANGO_SETTINGS_MODULE": "rapport.config.settings"}
    subprocess.run(command, env=environment, check=True)


def arguments_of_processes() -> str:
    """How our processes look to everybody else on the machine."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue
    return "\n".join(line for line in found if "rapport" in line)


def said_to_others(server: RunningServer) -> str:
    """What a stranger and a viewer are answered: pages, refusals, health, metrics, the schema."""
    with closing(signed_in(server, "")) as stranger, closing(signed_in(server, moving_in.VIEWER)) as vera:
        answers = [stranger.get(path) for path in PLACES] + [vera.get(path) for path in PLACES if path != "/"]
    return "\n".join(f"{answer.url} {answer.headers} {answer.text}" for answer in answers)


def test_what_people_tell_us_stands_nowhere_else(
    observed: RunningServer, tmp_path: Path, capfd: pytest.CaptureFixture[str], request: pytest.FixtureRequest
) -> None:
    with Receiver(lambda n: (500 if n % 2 else 200, MARK)) as receiver:
        through_a_webhook(observed, receiver)
        through_ingestion(observed)
        through_the_api(observed)
        through_pages(observed)
        through_the_command_line(observed, tmp_path)
        receiver.wait(1)
        arguments = arguments_of_processes()
        others = said_to_others(observed)
        time.sleep(1)
    came_in = observed.rows("SELECT count(*) FROM customers_identifier WHERE value = ?", [MAIL])
    observed.stop()
    logged = capfd.readouterr()
    log = logged.err + logged.out + observed.said

    assert came_in[0][0] > 0, "the marks did not come in: the test would prove nothing"
    assert "rapport" in arguments
    assert len(others) > 5_000
    assert log.strip(), "the server said nothing at all: the test would prove nothing"
    for name, said in {"log": log, "arguments": arguments, "others": others}.items():
        for secret in (MARK, MAIL, KEY, PHONE, "203.0.113.77"):
            lines = [line for line in said.splitlines() if secret in line]
            assert not lines, f"{name}: {lines[0][:500]}"
    assert "\x1b" not in log
    assert "\x07" not in log
    assert "forged line" not in log
    if "json" in request.node.name:
        for line in logged.err.splitlines():
            assert line.startswith("rapport worker: ") or json.loads(line)["event"]
