"""`make bench`: every benchmark in turn, written to benchmarks/RESULTS.md with the machine it ran on.

`--rows N` fills the log with N million rows before the second half of the ingestion figures (10 unless told).
`--only NAME ...` runs some: ingest, imports, pages, jobs, purchases, search, live, chat, desk, lake, measures or
outbound; the other sections of the file stay as they are. Run it on a machine that does nothing else.
"""

import argparse
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from benchmarks import (
    chat,
    desk,
    imports,
    ingest,
    jobs,
    lake,
    live,
    measures,
    outbound,
    pages,
    purchases,
    search,
)
from benchmarks.report import Row, machine, table

RESULTS = Path(__file__).with_name("RESULTS.md")
_INTRODUCTION = """# Results

Made by `make bench` on: {machine}.

Each figure stands beside a ceiling measured in the same run: the least a program could do for the same result.
Figures of one run compare with each other; figures of two machines do not.
"""
_SECTIONS: dict[str, tuple[str, Callable[..., list[Row]]]] = {
    "ingest": ("Ingestion over HTTP", ingest.measure),
    "imports": ("Import of files", imports.measure),
    "pages": ("Pages of customers", pages.measure),
    "jobs": ("Background work", jobs.measure),
    "purchases": ("Purchase models", purchases.measure),
    "search": ("Search as you type", search.measure),
    "live": ("Live updates", live.measure),
    "chat": ("Chat", chat.measure),
    "desk": ("The desk", desk.measure),
    "lake": ("Lake", lake.measure),
    "measures": ("Measures", measures.measure),
    "outbound": ("Mails that leave", outbound.measure),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=float, default=10.0)
    parser.add_argument("--only", nargs="+", choices=_SECTIONS, default=[])
    given = parser.parse_args()
    told = _told()
    for name in given.only or _SECTIONS:
        title, measure = _SECTIONS[name]
        measure = partial(measure, million_rows=given.rows) if name == "ingest" else measure
        told[title] = f"Measured on {datetime.now(UTC).date()}.\n\n{table(_alone(measure))}"
        print(f"## {title}\n\n{told[title]}", flush=True)
        _write(told)


def _told() -> dict[str, str]:
    """What the file says so far, by the title of its section."""
    sections = RESULTS.read_text().split("\n## ")[1:] if RESULTS.exists() else []
    return {title: text for title, _line, text in (section.partition("\n\n") for section in sections)}


def _write(told: dict[str, str]) -> None:
    titles = [title for title, _measure in _SECTIONS.values() if title in told]
    sections = [f"\n## {title}\n\n{told[title].strip()}\n" for title in titles]
    RESULTS.write_text(_INTRODUCTION.format(machine=machine()) + "".join(sections))


def _alone(measure: Callable[[], list[Row]]) -> list[Row]:
    """What it measures in a fresh process, whose memory no other benchmark has swollen."""
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as process:
        return process.submit(measure).result()


if __name__ == "__main__":
    main()
