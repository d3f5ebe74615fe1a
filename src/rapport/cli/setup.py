"""`rapport init`, and what other commands need before they can touch the data."""

from datetime import UTC, datetime
from pathlib import Path

import django
import typer

from rapport.cli import output
from rapport.kernel import home


def ready() -> datetime:
    """Load Django, check that the tables exist, and read the clock once for the command that called."""
    home.refuse_half_restored(home.home())
    django.setup()
    from django.db import connection

    if "interactions_interaction" not in connection.introspection.table_names():
        typer.echo("rapport: there is no record here yet; run `rapport init` first.", err=True)
        raise SystemExit(3)
    return datetime.now(UTC)


def prepare() -> Path:
    """Create the data folder and the tables, or bring them up to date; the folder."""
    folder = home.home()
    home.prepare_home(folder)
    django.setup()
    from rapport.cli import migrating

    migrating.bring_up_to_date()
    return folder


def init(*, as_json: output.Json = False) -> None:
    """Create the data folder and the tables, or bring them up to date. Safe to repeat."""
    folder = prepare()
    output.say(f"Ready in {folder}.", as_json=as_json, home=str(folder))
