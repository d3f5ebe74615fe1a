"""How long the desk takes on the server with a million cases and ten million messages, beside django-helpdesk.

`python -m benchmarks.desk [--cases N] [--requests N] [--tickets N] [--home FOLDER]`: fills a database in the folder
(kept for the next run; else a temporary one of some 15 GB), then asks each page of Django, each time of another case.
The peer is django-helpdesk from PyPI in an environment of its own, with ten messages a ticket (`--tickets 0`: none).
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import desk_data
from benchmarks.report import Row, machine, markdown

CASES, TICKETS, REQUESTS, STAFF = 1_000_000, 100_000, 300, 50
MOST_MILLISECONDS = 80
PEER = "django-helpdesk"
PAGES = {
    "waiting": "/desk/",
    "waiting, next page": "/desk/?after={place}",
    "mine": "/desk/?view=mine",
    "open": "/desk/?view=open",
    "put off": "/desk/?view=snoozed",
    "done": "/desk/?view=done",
    "a case": "/desk/cases/{case}/",
    "an open case": "/desk/cases/{open}/",
    "what was said, again": "/desk/cases/{case}/said/",
    "search: a common word": "/search/?q={topic}",
    "search: two words": "/search/?q={topic}+{other}",
    "search: a number": "/search/?q={number}",
    "search: a customer": "/search/?q=customer{customer}",
    "search: no such word": "/search/?q=zebrafish",
}
_BESIDE = {"a case": "ticket", "open": "list", "search: a common word": "search"}
"""Which page of the peer a page of ours stands beside."""


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--cases", type=int, default=CASES)
    given.add_argument("--tickets", type=int, default=TICKETS)
    given.add_argument("--requests", type=int, default=REQUESTS)
    given.add_argument("--home", type=Path)
    given.add_argument("--here", action="store_true", help="measure the database that RAPPORT_HOME names")
    given.add_argument("--fill", action="store_true", help="fill the database that RAPPORT_HOME names")
    options = given.parse_args()
    if options.fill:
        _fill(options.cases)
    elif options.here:
        print(json.dumps(_here(options.cases, options.requests)))
    else:
        print(machine())
        rows = measure(options.cases, options.tickets, options.requests, options.home)
        print(markdown("The desk", rows))


def measure(
    cases: int = CASES, tickets: int = TICKETS, requests: int = REQUESTS, home: Path | None = None
) -> list[Row]:
    """The 99th percentile, the median, the processor and the queries of every page; and the peer's."""
    with tempfile.TemporaryDirectory() as folder:
        peer = _peer(Path(folder), tickets, requests) if tickets else {}
        pages = _ours((home or Path(folder)) / f"desk-{cases}", cases, requests)
    return [_row(name, page, cases, tickets, peer.get(_BESIDE.get(name, ""))) for name, page in pages.items()]


def _row(name: str, page: dict, cases: int, tickets: int, peer: dict | None) -> Row:
    beside = f"p50 {page['p50']:.1f}, processor {page['cpu']:.1f}, {page['queries']} queries"
    what = f"{name}, {cases:,} cases: p99 ({beside})"
    named = f"{PEER}, {tickets:,} tickets, {peer['queries']} queries" if peer else ""
    return Row(what, page["p99"], "ms", peer["p99"] if peer else None, named, f"< {MOST_MILLISECONDS}")


def _ours(folder: Path, cases: int, requests: int) -> dict:
    environment = {**os.environ, "RAPPORT_HOME": str(folder), "RAPPORT_DATABASE_URL": ""}
    if not (folder / "filled").exists():
        _run(["-m", "rapport.cli.main", "init", "--json"], environment)
        _run(["-m", "benchmarks.desk", "--fill", "--cases", str(cases)], environment)
        _run(["-m", "rapport.cli.main", "search", "--rebuild", "--json"], environment)
        (folder / "filled").touch()
    measured = _run(
        ["-m", "benchmarks.desk", "--here", "--cases", str(cases), "--requests", str(requests)], environment
    )
    found: dict = json.loads(measured.splitlines()[-1])
    return found


