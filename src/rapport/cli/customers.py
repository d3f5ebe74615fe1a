"""`rapport customers`: look one up, join two, take a join back, look for duplicates."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from rapport.cli import output, setup

app = typer.Typer(no_args_is_help=True, help="Customers.")
Known = Annotated[str, typer.Argument(help="Mail, phone, account or number of a customer; or kind=value.")]
Why = Annotated[str, typer.Option(help="The reason, for whoever looks later.")]


@app.callback()
def customers() -> None:
    """Customers."""


@app.command()
def show(
    identifier: Known,
    latest: Annotated[int, typer.Option(min=0, max=30, help="How many of the latest interactions.")] = 10,
    *,
    as_json: output.Json = False,
) -> None:
    """Show who somebody is, how we know, what they allow and what happened."""
    setup.ready()
    from rapport.cli import customer_facts
    from rapport.customers.portrait import queries

    found = resolve(identifier)
    portrait = queries.portraits([found[0].customer_id])[found[0].customer_id]
    others = sorted({one.customer_id for one in found} - {portrait.id})
    if as_json:
        facts = customer_facts.of(portrait, latest)
        output.say("", as_json=True, **facts, others_of_this_identifier=others)
        return
    for line in customer_facts.sentences(portrait, latest):
        typer.echo(line)
    if others:
        typer.echo(f"The same identifier, of another kind, is also that of: {', '.join(map(str, others))}")


@app.command()
def link(one: Known, other: Known, why: Why = "", *, as_json: output.Json = False) -> None:
    """Join two customers by hand."""
    at = setup.ready()
    from rapport.customers.directory import commands
    from rapport.staff.roles.rules import Operator

    first, second = resolve(one)[0], resolve(other)[0]
    if first.customer_id == second.customer_id:
        raise commands.CannotLink("They are one customer already.", field="identifier", value=other)
    made = commands.link(first.id, second.id, by=Operator(), why=why, at=at)
    customer = min(first.customer_id, second.customer_id)
    output.say(
        f"Joined: customer {customer}, link {made.pk}.", as_json=as_json, customer=customer, link=made.pk
    )


@app.command()
def unlink(one: Known, other: Known, why: Why = "", *, as_json: output.Json = False) -> None:
    """Part two identifiers: take back the links that join them, and say which."""
    at = setup.ready()
    from rapport.customers.directory import commands
    from rapport.staff.roles.rules import Operator

    first, second = resolve(one)[0], resolve(other)[0]
    undone = commands.unlink_between(first.id, second.id, by=Operator(), why=why, at=at)
    told = [
        {"link": link.pk, "rule": link.rule, "reason": link.reason, "made_at": link.made_at}
        for link in undone
    ]
    now = [resolve(known)[0].customer_id for known in (one, other)]
    lines = [f"Taken back: link {link.pk}, {link.rule}: {link.reason}" for link in undone]
    lines.append(f"They are customers {now[0]} and {now[1]}.")
    output.say("\n".join(lines), as_json=as_json, undone=told, customers=now)


@app.command()
def propose(*, as_json: output.Json = False) -> None:
    """Look for customers who may be one, and lay the pairs before a person. Nobody is joined."""
    at = setup.ready()
    from rapport.customers.likeness import commands
    from rapport.staff.roles.rules import Operator

    with _bar() as progress:
        done = commands.propose(by=Operator(), at=at, progress=progress)
    waiting = f"{done.waiting} pairs wait, {done.new} of them new, {done.gone} gone"
    sentence = f"{done.compared} customers compared; {waiting}."
    output.say(
        sentence, as_json=as_json, compared=done.compared, waiting=done.waiting, new=done.new, gone=done.gone
    )


def resolve(text: str) -> list[Any]:
    """The identifiers that this text names, the strongest first; refuses when it names nobody."""
    from rapport.customers.finding import queries
    from rapport.customers.portrait.queries import NoSuchCustomer
    from rapport.staff.organisation import queries as organisation

    found = queries.resolve(text, region=organisation.phone_region())
    if not found:
        raise NoSuchCustomer(f"Nobody is known by '{text[:80]}'.", field="identifier", value=text)
    return found


@contextmanager
def _bar() -> Iterator[Callable[[int], None]]:
    """How many customers have been read, on the terminal of a person; nothing for programs."""
    if not output.is_terminal():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from rapport.customers.directory import queries

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("reading customers", total=queries.count())

        def read(count: int) -> None:
            done = count >= (progress.tasks[task].total or 0)
            progress.update(task, completed=count, description="comparing" if done else "reading customers")

        yield read
