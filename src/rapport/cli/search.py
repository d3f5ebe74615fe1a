"""`rapport search`: what somebody would find in the search box; or the index made anew."""

from datetime import datetime
from typing import Annotated, Any

import typer

from rapport.cli import output, setup
from rapport.kernel.refusals import Refusal

_LIMIT = 20


class NothingAsked(Refusal):
    """Neither words to look for nor the wish to make the index anew."""


def search(
    query: Annotated[str, typer.Argument(help="Words, or their beginnings; all must be there.")] = "",
    *,
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many of each kind.")] = _LIMIT,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Make the index anew first.")] = False,
    as_json: output.Json = False,
) -> None:
    """Find customers, messages and interactions by the words they are known by, newest first."""
    setup.ready()
    if rebuild:
        from rapport.wiring import searching

        searching.rebuild()
        if not query:
            from rapport.search.index import queries

            output.say("Made anew.", as_json=as_json, fingerprint=queries.fingerprint())
            return
    if not query.strip():
        raise NothingAsked("Say what to look for: rapport search WORDS.", field="query", value=query)
    found = _found(query, limit)
    lines = [f"customer {one['id']:>10}  {one['name']}" for one in found["customers"]]
    lines += [_happened(one["at"], one["channel"], one) for one in found["messages"]]
    lines += [_happened(one["occurred_at"], one["kind"], one) for one in found["interactions"]]
    output.say("\n".join(lines) or "Nothing was found.", as_json=as_json, **found)


def _happened(at: datetime, how: str, one: dict[str, Any]) -> str:
    return f"{at:%Y-%m-%d %H:%M}  {how}  {one['subject'] or one['text'][:80]}"


def _found(query: str, limit: int) -> dict[str, list[dict[str, Any]]]:
    from rapport.channels.finding import queries as messages
    from rapport.customers.finding import queries as customers
    from rapport.interactions.finding import queries as interactions
    from rapport.staff.organisation import queries as organisation
    from rapport.staff.roles.rules import EVERYTHING

    region = organisation.phone_region()
    known = customers.search(query, reach=EVERYTHING, region=region, limit=limit).rows
    said = messages.search(query, reach=EVERYTHING, limit=limit).messages
    happened = interactions.search(query, reach=EVERYTHING, limit=limit).interactions
    return {
        "customers": [
            {
                "id": row.customer.id,
                "name": row.customer.name,
                "kind": row.customer.kind,
                "last_at": row.customer.last_at,
            }
            for row in known
        ],
        "messages": [
            {name: getattr(one, name) for name in ("id", "thread_id", "channel", "at", "subject", "text")}
            for one in said
        ],
        "interactions": [
            {
                "id": one.id,
                "customer": one.identifier.customer_id if one.identifier else None,
                "kind": one.kind,
                "occurred_at": one.occurred_at,
                "subject": one.subject,
                "text": one.text,
            }
            for one in happened
        ],
    }
