"""`rapport customers list`: the list of the page, with its filters and orders."""

from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from rapport.cli import output, setup
from rapport.filters.compiler.rules import BadFilter

Filters = Annotated[
    list[str] | None,
    typer.Argument(help="What must hold: name=value, such as spent.at_least=50 or trait=city:York."),
]


def list_customers(
    filters: Filters = None,
    *,
    sort: Annotated[str, typer.Option(help="last, name, spent or busiest.")] = "last",
    after: Annotated[str, typer.Option(help="Go on after this place, as the page before gave it.")] = "",
    as_json: output.Json = False,
) -> None:
    """List customers that pass the filters, a page at a time."""
    setup.ready()
    from rapport.customers.finding import queries, rules
    from rapport.filters.compiler.rules import write_place
    from rapport.staff.organisation import queries as organisation

    house = organisation.current()
    given = {"sort": [sort], "after": [after]}
    for text in filters or ():
        name, equals, value = text.partition("=")
        if not equals:
            raise BadFilter(f"'{text[:40]}' is not name=value.", field="filters", value=text)
        given.setdefault(name, []).append(value)
    wanted = rules.read(given, currency=house.currency if house else "EUR", is_strict=True)
    zone = ZoneInfo(house.time_zone if house else "UTC")
    found = queries.page(wanted, region=organisation.phone_region(), zone=zone)
    place = write_place(found.after) if found.after else ""
    lines = [
        f"{row.customer.id:>10}  {row.customer.last_at:%Y-%m-%d}  {row.customer.name}" for row in found.rows
    ]
    lines += [f"More: --after {place}"] if place else []
    output.say(
        "\n".join(lines) or "Nobody is like this.",
        as_json=as_json,
        customers=[_facts(row) for row in found.rows],
        after=place,
        count=found.count,
    )


def _facts(row: object) -> dict[str, object]:
    names = ("id", "kind", "name", "first_at", "last_at", "interactions", "purchases", "spent_minor")
    return {name: getattr(row.customer, name) for name in names}  # type: ignore[attr-defined]
