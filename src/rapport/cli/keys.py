"""`rapport keys`: keys for programs."""

from datetime import timedelta
from typing import Annotated, Any

import typer

from rapport.cli import output, setup

app = typer.Typer(no_args_is_help=True, help="Keys for programs.")


@app.callback()
def keys() -> None:
    """Keys for programs."""


@app.command()
def create(
    kind: Annotated[str, typer.Option(help="write: may only send interactions; api: what its scopes say.")],
    name: Annotated[str, typer.Option(help="What it is for; a write key's name is its source's name.")],
    scope: Annotated[
        list[str] | None, typer.Option(help="What an API key may do; repeat it for several. Without: all.")
    ] = None,
    days: Annotated[int | None, typer.Option(min=1, help="Days until it ends by itself.")] = None,
    *,
    as_json: output.Json = False,
) -> None:
    """Make a key. It is shown this once."""
    at = setup.ready()
    from rapport.staff.keys import commands
    from rapport.staff.roles.rules import Operator

    grant = commands.Grant(scope or None, at + timedelta(days=days) if days else None)
    key, secret = commands.create(kind=kind, name=name, by=Operator(), at=at, grant=grant)
    sentence = f"{secret}\nKeep it: it is not shown again."
    output.say(sentence, as_json=as_json, key=secret, id=key.pk, name=key.name, kind=kind, scopes=key.scopes)


@app.command("list")
def list_keys(*, as_json: output.Json = False) -> None:
    """The keys: what each may do, until when, when it was last used; never the keys themselves."""
    setup.ready()
    from rapport.staff.keys import queries
    from rapport.staff.roles.rules import EVERYTHING

    found = [_told(key) for key in queries.all_keys(reach=EVERYTHING)]
    lines = [
        f"{one['id']:>5}  {one['begins_with']}...  {one['name']}: {', '.join(one['scopes'])}" for one in found
    ]
    output.say("\n".join(lines) or "No keys yet.", as_json=as_json, keys=found)


@app.command()
def revoke(
    key_id: Annotated[int, typer.Argument(help="Its number.")], *, as_json: output.Json = False
) -> None:
    """End a key; programs that use it are turned away within seconds."""
    at = setup.ready()
    from rapport.staff.keys import commands
    from rapport.staff.roles.rules import Operator

    key = commands.revoke(key_id, by=Operator(), at=at)
    output.say(
        f"The key for {key.name} works no more.", as_json=as_json, id=key.pk, revoked_at=key.revoked_at
    )


def _told(key: Any) -> dict[str, Any]:
    return {
        "id": key.pk,
        "name": key.name,
        "kind": key.kind,
        "begins_with": key.hint,
        "scopes": key.scopes,
        "created_by": key.created_by,
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "last_used_on": key.last_used_on,
        "revoked_at": key.revoked_at,
    }
