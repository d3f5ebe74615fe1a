"""`rapport lake`: the log as Parquet files, for measures."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from rapport.cli import output, setup

if TYPE_CHECKING:
    from rapport.interactions.lake.commands import refreshing

app = typer.Typer(no_args_is_help=True, help="The log as Parquet files, for measures.")


@app.callback()
def lake() -> None:
    """The log as Parquet files, for measures."""


@app.command()
def refresh(*, as_json: output.Json = False) -> None:
    """Bring the lake up to the end of the log: what is new, and what left it."""
    at = setup.ready()
    from rapport.interactions.lake import commands

    with _bar(is_quiet=as_json) as told:
        done = commands.refresh(at=at, progress=told)
    _say(done, as_json=as_json)


@app.command()
def rebuild(*, as_json: output.Json = False) -> None:
    """Make the lake anew from the log; the old one serves until the new one is whole."""
    at = setup.ready()
    from rapport.interactions.lake import commands

    with _bar(is_quiet=as_json) as told:
        done = commands.rebuild(at=at, progress=told)
    _say(done, as_json=as_json)


@app.command()
def check(*, as_json: output.Json = False) -> None:
    """Read every file of the lake, compare it with its checksum, and print a hash of the content."""
    setup.ready()
    from rapport.interactions.lake.queries import state

    hashes = state.fingerprint(state.folder())
    output.say(
        "\n".join(f"{name:<14} {digest}" for name, digest in hashes.items()), as_json=as_json, content=hashes
    )


def _say(done: "refreshing.Refreshed", *, as_json: bool) -> None:
    from rapport.interactions.lake.queries import state

    held = state.state()
    rows = held.rows if held else {}
    output.say(
        f"The lake holds {rows.get('interactions', 0):,} interactions: {done.added:,} came, {done.removed:,} left.",
        as_json=as_json,
        version=done.version,
        added=done.added,
        removed=done.removed,
        changed=done.changed,
        rows=rows,
    )


@contextmanager
def _bar(*, is_quiet: bool) -> Iterator["refreshing.Progress"]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    is_hidden = is_quiet or not output.is_terminal()
    with Progress(*columns, console=Console(stderr=True), disable=is_hidden) as bar:
        task = bar.add_task("Following the log")
        yield lambda done, whole: bar.update(task, completed=done, total=whole)
