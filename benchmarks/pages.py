"""How long pages of customers take on the server, for a small and a large base, beside a bare ceiling.

    python benchmarks/pages.py --home /tmp/bench-pages            # fills what is missing, measures, prints a table
    python benchmarks/pages.py --home ... --customers 10000 --interactions 100000 --requests 50

The ceiling reads the same rows through plain sqlite3 by primary key and index: no page can be faster than that.
"""

import argparse
import json
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pages_data

SIZES = ((10_000, 100_000), (1_000_000, 10_000_000))
MOST_MILLISECONDS = 60
MOST_QUERIES = 12
PAGES = {
    "list": "/customers/",
    "list, next page": "/customers/?after={place}",
    "list by name": "/customers/?sort=name",
    "list by spent": "/customers/?sort=spent&spent=50&kind=person",
    "common trait": "/customers/?trait=plan:basic",
    "one in ten": "/customers/?trait=city:{city}&sort=name",
    "rare trait": "/customers/?trait=club:founder",
    "two traits": "/customers/?trait=city:{city}&trait=plan:plus&purchases=yes",
    "look-up by mail": "/customers/?q={mail}",
    "look-up by name": "/customers/?q={first}",
    "customer": "/customers/{customer}/",
    "customer, purchases": "/customers/{customer}/?show=purchases",
    "busiest customer": "/customers/1/",
    "busiest, service": "/customers/1/?show=service",
    "busiest, words": "/customers/1/?find={number}",
}


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--home", type=Path, required=True)
    given.add_argument("--customers", type=int)
    given.add_argument("--interactions", type=int)
    given.add_argument("--requests", type=int, default=200)
    given.add_argument("--measure", action="store_true", help="measure the database that RAPPORT_HOME names")
    options = given.parse_args()
    if options.measure:
        print(json.dumps(measure(options.requests)))
        return
    sizes = ((options.customers, options.interactions),) if options.customers else SIZES
    results = [_measured(options.home, *size, options.requests) for size in sizes]
    report(results)
    sys.exit(any(_is_slow(one) for result in results for one in result["pages"].values()))


def _measured(home: Path, customers: int, interactions: int, requests: int) -> dict:
    """Fill the database of this size if it is missing, and measure it in a process of its own."""
    folder = home / f"{customers}-{interactions}"
    environment = {**os.environ, "RAPPORT_HOME": str(folder), "RAPPORT_DATABASE_URL": ""}
    if not (folder / "filled").exists():
        print(f"filling {customers:,} customers, {interactions:,} interactions", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "rapport.cli.main", "init"], env=environment, check=True)
        pages_data.fill(folder / "rapport.sqlite3", customers=customers, interactions=interactions)
        (folder / "filled").touch()
    command = [sys.executable, __file__, "--home", str(home), "--measure", "--requests", str(requests)]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return {"customers": customers, "interactions": interactions, **json.loads(done.stdout)}


def measure(requests: int) -> dict:
    """Milliseconds (p50, p99) and queries of each page, each time about somebody else; and the bare ceiling."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "rapport.config.settings"
    import django

    django.setup()
    path = Path(os.environ["RAPPORT_HOME"]) / "rapport.sqlite3"
    client, choose = _client(), _chooser(path)
    pages = {}
    for name, address in PAGES.items():
        pages[name] = _timed(lambda address=address: _get(client, address.format(**choose())), requests)
        pages[name]["queries"] = _queries(client, address.format(**choose()))
    return {"pages": pages, "bare": _bare(path, choose, requests)}


def _client() -> "object":
    from datetime import UTC, datetime

    from django.test import Client

    from rapport.staff.organisation import commands as organisation
    from rapport.staff.people import commands, queries
    from rapport.staff.roles.rules import Operator

    now = datetime.now(UTC)
    organisation.set_up(organisation.Settings(name="Bench", currency="GBP"), by=Operator(), at=now)
    new = commands.NewStaffMember(email="bench@example.org", password=None, role="agent")
    person = queries.by_email(new.email) or commands.create(new, by=Operator(), at=now)
    client = Client(headers={"host": "localhost"})
    client.force_login(person, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def _chooser(path: Path) -> Callable[[], dict]:
    from datetime import UTC, datetime

    from rapport.customers.finding import rules

    rows = sqlite3.connect(path)
    (last,) = rows.execute("SELECT max(id) FROM customers_customer").fetchone()
    dice = random.Random(20260301)

    def choose() -> dict:
        customer = dice.randrange(1, last, 2)
        (mail,) = rows.execute("SELECT value FROM customers_identifier WHERE id = ?", [customer]).fetchone()
        (seen,) = rows.execute("SELECT last_at FROM customers_customer WHERE id = ?", [customer]).fetchone()
        place = rules.Place(datetime.fromisoformat(seen).replace(tzinfo=UTC), customer)
        return {
            "customer": customer,
            "mail": mail,
            "place": rules.write_place(place),
            "first": dice.choice(pages_data.FIRST),
            "city": dice.choice(pages_data.CITIES),
            "number": dice.randrange(1000),
        }

    return choose


def _get(client: "object", address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)


def _queries(client: "object", address: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        _get(client, address)
    return len(asked)


def _bare(path: Path, choose: Callable[[], dict], requests: int) -> dict:
    rows = sqlite3.connect(path)

    def customer() -> None:
        one = choose()["customer"]
        rows.execute("SELECT * FROM customers_customer WHERE id = ?", [one]).fetchall()
        rows.execute("SELECT * FROM customers_identifier WHERE customer_id = ?", [one]).fetchall()
        for identifier in (one, one + 1):
            rows.execute(
                """SELECT * FROM interactions_interaction WHERE identifier_id = ?
                ORDER BY occurred_at DESC, id DESC LIMIT 31""",
                [identifier],
            ).fetchall()

    def newest() -> None:
        rows.execute("SELECT * FROM customers_customer ORDER BY last_at DESC, id DESC LIMIT 51").fetchall()

    return {"list": _timed(newest, requests), "customer": _timed(customer, requests)}


def _timed(act: Callable[[], None], requests: int) -> dict:
    for _ in range(max(requests // 10, 3)):
        act()
    took, cpu = [], time.process_time()
    for _ in range(requests):
        begun = time.perf_counter()
        act()
        took.append((time.perf_counter() - begun) * 1000)
    cpu = (time.process_time() - cpu) * 1000 / requests
    return {"p50": statistics.median(took), "p99": sorted(took)[int(len(took) * 0.99)], "cpu": cpu}


def _is_slow(page: dict) -> bool:
    return page["p99"] > MOST_MILLISECONDS or page["queries"] > MOST_QUERIES


def _cell(took: dict) -> str:
    return f"{took['p50']:.1f} / {took['p99']:.1f} / {took['cpu']:.1f}"


def report(results: list[dict]) -> None:
    """A table for people and for RESULTS.md."""
    sizes = [f"{one['customers']:,} customers, {one['interactions']:,} interactions" for one in results]
    print(
        "| page | " + " | ".join(f"{size}: p50 / p99 / mean processor ms" for size in sizes) + " | queries |"
    )
    print("|---|" + "---|" * (len(sizes) + 1))
    for name in PAGES:
        cells = [_cell(one["pages"][name]) for one in results]
        print(f"| {name} | {' | '.join(cells)} | {max(one['pages'][name]['queries'] for one in results)} |")
    for name in results[0]["bare"]:
        cells = [_cell(one["bare"][name]) for one in results]
        print(f"| bare sqlite3: {name} | {' | '.join(cells)} | |")


if __name__ == "__main__":
    main()
