"""`rapport import`: take in files; `rapport imports`: what was taken in, and taking it back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rapport.cli import output, setup
from rapport.staff.roles.rules import EVERYTHING

if TYPE_CHECKING:
    from rapport.interactions.ingestion.models import Import

app = typer.Typer(no_args_is_help=True, help="What was imported.")


@app.callback()
def imports() -> None:
    """What was imported."""


def import_files(
    files: Annotated[
        list[Path], typer.Argument(help="CSV, TSV, XLSX, JSON lines, Parquet; plain or packed.")
    ],
    mapping: Annotated[str, typer.Option(help="The name of a mapping, or a TOML file.")],
    *,
    as_json: output.Json = False,
) -> None:
    """Take in files under a mapping. The same command again goes on after a break, and adds nothing twice."""
    at = setup.ready()
    from rapport.interactions.ingestion import queries

    one = taken_in(files, mapping, at=at)
    rejects = queries.rejects_path(one.pk) if one.rejected else None
    sentence = (
        f"Import {one.pk}: {one.rows:,} rows, {one.interactions:,} new interactions, {one.customers:,} customers, "
        f"{one.already_known:,} known already, {one.rejected:,} rejected"
    )
    output.say(
        f"{sentence}: see {rejects}" if rejects else f"{sentence}.",
        as_json=as_json,
        **_figures(one),
        rejects=str(rejects) if rejects else None,
    )


def taken_in(files: list[Path], mapping: str, *, at: datetime) -> "Import":
    """Take in files under a mapping, with a bar where somebody looks on."""
    from rapport.interactions.ingestion import commands
    from rapport.staff.roles.rules import Operator
    from rapport.wiring import imports as whole

    begun = commands.begin(files, mapping, by=Operator(), at=at)
    with progress_bar() as progress:
        watch = commands.Watch(clock=lambda: datetime.now(UTC), progress=progress)
        return whole.run(begun.pk, watch=watch, by=Operator())


@app.command("list")
def list_imports(*, as_json: output.Json = False) -> None:
    """The imports, the newest first."""
    setup.ready()
    from rapport.interactions.ingestion import queries

    found = list(queries.newest_first(reach=EVERYTHING)[:100])
    lines = [
        f"{one.pk:>6}  {one.started_at:%Y-%m-%d %H:%M}  {one.mapping_name}  {state(one)}" for one in found
    ]
    output.say(
        "\n".join(lines) or "Nothing was imported yet.",
        as_json=as_json,
        imports=[_figures(one) for one in found],
    )


@app.command("take-back")
def take_back(import_id: int, *, as_json: output.Json = False) -> None:
    """Take an import back whole: the file can then be imported anew with a mended mapping."""
    at = setup.ready()
    from rapport.staff.roles.rules import Operator
    from rapport.wiring import imports as whole

    removed = whole.take_back(import_id, by=Operator(), at=at)
    output.say(
        f"Import {import_id} is taken back: {removed:,} interactions gone.", as_json=as_json, removed=removed
    )


def state(one: "Import") -> str:
    """How an import stands, in a word or two."""
    if one.taken_back_at:
        return "taken back"
    if one.finished_at:
        return "finished"
    return "failed" if one.failed_at else "unfinished"


def _figures(one: "Import") -> dict[str, Any]:
    return {
        "import": one.pk,
        "mapping": one.mapping_name,
        "state": state(one),
        "rows": one.rows,
        "interactions": one.interactions,
        "customers": one.customers,
        "rejected": one.rejected,
        "already_known": one.already_known,
    }


@contextmanager
def progress_bar() -> Iterator[Callable[["Import"], None]]:
    """A bar on the terminal of a person; nothing for programs."""
    if not output.is_terminal():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        reading = bar.add_task("reading (bytes)", total=None)
        recording = bar.add_task("recording (lines)", total=None)

        def show(one: "Import") -> None:
            bar.update(reading, total=one.bytes_total, completed=one.bytes_read)
            bar.update(recording, total=one.rows or None, completed=one.rows_done)

        yield show
