"""`rapport measure`: what the lake tells, on any engine."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from rapport.cli import output, setup

if TYPE_CHECKING:
    from rapport.analytics.measures.periods import Period
    from rapport.analytics.measures.results import Result

Names = Annotated[list[str] | None, typer.Argument(help="Which measures; all of them unless told.")]
_DAYS = ["%Y-%m-%d"]
From = Annotated[
    datetime | None, typer.Option("--from", formats=_DAYS, help="First day, in place of a period.")
]
To = Annotated[datetime | None, typer.Option("--to", formats=_DAYS, help="Last day, included.")]


def measure(  # noqa: PLR0913, PLR0917 - one per option
    names: Names = None,
    engine: Annotated[
        str, typer.Option(help="duckdb:// or spark://local[2] or spark://host:7077")
    ] = "duckdb://",
    period: Annotated[str, typer.Option(help="30d (whole days up to yesterday) or 2026-03")] = "30d",
    from_: From = None,
    to: To = None,
    channel: Annotated[str, typer.Option(help="Interactions on this channel alone.")] = "",
    department: Annotated[str, typer.Option(help="Interactions at its touchpoints alone.")] = "",
    *,
    as_json: output.Json = False,
) -> None:
    """Compute measures over the lake and print each with what it rests on."""
    setup.ready()
    import msgspec

    from rapport.analytics.engines import opening
    from rapport.analytics.measures import catalogue, computing, registry
    from rapport.interactions.lake.queries import state

    wanted = [registry.find(name) for name in names] if names else catalogue.measures()
    with opening.open_engine(engine, state.folder()) as session, _wheel(is_quiet=as_json) as told:
        chosen = _period(period, from_, to, session.manifest.refreshed_at)
        found = []
        for one in computing.compute(session, wanted, chosen, channel=channel, department=department):
            found.append(one)
            told(f"{len(found)} of {len(wanted)} measures")
    output.say("\n".join(_lines(found)), as_json=as_json, measures=msgspec.to_builtins(found))


def _period(name: str, first: datetime | None, last: datetime | None, known_until: datetime) -> "Period":
    from rapport.analytics.measures import periods
    from rapport.interactions.lake.queries import answers

    if first is None and last is None:
        return answers.period(name, known_until=known_until)
    if first is None or last is None:
        raise periods.BadPeriod("Give both days, --from and --to.", field="period")
    return periods.between(first.date(), last.date(), zone=answers.zone(), known_until=known_until)


def _lines(found: Sequence["Result"]) -> Iterator[str]:
    for one in found:
        if one.value is None:
            yield f"{one.measure:<32} too little to say ({one.n:,} counted)"
            continue
        between = "" if one.low is None else f"  between {one.low:,.4g} and {one.high:,.4g}"
        yield f"{one.measure:<32} {one.value:>14,.4g} {one.unit}  of {one.n:,}{between}"
    if found:
        start, end, as_of = (
            f"{moment:%Y-%m-%d %H:%M}" for moment in (found[0].start, found[0].end, found[0].as_of)
        )
        yield f"{start} to {end} UTC; lake of {as_of}"


@contextmanager
def _wheel(*, is_quiet: bool) -> Iterator[Callable[[str], None]]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"))
    is_hidden = is_quiet or not output.is_terminal()
    with Progress(*columns, console=Console(stderr=True), disable=is_hidden, transient=True) as wheel:
        task = wheel.add_task("Measuring", total=None)
        yield lambda text: wheel.update(task, description=text)
