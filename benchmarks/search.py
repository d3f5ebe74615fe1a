"""How long a search takes as somebody types, among very many documents, beside the bare database.

`python -m benchmarks.search [--documents MILLIONS] [--requests N] [--home FOLDER]`: fills the index of a new database
(SQLite in the folder, or the empty PostgreSQL database that RAPPORT_DATABASE_URL names) with documents of eight words
in ten departments, then asks as a page does. The ceiling asks the same index once, for everybody, without our code.
"""

import argparse
import itertools
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import cache
from pathlib import Path

from benchmarks.report import Row, machine, markdown

MILLIONS = 10.0
MOST_MILLISECONDS = 100
KIND, PERMISSION = "interaction", "interactions.view"
DEPARTMENTS = [f"Department {number}" for number in range(10)]
HIDDEN = DEPARTMENTS[3]
SECRET = "zebrafish"
"""A word that a fifth of the documents of the hidden department have, and no other."""
VOCABULARY = 60_000
_CHUNK = 20_000
_TIMED = 200_000
"""The last so many are laid in against the clock."""


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--documents", type=float, default=MILLIONS, help="in millions")
    given.add_argument("--requests", type=int, default=300)
    given.add_argument("--home", type=Path, help="kept and used again; else a temporary folder")
    given.add_argument(
        "--here", action="store_true", help="fill and measure the database of this environment"
    )
    options = given.parse_args()
    if options.here:
        print(json.dumps(_here(int(options.documents * 1e6), options.requests)))
        return
    print(machine())
    print(markdown("Search as you type", measure(options.documents, options.requests, options.home)))


