"""`rapport promises`: what was promised to customers and is still to be done."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from rapport.cli import output, setup

if TYPE_CHECKING:
    from rapport.service.promises.models import Promise

app = typer.Typer(no_args_is_help=True, help="What was promised to customers.")


@app.callback()
def promises() -> None:
    """What was promised to customers."""


@app.command("list")
def list_promises(
    after: Annotated[str, typer.Option(help="Go on after this place, as the page before gave it.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=500)] = 50,
    *,
    as_json: output.Json = False,
) -> None:
    """List what is still to be done, a page at a time, the first due in front."""
    setup.ready()
    from rapport.service.promises import queries
    from rapport.staff.roles.rules import EVERYTHING

    page = queries.open_page(reach=EVERYTHING, after=after, limit=limit)
    lines = [f"{one.pk:>8}  {_when(one)}  {one.identifier.value:<32.32}  {one.what}" for one in page.promises]
    lines += [f"More: --after {page.more}"] if page.more else []
    sentence = "\n".join(lines) or "Nothing that was promised is still to be done."
    output.say(sentence, as_json=as_json, promises=[_told(one) for one in page.promises], after=page.more)


def _when(promise: "Promise") -> str:
    return f"{'broken' if promise.broken_at else 'due':<6} {promise.due_at:%Y-%m-%d %H:%M}"


def _told(promise: "Promise") -> dict[str, Any]:
    return {
        "id": promise.pk,
        "what": promise.what,
        "customer": promise.identifier.value,
        "case": promise.case_id,
        "made_at": promise.made_at,
        "due_at": promise.due_at,
        "broken_at": promise.broken_at,
    }
