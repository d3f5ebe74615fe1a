"""`rapport staff`: who works here."""

from typing import Annotated

import typer

from rapport.cli import output, setup

app = typer.Typer(no_args_is_help=True, help="Members of staff.")


@app.callback()
def staff() -> None:
    """Members of staff."""


@app.command()
def create(
    email: Annotated[str, typer.Option(help="Their address, with which they sign in.")],
    password: Annotated[str, typer.Option(envvar="RAPPORT_PASSWORD", help="At least ten characters.")],
    role: Annotated[str, typer.Option(help="admin, lead, agent, analyst, champion or viewer.")] = "agent",
    name: Annotated[str, typer.Option()] = "",
    *,
    as_json: output.Json = False,
) -> None:
    """Add a member of staff."""
    at = setup.ready()
    from rapport.staff.people import commands as people
    from rapport.staff.roles.rules import Operator

    new = people.NewStaffMember(email=email, password=password, role=role, name=name)
    member = people.create(new, by=Operator(), at=at)
    output.say(
        f"{member.email} may sign in as {role}.", as_json=as_json, id=member.pk, email=member.email, role=role
    )