def measure(millions: float = MILLIONS, requests: int = 300, home: Path | None = None) -> list[Row]:
    """The 99th percentile of every way to ask, and how fast documents are laid in."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "RAPPORT_HOME": str(home or folder)}
        subprocess.run([sys.executable, "-m", "rapport.cli.main", "init"], env=environment, check=True)
        command = [sys.executable, "-m", "benchmarks.search", "--here", "--requests", str(requests)]
        command += ["--documents", str(millions)]
        done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    found = json.loads(done.stdout)
    rows = [
        Row(
            f"{name}, {found['documents']:,} documents: p99 (p50 {one['p50']:.1f})",
            one["p99"],
            "ms",
            one["bare"],
            found["engine"],
            f"<= {MOST_MILLISECONDS}",
        )
        for name, one in found["asked"].items()
    ]
    if found["put"]:
        rows.append(Row("documents laid in", found["put"], "a second", aim=">= 10,000"))
    return rows


def _here(documents: int, requests: int) -> dict:
    os.environ["DJANGO_SETTINGS_MODULE"] = "rapport.config.settings"
    import django

    django.setup()
    from django.db import connection

    from rapport.search.index import queries

    words = _vocabulary()
    put = _fill(documents, words) if not queries.count(KIND) else 0
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE search_document")
    asked = {name: _timed(ask, requests) for name, ask in _ways(words, documents).items()}
    engine = "bare GIN" if connection.vendor == "postgresql" else "bare FTS5"
    return {"documents": documents, "asked": asked, "put": put, "engine": engine}


def _vocabulary() -> list[str]:
    dice = random.Random(1)
    starts = [*"bcdfghklmnprstvw", "st", "tr", "pl"]
    middles = [*"aeiou", "ai", "ou"]

    def word() -> str:
        return "".join(dice.choice(starts) + dice.choice(middles) for _ in range(dice.randint(1, 4)))

    found = dict.fromkeys(itertools.islice(iter(word, ""), VOCABULARY * 2))
    return list(found)[:VOCABULARY]


def _fill(documents: int, words: list[str]) -> float:
    from rapport.search.index import commands
    from rapport.search.index.rules import Document

    dice = random.Random(2)
    weights = list(itertools.accumulate(1 / (rank + 8) for rank in range(len(words))))
    spent = 0.0
    timed = min(documents, _TIMED)
    for begin in range(1, documents + 1, _CHUNK):
        numbers = range(begin, min(begin + _CHUNK, documents + 1))
        drawn = dice.choices(words, cum_weights=weights, k=8 * len(numbers))
        rows = []
        for at, number in enumerate(numbers):
            department = DEPARTMENTS[number % len(DEPARTMENTS)]
            secret = SECRET if department == HIDDEN and dice.random() < 0.2 else ""
            text = " ".join((*drawn[8 * at : 8 * at + 8], secret, f"n{number}"))
            rows.append(Document(number, text, PERMISSION, department))
        is_timed = begin > documents - timed
        with (
            nullcontext()
            if is_timed
            else _unindexed(is_first=begin == 1, is_last=begin + _CHUNK > documents - timed)
        ):
            began = time.perf_counter()
            commands.put(KIND, rows, are_new=True)
        spent += time.perf_counter() - began if is_timed else 0
        if begin % 1_000_000 == 1:
            print(f"{begin:,} of {documents:,}", file=sys.stderr)
    return timed / spent


@contextmanager
def _unindexed(*, is_first: bool, is_last: bool) -> Iterator[None]:
    """On PostgreSQL what is laid in before the clock runs is indexed at once at its end: in minutes, not hours."""
    from django.db import connection

    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        if is_first:
            cursor.execute("DROP INDEX search_keys_idx")
        yield
        if is_last:
            cursor.execute("SET maintenance_work_mem = '1GB'")
            cursor.execute("CREATE INDEX search_keys_idx ON search_document USING gin (keys)")


def _ways(words: list[str], documents: int) -> dict[str, Callable[[], tuple[str, bool]]]:
    """Name -> what is typed next, and whether by somebody who does not see one department."""
    dice = random.Random(3)

    def common() -> str:
        return words[dice.randrange(100)]

    def begins(letters: int) -> str:
        return dice.choice(
            [word for word in (dice.choice(words) for _ in range(40)) if len(word) >= letters]
        )[:letters]

    return {
        "two letters": lambda: (begins(2), False),
        "three letters": lambda: (begins(3), False),
        "five letters": lambda: (begins(5), False),
        "common word and two letters": lambda: (f"{common()} {begins(2)}", False),
        "two common words": lambda: (f"{common()} {common()}", False),
        "three common words": lambda: (f"{common()} {common()} {common()}", False),
        "rare word": lambda: (f"n{dice.randrange(1, documents)}", False),
        "rare word and two letters": lambda: (
            f"n{dice.randrange(documents // 2, documents)} {begins(2)}",
            False,
        ),
        "two letters, one department hidden": lambda: (begins(2), True),
        "word of a hidden department": lambda: (SECRET[: dice.randint(2, 9)], True),
        "word of a hidden department and a common word": lambda: (f"{SECRET} {common()}", True),
        "word that nothing has": lambda: (f"qx{dice.randrange(1000)}", False),
    }


def _timed(ask: Callable[[], tuple[str, bool]], requests: int) -> dict:
    ours, bare = [], []
    for text, is_limited in _asked(ask, requests):
        ours.append(_milliseconds(lambda text=text, is_limited=is_limited: _search(text, is_limited)))
        bare.append(_milliseconds(lambda text=text: _bare(text)))
    return {"p50": statistics.median(ours), "p99": _p99(ours), "bare": _p99(bare)}


def _asked(ask: Callable[[], tuple[str, bool]], requests: int) -> Iterator[tuple[str, bool]]:
    return itertools.islice(iter(ask, None), requests)


def _p99(taken: list[float]) -> float:
    return sorted(taken)[int(len(taken) * 0.99)]


def _milliseconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def _search(text: str, is_limited: bool) -> object:  # noqa: FBT001
    from rapport.search.index import queries

    def covers(permission: str, department: str) -> bool:
        return permission == PERMISSION and not (is_limited and department == HIDDEN)

    return queries.search(text, kind=KIND, covers=covers)


@cache
def _shelves() -> list[int]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM search_shelf")
        return [row[0] for row in cursor.fetchall()]


def _bare(text: str) -> object:
    from django.db import connection

    words = text.split()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            each = (" | ".join(f"'{shelf}.{word}'" for shelf in _shelves()) for word in words)
            match = " & ".join(f"({one})" for one in each)
            statement = "SELECT id FROM search_document WHERE keys @@ %s::tsquery ORDER BY id DESC LIMIT 21"
        else:
            match = " AND ".join(f'"{word}"' for word in words)
            statement = (
                "SELECT rowid FROM search_words WHERE search_words MATCH %s ORDER BY rowid DESC LIMIT 21"
            )
        cursor.execute(statement, [match])
        return cursor.fetchall()


if __name__ == "__main__":
    main()
