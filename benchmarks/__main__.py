"""`make bench`: every benchmark in turn, written to benchmarks/RESULTS.md with the machine it ran on.

`--rows N` fills the log with N million rows before the second half of the ingestion figures (10 unless told).
`--only NAME` runs one: ingest, imports or pages. Run it on a machine that does nothing else.
"""

import argparse
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from benchmarks import imports, ingest, pages
from benchmarks.report import Row, machine, markdown

RESULTS = Path(__file__).with_name("RESULTS.md")
_INTRODUCTION = """# Results

Made by `make bench` on {day}, on: {machine}.

Each figure stands beside a ceiling measured in the same run: the least a program could do for the same result.
Figures of one run compare with each other; figures of two machines do not.

"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=float, default=10.0)
    parser.add_argument("--only", choices=("ingest", "imports", "pages"))
    given = parser.parse_args()
    sections: dict[str, tuple[str, Callable[[], list[Row]]]] = {
        "ingest": ("Ingestion over HTTP", partial(ingest.measure, million_rows=given.rows)),
        "imports": ("Import of files", imports.measure),
        "pages": ("Pages of customers", pages.measure),
    }
    text = _INTRODUCTION.format(day=datetime.now(UTC).date(), machine=machine())
    for name, (title, measure) in sections.items():
        if given.only in {None, name}:
            section = markdown(title, _alone(measure))
            print(section, flush=True)
            text += section + "\n"
            if given.only is None:
                RESULTS.write_text(text)


def _alone(measure: Callable[[], list[Row]]) -> list[Row]:
    """What it measures in a fresh process, whose memory no other benchmark has swollen."""
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as process:
        return process.submit(measure).result()


if __name__ == "__main__":
    main()
