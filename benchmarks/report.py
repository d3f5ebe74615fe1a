"""What benchmarks report: rows of figure, ceiling and ratio, with the machine they were measured on."""

import os
import platform
import sqlite3
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `ceiling` is what the bare thing reached in the same run; None where there is none."""

    name: str
    figure: float
    unit: str
    ceiling: float | None = None
    ceiling_name: str = ""
    aim: str = ""

    @property
    def ratio(self) -> str:
        return f"{self.figure / self.ceiling:.2f}" if self.ceiling else ""


def machine() -> str:
    """The machine in one line: processor, cores, memory, system, versions."""
    cpu = next(
        (
            line.split(":")[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.processor(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{cpu}, {os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )


def markdown(title: str, rows: list[Row]) -> str:
    """A section with its title."""
    return f"## {title}\n\n{table(rows)}"


def table(rows: list[Row]) -> str:
    """The rows as a table."""
    lines = [
        "| what | figure | unit | ceiling in the same run | ratio | aim |",
        "|---|---:|---|---|---:|---|",
    ]
    lines += [
        f"| {row.name} | {row.figure:,.4g} | {row.unit} | {_ceiling(row)} | {row.ratio} | {row.aim} |"
        if row.figure < 1000
        else f"| {row.name} | {row.figure:,.0f} | {row.unit} | {_ceiling(row)} | {row.ratio} | {row.aim} |"
        for row in rows
    ]
    return "\n".join([*lines, ""])


def _ceiling(row: Row) -> str:
    return (
        f"{row.ceiling:,.4g} ({row.ceiling_name})"
        if row.ceiling and row.ceiling < 1000
        else (f"{row.ceiling:,.0f} ({row.ceiling_name})" if row.ceiling else "")
    )
