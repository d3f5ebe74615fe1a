"""`rapport demo`: a made-up company to look at, in a data folder of its own."""

import os
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from rapport.cli import output, setup
from rapport.cli.serve import serve as run_server
from rapport.simulation import plan as plans
from rapport.simulation.plan import Plan

HOME = "~/.local/share/rapport-demo"


def demo(  # noqa: PLR0913 - one per option
    customers: Annotated[int, typer.Option(help="How many customers the company has.")] = 5000,
    years: Annotated[float, typer.Option(help="How many years, up to now.")] = 2.0,
    seed: Annotated[int, typer.Option(help="The same seed gives the same company.")] = 1,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 takes a free one.")] = 8000,
    *,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Open it for browsers when made.")] = True,
    as_json: output.Json = False,
) -> None:
    """Make a simulated company and serve it. A second call makes nothing twice; on a later day it goes on to now."""
    os.environ.setdefault("RAPPORT_HOME", HOME)
    wish = plans.check(Plan(customers, years, seed, datetime.now(UTC)))
    folder = setup.prepare()
    from rapport.customers.directory import queries as directory
    from rapport.interactions.log import queries as log
    from rapport.simulation import keeping, writing
    from rapport.simulation.desk import living
    from rapport.staff.roles.rules import EVERYTHING

    writing.refuse_real_data()
    plan = keeping.planned(folder, wish)
    if not writing.is_finished(folder, plan):
        with _bar(is_quiet=as_json) as bar:
            task = bar.add_task(
                "Living the years of a made-up company", total=plan.customers + plan.newcomers
            )
            writing.write(
                plan, folder, at=wish.ends_at, progress=lambda done: bar.update(task, completed=done)
            )
    address = f"http://{host}:{port}"
    made = {"interactions": log.count(reach=EVERYTHING), "customers": directory.count()}
    login = {"address": address, "email": writing.EMAIL, "password": writing.PASSWORD}
    output.say(
        f"{made['interactions']:,} interactions, {made['customers']:,} customers, in {folder}\nAll of it is simulated"
        f"{_how_far(plan, wish.ends_at)}."
        f"\n  address   {address}\n  e-mail    {login['email']}\n  password  {login['password']}",
        as_json=as_json,
        **made,
        login=login,
        home=str(folder),
        until=plan.lived_until.isoformat(),
    )
    if serve:
        living.watch(plan, folder, at=datetime.now(UTC))
        run_server(host=host, port=port)
    else:
        _follow(wish.ends_at)


def _follow(at: datetime) -> None:
    """Bring the search index and all else that follows the log up to its end, as a worker would."""
    from rapport.wiring import followers

    tending = followers.Tending()
    while tending.catch_up(at=at):
        pass


def _how_far(plan: Plan, now: datetime) -> str:
    """What to say of a company whose lives are laid out no further."""
    if now <= plan.laid_out_until:
        return ""
    return f", up to {plan.lived_until:%-d %B %Y} and no further: for a fresh one name another folder in RAPPORT_HOME"


def _bar(*, is_quiet: bool) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), disable=is_quiet or not output.is_terminal())
