"""`rapport customers export|erase`: what the law gives a person, at the command line."""

from pathlib import Path
from typing import Annotated

import typer

from rapport.cli import customers, output, setup

To = Annotated[Path, typer.Option(help="The archive to write; it must not exist yet.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask once more.")]
Reason = Annotated[str, typer.Option(help="asked, unneeded, objected or mistake.")]


def export(identifier: customers.Known, to: To, *, as_json: output.Json = False) -> None:
    """Write all that is known of somebody into one archive: a page to read and a file for programs."""
    at = setup.ready()
    from rapport.customers.privacy import commands, queries
    from rapport.kernel.refusals import Refusal
    from rapport.staff.roles.rules import Operator
    from rapport.wiring.privacy import HANDLERS

    person = queries.person(customers.resolve(identifier)[0].customer_id)
    commands.note_export(person, by=Operator(), at=at)
    try:
        with to.open("xb") as file:
            file.writelines(commands.archive(person, handlers=HANDLERS, at=at))
    except OSError as error:
        raise Refusal(f"'{to}' cannot be written: {error.strerror}.", field="to", value=str(to)) from error
    size = to.stat().st_size
    output.say(f"Written: {to} ({size:,} bytes).", as_json=as_json, file=str(to), bytes=size)


def erase(
    identifier: customers.Known, why: Reason = "asked", *, yes: Yes = False, as_json: output.Json = False
) -> None:
    """Forget somebody everywhere and for good; what happens with them later makes a new customer."""
    at = setup.ready()
    from rapport.customers.privacy import commands
    from rapport.staff.roles.rules import Operator
    from rapport.wiring.privacy import HANDLERS

    found = customers.resolve(identifier)
    customer_id = found[0].customer_id
    if len({one.customer_id for one in found}) > 1:
        raise commands.SeveralPeople(
            f"'{identifier}' is an identifier of several customers; write it as kind=value.",
            field="identifier",
            value=identifier,
        )
    if not yes:
        typer.confirm(
            f"Forget customer {customer_id} for good? This cannot be undone.", abort=True, err=as_json
        )
    asked = commands.ask(customer_id, why=why, by=Operator(), at=at)
    done = commands.confirm(asked.pk, handlers=HANDLERS, by=Operator(), at=at)
    sentence = f"Customer {customer_id} is forgotten: " + ", ".join(
        f"{count} from the {name}" for name, count in done.removed.items() if count
    )
    output.say(f"{sentence}.", as_json=as_json, customer=customer_id, erasure=done.pk, gone=done.removed)


def join(app: typer.Typer) -> None:
    """Put both beside the other commands about customers."""
    app.command("export")(export)
    app.command("erase")(erase)
