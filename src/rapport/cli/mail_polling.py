"""`rapport mail poll`: looks at the mailboxes here and now, and takes in what came."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from rapport.cli import output, setup


def join(app: typer.Typer) -> None:
    """Put the command among those of mail."""
    app.command("poll")(poll)


def poll(
    mailbox: Annotated[
        list[str] | None, typer.Option(help="Only this address; may be repeated. Without: every mailbox.")
    ] = None,
    *,
    as_json: output.Json = False,
) -> None:
    """Fetch what is new from the mailboxes and bring it to the desk. Ends with 1 if one of them is in trouble.

    A worker does so by itself, within seconds; this is for scripts, cron, and for seeing what is wrong.
    """
    setup.ready()
    told = [_polled(place.id, place.address) for place in _wanted(mailbox or [])]
    lines = [f"{one['address']}: {one['trouble'] or _came(one['mails'])}" for one in told]
    output.say("\n".join(lines) or "No mailbox is joined.", as_json=as_json, mailboxes=told)
    if any(one["trouble"] for one in told):
        raise typer.Exit(1)


def _wanted(addresses: list[str]) -> list[Any]:
    from rapport.channels.endpoints import queries
    from rapport.channels.endpoints.commands import BadEndpoint

    if not addresses:
        return queries.in_use("email")
    found = {}
    for address in addresses:
        place = queries.by_address(address)
        if place is None:
            raise BadEndpoint(f"Mail to {address} comes to none of the mailboxes.", value=address)
        found[place.id] = place
    return list(found.values())


def _polled(endpoint_id: int, address: str) -> dict[str, Any]:
    from rapport.channels.endpoints.commands import MailTrouble
    from rapport.channels.inbound.commands import fetching
    from rapport.wiring.arrivals import arrive

    states: dict[str, int] = {}
    kept: list[int] = []

    def keep(fetched: fetching.Fetched) -> None:
        kept.append(fetching.keep(fetched, at=_now()))

    trouble = ""
    try:
        fetching.look(endpoint_id, keep, at=_now())
    except MailTrouble as met:
        trouble = met.message
    for number in filter(None, kept):
        state = arrive(number, at=_now()).state
        states[state] = states.get(state, 0) + 1
    return {"address": address, "mails": len(kept), "states": states, "trouble": trouble}


def _came(mails: int) -> str:
    return "nothing new" if not mails else "one mail" if mails == 1 else f"{mails} mails"


def _now() -> datetime:
    return datetime.now(UTC)
