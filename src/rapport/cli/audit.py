"""`rapport audit`: whether the record of acts is whole."""

from typing import Annotated

import typer

from rapport.cli import output, setup

app = typer.Typer(no_args_is_help=True, help="The audit log.")


@app.callback()
def audit() -> None:
    """The audit log."""


@app.command()
def verify(
    expect: Annotated[str, typer.Option(help="A digest noted earlier: the log must still contain it.")] = "",
    *,
    as_json: output.Json = False,
) -> None:
    """Go through the whole chain of the audit log and say whether anything was changed or taken out."""
    setup.ready()
    from rapport.staff.audit import queries

    verdict, guarded = queries.verify(), queries.is_guarded()
    is_known = not expect or queries.contains(expect)
    sentence = f"{verdict.entries} entries, unbroken. Note the last digest to compare later: {verdict.digest}"
    if not verdict.holds:
        sentence = f"The log is broken at entry {verdict.broken}: {verdict.reason}."
    elif not is_known:
        sentence = "The log does not contain that digest: it is not the log it was taken from."
    elif not guarded:
        sentence += "\nThe database no longer refuses changes to it: its triggers are missing."
    output.say(
        sentence,
        as_json=as_json,
        holds=verdict.holds and is_known,
        entries=verdict.entries,
        digest=verdict.digest,
        broken=verdict.broken,
        reason=verdict.reason,
        guarded=guarded,
    )
    if not (verdict.holds and is_known and guarded):
        raise typer.Exit(1)
