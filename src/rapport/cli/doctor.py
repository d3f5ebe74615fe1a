"""`rapport doctor`: what is wrong with this installation, and what to do about it."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import django
import typer

from rapport.cli import guarding, output
from rapport.kernel import home

if TYPE_CHECKING:
    from rapport.wiring.health.findings import Finding

_MARKS = {"good": "ok", "warning": "soon", "wrong": "NOW"}


def doctor(
    *,
    record: Annotated[
        bool,
        typer.Option("--record", help="Also read the whole record: pages, references, counts, files, keys."),
    ] = False,
    as_json: output.Json = False,
) -> None:
    """Look at everything that can go wrong. Ends with 1 if something must be done now, else with 0."""
    home.refuse_half_restored(home.home())
    if not home.home().exists():
        typer.echo("rapport: there is no record here yet; run `rapport init` first.", err=True)
        raise typer.Exit(3)
    django.setup()
    from rapport.wiring.health import condition
    from rapport.wiring.health import record as record_checks

    found = [("start", one) for one in _start()]
    found += [("condition", one) for one in condition.findings(at=datetime.now(UTC))]
    if record and not any(one.name in {"database", "tables"} and one.advice for _, one in found):
        found += [("record", one) for one in record_checks.findings()]
    worst = any(one.state == "wrong" for _, one in found)
    output.say(
        "\n".join(_line(one) for _, one in found),
        as_json=as_json,
        well=not worst,
        findings=[
            {"group": group, "name": one.name, "state": one.state, "said": one.said, "advice": one.advice}
            for group, one in found
        ],
    )
    if worst:
        raise typer.Exit(1)


def _start() -> "list[Finding]":
    """What `rapport serve` would refuse to start with."""
    from rapport.wiring.health.findings import good, wrong

    faults = [wrong("start", fault, "`rapport serve` does not start before.") for fault in guarding.faults()]
    return faults or [good("start", "Keys, address and folder are safe to serve with.")]


def _line(one: "Finding") -> str:
    line = f"{_MARKS[one.state]:<5} {one.name:<11} {one.said}"
    return f"{line}\n{'':<17} -> {one.advice}" if one.advice else line
