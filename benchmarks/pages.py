"""How long pages of customers take on the server, for a small and a large base, beside a bare ceiling.

`python -m benchmarks.pages [--home FOLDER] [--customers N --interactions N] [--requests N]`: fills what is missing
in the folder (kept for the next run; else a temporary one), then asks each page of Django, each time about somebody
else. The ceiling reads the same rows through plain sqlite3 by primary key and index: no page can be faster.
"""

import argparse
import json
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import pages_data
from benchmarks.report import Row, machine, markdown

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
    given.add_argument("--home", type=Path)
    given.add_argument("--customers", type=int)
    given.add_argument("--interactions", type=int)
    given.add_argument("--requests", type=int, default=200)
    given.add_argument("--here", action="store_true", help="measure the database that RAPPORT_HOME names")
    options = given.parse_args()
    if options.here:
        print(json.dumps(_here(options.requests)))
        return
    sizes = ((options.customers, options.interactions),) if options.customers else SIZES
    rows = measure(options.home, sizes=sizes, requests=options.requests)
    print(machine())
    print(markdown("Pages of customers", rows))


def measure(
    home: Path | None = None, *, sizes: tuple[tuple[int, int], ...] = SIZES, requests: int = 200
) -> list[Row]:
    """The 99th percentile and the queries of every page at every size; the last size is the one that counts."""
    with tempfile.TemporaryDirectory() as folder:
        results = [_measured(home or Path(folder), *size, requests) for size in sizes]
    return [row for name in PAGES for row in _rows(name, results)]


def _rows(name: str, results: list[dict]) -> list[Row]:
    is_about_one = "customer" in name or "busiest" in name
    rows = []
    for one in results:
        page, bare = one["pages"][name], one["bare"]["customer" if is_about_one else "list"]
        beside = f"p50 {page['p50']:.1f}, processor {page['cpu']:.1f}, {page['queries']} queries"
        what = f"{name}, {one['customers']:,} customers: p99 ({beside})"
        aim = f"<= {MOST_MILLISECONDS}, {MOST_QUERIES} queries"
        rows.append(Row(what, page["p99"], "ms", bare["p99"], "sqlite3 by index", aim))
    return rows


def _measured(home: Path, customers: int, interactions: int, requests: int) -> dict:
    """Fill the database of this size if it is missing, and measure it in a process of its own."""
    folder = home / f"{customers}-{interactions}"
    environment = {**os.environ, "RAPPORT_HOME": str(folder), "RAPPORT_DATABASE_URL": ""}
    if not (folder / "filled").exists():
        print(f"filling {customers:,} customers, {interactions:,} interactions", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "rapport.cli.main", "init"], env=environment, check=True)
        pages_data.fill(folder / "rapport.sqlite3", customers=customers, interactions=interactions)
        rebuild = [sys.executable, "-m", "rapport.cli.main", "search", "--rebuild", "--json"]
        subprocess.run(rebuild, env=environment, check=True, stdout=subprocess.DEVNULL)
        (folder / "filled").touch()
    command = [sys.executable, "-m", "benchmarks.pages", "--here", "--requests", str(requests)]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return {"customers": customers, "interactions": interactions, **json.loads(done.stdout)}


def _here(requests: int) -> dict:
    """Milliseconds (p50, p99) and queries of each page, each time about somebody else; and the bare ceiling."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "rapport.config.settings"
    import django

    django.setup()
    path = Path(os.environ["RAPPORT_HOME"]) / "rapport.sqlite3"
    client, choose = _client(), _chooser(path)
    for address in PAGES.values():
        _get(client, address.format(**choose()))
    from rapport.config import asgi

    asgi.settle()
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

    from rapport.filters.compiler import rules as compiler

    rows = sqlite3.connect(path)
    (last,) = rows.execute("SELECT max(id) FROM customers_customer").fetchone()
    dice = random.Random(20260301)

    def choose() -> dict:
        customer = dice.randrange(1, last, 2)
        (mail,) = rows.execute("SELECT value FROM customers_identifier WHERE id = ?", [customer]).fetchone()
        (seen,) = rows.execute("SELECT last_at FROM customers_customer WHERE id = ?", [customer]).fetchone()
        place = compiler.Place(datetime.fromisoformat(seen).replace(tzinfo=UTC), customer)
        return {
            "customer": customer,
            "mail": mail,
            "place": compiler.write_place(place),
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


if __name__ == "__main__":
    main()
