"""`rapport desk`: which cases wait, what was said in one, and answering it."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from rapport.cli import output, setup

if TYPE_CHECKING:
    from rapport.service.desk.queries import Line, Row
    from rapport.service.histories.models import History

app = typer.Typer(no_args_is_help=True, help="Cases: which wait, what was said, answering.")
Number = Annotated[int, typer.Argument(help="The number of the case.")]


@app.callback()
def desk() -> None:
    """Cases: which wait, what was said, answering."""


@app.command("list")
def list_cases(
    view: Annotated[
        str, typer.Option(help="waiting, open, unassigned, theirs, third, snoozed, done or junk.")
    ] = "waiting",
    queue: Annotated[int, typer.Option(help="Of this queue alone; its number.")] = 0,
    after: Annotated[str, typer.Option(help="Go on after this place, as the page before gave it.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=500)] = 50,
    *,
    as_json: output.Json = False,
) -> None:
    """List cases a page at a time, the longest wait first."""
    setup.ready()
    from rapport.service.desk import queries
    from rapport.service.histories import queries as histories
    from rapport.staff.roles.rules import EVERYTHING

    wanted = queries.View(name=queries.known_view(view), queue_id=queue or None)
    found = queries.cases(wanted, reach=EVERYTHING, after=queries.read_place(after), limit=limit)
    place = queries.write_place(found.after)
    lines = [
        f"{row.case.pk:>8}  {_since(row)}  {row.case.state.name:<18.18}  {row.customer:<24.24}  {row.case.subject}"
        for row in found.rows
    ]
    lines += [f"More: --after {place}"] if place else []
    sentence = "\n".join(lines) or "No case is like this."
    kept = histories.of_cases([row.case.pk for row in found.rows]) if as_json else {}
    told = [_case(row, kept.get(row.case.pk)) for row in found.rows]
    output.say(sentence, as_json=as_json, cases=told, after=place)


@app.command()
def show(
    number: Number,
    latest: Annotated[int, typer.Option(min=1, max=500, help="How many of the latest messages.")] = 50,
    *,
    as_json: output.Json = False,
) -> None:
    """Show a case and what was said in it."""
    at = setup.ready()
    from rapport.service.desk import queries
    from rapport.service.histories import queries as histories
    from rapport.staff.roles.rules import EVERYTHING

    row = queries.as_row(queries.case(number, reach=EVERYTHING, at=at).case)
    said = queries.conversation(row.case.pk, reach=EVERYTHING, limit=latest)
    if as_json:
        kept = histories.of_cases([row.case.pk]).get(row.case.pk)
        output.say("", as_json=True, **_case(row, kept), messages=[_message(line) for line in said])
        return
    typer.echo(f"Case {row.case.pk}: {row.case.subject}")
    typer.echo(f"{row.customer}; {row.case.state.name}; waits since {_since(row)}")
    for line in said:
        who = line.said.staff_name or line.said.author_name or line.said.direction
        typer.echo(f"\n[{line.said.id}] {line.said.at:%Y-%m-%d %H:%M} {who}{_mark(line)}\n{line.said.text}")


@app.command()
def reply(
    number: Number,
    text: Annotated[str, typer.Argument(help="The answer.")],
    seen: Annotated[
        int,
        typer.Option(
            help="The newest message you have seen; refused if more was said since. 0: as it is now."
        ),
    ] = 0,
    then: Annotated[
        str, typer.Option(help="The state it is in afterwards: theirs, ours, third or done.")
    ] = "theirs",
    *,
    as_json: output.Json = False,
) -> None:
    """Answer the customer of a case the way they wrote last."""
    at = setup.ready()
    from rapport.service.desk import commands, queries
    from rapport.service.desk.rules.acts import Reply
    from rapport.staff.roles.rules import EVERYTHING, Operator

    case = queries.row(number, reach=EVERYTHING)
    answer = Reply(text=text, seen=seen or case.last_word_id or 0, then=then)
    message = commands.reply(case.pk, answer, by=Operator(), at=at)
    output.say(
        f"Answered: message {message.pk} of case {case.pk}.",
        as_json=as_json,
        case=case.pk,
        message=message.pk,
        thread=message.thread_id,
    )


def _since(row: "Row") -> str:
    return f"{row.case.waiting_since:%Y-%m-%d %H:%M}" if row.case.waiting_since else "-" * 16


def _case(row: "Row", kept: "History | None") -> dict[str, Any]:
    case = row.case
    return {
        "case": case.pk,
        "subject": case.subject,
        "customer": row.customer_id,
        "customer_name": row.customer,
        "channel": case.channel,
        "queue": case.queue.name,
        "owner": case.owner.email if case.owner else None,
        "state": case.state.name,
        "state_kind": case.kind,
        "waiting_since": case.waiting_since,
        "opened_at": case.opened_at,
        "changed_at": case.changed_at,
        "closed_at": case.closed_at,
        "snoozed_until": case.snoozed_until,
        "outcome": case.outcome,
        "history": _history(kept) if kept else None,
    }


def _history(kept: "History") -> dict[str, Any]:
    """What another desk counted and judged of the case."""
    return {
        "source": kept.source,
        "number": kept.number,
        "transfers": kept.transfers,
        "reopenings": kept.reopenings,
        "in_time": kept.in_time,
        "differs": kept.differs,
    }


def _message(line: "Line") -> dict[str, Any]:
    said = line.said
    return {
        "message": said.id,
        "at": said.at,
        "direction": said.direction,
        "channel": said.channel,
        "by": said.staff_name or said.author_address or said.author_name,
        "subject": said.subject,
        "text": said.text,
        "is_note": said.is_internal,
        "is_automatic": said.is_automatic,
        "is_aside": line.side_id is not None,
        "is_taken_back": line.taken_back_at is not None,
        "files": [one.name for one in said.attachments],
        "deliveries": [{"address": one.address, "state": one.state} for one in line.deliveries],
    }


def _mark(line: "Line") -> str:
    marks = {
        "note": line.said.is_internal,
        "aside": line.side_id is not None,
        "taken back": line.taken_back_at is not None,
    }
    named = [name for name, holds in marks.items() if holds]
    return f" ({', '.join(named)})" if named else ""
