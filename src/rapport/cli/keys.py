"""`rapport keys`: keys for programs."""

from typing import Annotated

import typer

from rapport.cli import output, setup

app = typer.Typer(no_args_is_help=True, help="Keys for programs.")


@app.callback()
def keys() -> None:
    """Keys for programs."""


@app.command()
def create(
    kind: Annotated[str, typer.Option(help="write: may only send interactions; api: the whole API.")],
    name: Annotated[str, typer.Option(help="What it is for; a write key's name is its source's name.")],
    *,
    as_json: output.Json = False,
) -> None:
    """Make a key. It is shown this once."""
    at = setup.ready()
    from rapport.staff.keys import commands
    from rapport.staff.roles.rules import Operator

    key, secret = commands.create(kind=kind, name=name, by=Operator(), at=at)
    sentence = f"{secret}\nKeep it: it is not shown again."
    output.say(sentence, as_json=as_json, key=secret, id=key.pk, name=key.name, kind=kind)