def _run(words: list[str], environment: dict[str, str], python: str = sys.executable) -> str:
    done = subprocess.run([python, *words], env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def _set_up() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "rapport.config.settings"
    import django

    django.setup()


def _fill(cases: int) -> None:
    """Staff, a mailbox, a queue and states by the commands; the rest by bulk SQL."""
    _set_up()
    from django.db import connection

    from rapport.channels.endpoints import commands as endpoints
    from rapport.channels.endpoints.rules.mail import MailSettings, Secrets, Server
    from rapport.channels.endpoints.rules.places import Described
    from rapport.service.desk.commands import states
    from rapport.service.desk.commands.queues import queue_for
    from rapport.staff.organisation import commands as organisation
    from rapport.staff.people import commands as people
    from rapport.staff.roles.rules import Operator

    now = datetime.now(UTC)
    organisation.set_up(organisation.Settings(name="Bench", currency="GBP"), by=Operator(), at=now)
    members = [
        people.create(
            people.NewStaffMember(email=f"{number}@example.org", password=None, role="agent"),
            by=Operator(),
            at=now,
        ).pk
        for number in range(STAFF)
    ]
    here = Server("127.0.0.1", 9, "none")
    settings = MailSettings(
        address="help@shop.example", imap=here, smtp=here, secrets=Secrets(password="none")
    )
    endpoint = endpoints.open_mailbox(Described("Help"), settings, by=Operator(), at=now)
    known = {
        "endpoint": endpoint.pk,
        "queue": queue_for("", at=now).pk,
        "first_staff": members[0],
        "staff": len(members),
        "now": int(now.timestamp()),
        **{kind: states.state_of(kind).pk for kind in ("ours", "theirs", "done")},
    }
    connection.close()
    desk_data.fill(Path(os.environ["RAPPORT_HOME"]) / "rapport.sqlite3", cases=cases, known=known)


def _here(cases: int, requests: int) -> dict:
    _set_up()
    from django.test import Client

    from rapport.config import asgi
    from rapport.staff.people import queries as people

    client = Client(headers={"host": "localhost"})
    person = people.by_email("0@example.org")
    client.force_login(person, "allauth.account.auth_backends.AuthenticationBackend")
    choose = _chooser(cases)
    for address in PAGES.values():
        _get(client, address.format(**choose()))
    asgi.settle()
    return {name: _page(client, address, choose, requests) for name, address in PAGES.items()}


def _page(client: Any, address: str, choose: Callable[[], dict], requests: int) -> dict:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        _get(client, address.format(**choose()))
    queries = len(asked)
    return {**timed(lambda: _get(client, address.format(**choose())), requests), "queries": queries}


def _chooser(cases: int) -> Callable[[], dict]:
    from rapport.service.desk.models import Case

    dice = random.Random(20261122)
    first = cases - cases // desk_data.OPEN_SHARE + 1
    waits = Case.objects.waiting().order_by("waiting_since", "id").values_list("waiting_since", "id")[:1000]
    places = [f"{at.isoformat()}~{number}".replace("+", "%2B") for at, number in waits]

    def choose() -> dict:
        return {
            "case": dice.randrange(1, cases),
            "open": dice.randrange(first, cases),
            "place": dice.choice(places),
            "topic": dice.choice(desk_data.TOPICS),
            "other": dice.choice(["late", "open", "order", "due"]),
            "number": dice.randrange(10_000, cases * desk_data.MESSAGES_EACH),
            "customer": dice.randrange(1, cases // desk_data.CASES_EACH),
        }

    return choose


def _get(client: Any, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)


def timed(act: Callable[[], None], requests: int) -> dict:
    """Milliseconds of an act: the median, the 99th percentile, and of the processor."""
    for _ in range(max(requests // 10, 3)):
        act()
    took, cpu = [], time.process_time()
    for _ in range(requests):
        begun = time.perf_counter()
        act()
        took.append((time.perf_counter() - begun) * 1000)
    cpu = (time.process_time() - cpu) * 1000 / requests
    return {"p50": statistics.median(took), "p99": sorted(took)[int(len(took) * 0.99)], "cpu": cpu}


def _peer(folder: Path, tickets: int, requests: int) -> dict:
    """What the peer takes for a ticket, its list and a search, measured in an environment of its own."""
    venv.create(folder / "peer", with_pip=True)
    python = str(folder / "peer" / "bin" / "python")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "PEER_DATABASE": str(folder / "peer.sqlite3"),
    }
    _run(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", PEER], environment, python)
    script = str(Path(__file__).with_name("desk_peer.py"))
    measured = _run([script, str(tickets), str(min(requests, 60))], environment, python)
    found: dict = json.loads(measured.splitlines()[-1])
    return found


if __name__ == "__main__":
    main()
