"""`rapport desk import`: the cases of another desk, told from its log."""

from pathlib import Path
from typing import Annotated

import typer

from rapport.cli import output, setup
from rapport.cli.imports import taken_in


def import_cases(
    file: Annotated[
        Path, typer.Argument(help="The log of another desk: one line for each change of a case.")
    ],
    mapping: Annotated[
        str, typer.Option(help="The name of a mapping that tells of cases, or a TOML file.")
    ] = "servicenow_incidents",
    *,
    as_json: output.Json = False,
) -> None:
    """Bring in the cases of another desk: its owners, groups, transfers and reopenings, at their own times."""
    at = setup.ready()
    from rapport.interactions.ingestion import queries
    from rapport.service.histories import queries as histories
    from rapport.wiring import imports as whole

    whole.check_tells_of_cases(mapping)
    one = taken_in([file], mapping, at=at)
    run = histories.run(one.pk)
    counts = dict.fromkeys(COUNTED, 0) | run.figures
    rejects = queries.rejects_path(one.pk) if one.rejected else None
    lines = [
        f"Import {one.pk}: {counts['cases']:,} cases told from {counts['lines']:,} lines.",
        f"Lines known already: {one.already_known:,}; not taken: {one.rejected:,}.",
        f"Passed on {counts['transfers']:,} times, opened again {counts['reopenings']:,} times.",
        f"By its own verdict {counts['in_time']:,} in time, {counts['too_late']:,} too late.",
        *(
            f"{counts[name]:,} times {words}."
            for name, words in histories.DISAGREEMENTS.items()
            if counts[name]
        ),
        *(f"Case {number} could not be told: {field} '{value}'." for number, field, value in run.faults),
    ]
    lines += [f"Lines that were not taken: {rejects}"] if rejects else []
    faults = [{"case": number, "field": field, "value": value} for number, field, value in run.faults]
    output.say(
        "\n".join(lines),
        as_json=as_json,
        **{"import": one.pk},
        rows=one.rows,
        already_known=one.already_known,
        rejected=one.rejected,
        rejects=str(rejects) if rejects else None,
        **counts,
        faults=faults,
    )


COUNTED = (
    "cases",
    "cases_continued",
    "cases_left_alone",
    "cases_not_told",
    "nobody_named",
    "lines",
    "transfers",
    "reopenings",
    "in_time",
    "too_late",
    "transfers_not_seen",
    "transfers_not_counted",
    "reopenings_not_seen",
    "reopenings_not_counted",
    "counts_that_fell",
)
