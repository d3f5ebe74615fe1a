"""`rapport log`: what is in the interaction log."""

from typing import Annotated

import typer

from rapport.cli import output, setup
from rapport.staff.roles.rules import EVERYTHING

app = typer.Typer(no_args_is_help=True, help="The interaction log.")


@app.callback()
def log() -> None:
    """The interaction log."""


@app.command()
def count(
    kind: Annotated[str, typer.Option(help="Only this kind of interaction.")] = "",
    *,
    as_json: output.Json = False,
) -> None:
    """Count interactions and customers."""
    setup.ready()
    from rapport.customers.directory import queries as directory
    from rapport.interactions.log import queries

    interactions, customers = queries.count(kind, reach=EVERYTHING), directory.count()
    output.say(
        f"{interactions} interactions, {customers} customers",
        as_json=as_json,
        interactions=interactions,
        customers=customers,
    )


@app.command()
def rebuild(*, as_json: output.Json = False) -> None:
    """Make everything that is derived from the log anew: counts, activity, what lists sort by."""
    setup.ready()
    from rapport.interactions.log import commands, queries

    commands.rebuild()
    output.say("Made anew.", as_json=as_json, interactions=queries.count(reach=EVERYTHING))
