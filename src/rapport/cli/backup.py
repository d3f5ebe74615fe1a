"""`rapport backup` and `rapport restore`: one archive of everything, and proof that it can be put back."""

import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit, urlunsplit

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from rapport.cli import output, setup
from rapport.kernel import home
from rapport.kernel.refusals import Refusal

if TYPE_CHECKING:
    from rapport.wiring.backup.archive import Manifest
    from rapport.wiring.backup.archive import Progress as Told
    from rapport.wiring.backup.taking import Installation

_OURS = ("RAPPORT_DATABASE_URL", "RAPPORT_SECRET_KEY")
"""What the place of a trial has of its own, or takes from the archive."""


class NotSound(Refusal):
    """What the backup holds does not pass the checks."""


def backup(
    file: Annotated[
        Path | None, typer.Argument(help="Where to write the archive; default: backups/ in the data folder.")
    ] = None,
    *,
    as_json: output.Json = False,
) -> None:
    """Write one archive of database, files and keys while everything goes on. Keep it as safe as the keys in it."""
    at = setup.ready()
    from rapport.staff.audit import commands as audit
    from rapport.staff.roles.rules import Operator
    from rapport.wiring.backup import taking

    of = _installation()
    to = (file or of.home / "backups" / f"rapport-{at:%Y%m%dT%H%M%SZ}.tar").expanduser().resolve()
    begun = time.monotonic()
    with _bar("Backing up", taking.size(of), is_quiet=as_json) as told:
        manifest = taking.take(of, to, clock=_now, told=told)
    audit.record("backup.take", by=Operator(), subject=f"backup:{to.name}", at=_now())
    seconds = time.monotonic() - begun
    elsewhere = [name for name in ("RAPPORT_KEYRING", "RAPPORT_SECRET_KEY") if home.told(name)]
    output.say(
        f"{to}\n{len(manifest.members)} files, {manifest.size / 1e6:,.1f} MB, in {seconds:.1f} s.\n"
        "It holds the keys too: keep it where nobody else can read it.\n"
        "Prove it with: rapport restore --verify FILE"
        + "".join(
            f"\n{name} lies outside of the data folder and is NOT in it: keep it as well."
            for name in elsewhere
        ),
        as_json=as_json,
        file=str(to),
        files=len(manifest.members),
        bytes=manifest.size,
        taken_at=manifest.taken_at.isoformat(),
        seconds=round(seconds, 2),
        not_in_it=elsewhere,
    )


def restore(
    file: Annotated[Path, typer.Argument(help="An archive that `rapport backup` wrote.")],
    *,
    verify: Annotated[
        bool, typer.Option("--verify", help="Only prove it: restore beside the archive, check, throw away.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Set aside what is here, and put the backup in its place.")
    ] = False,
    as_json: output.Json = False,
) -> None:
    """Put a backup into an empty data folder and database, and bring its tables up to this release."""
    begun, file = time.monotonic(), file.expanduser().resolve()
    told = _verified(file) if verify else _told(_restored(file, replace=replace, is_quiet=as_json))
    told["seconds"] = seconds = round(time.monotonic() - begun, 2)
    said = [
        f"{'Verified' if verify else 'Restored'}: {told['files']} files, {told['bytes'] / 1e6:,.1f} MB.",
        f"It was taken with release {told['release']}.",
        f"It holds everything up to {told['taken_at']} and nothing later (recovery point).",
        f"It took {seconds:.1f} s (recovery time).",
        *(f"{one['name']:<11} {one['said']}" for one in told.get("checked", [])),
    ]
    if told.get("erased_again"):
        said.append(f"Erased again, for they were erased after the backup: {told['erased_again']}.")
    output.say("\n".join(said), as_json=as_json, **told)


def _restored(file: Path, *, replace: bool, is_quiet: bool) -> "tuple[Manifest, int]":
    import django

    django.setup()
    from rapport.wiring.backup import restoring

    size = file.stat().st_size if file.is_file() else 0
    with _bar("Restoring", size, is_quiet=is_quiet) as told:
        manifest = restoring.restore(file, _installation(), replace=replace, clock=_now, told=told)
    setup.prepare()
    return manifest, _forget_again(file)


def _forget_again(file: Path) -> int:
    from rapport.customers.privacy import commands as privacy
    from rapport.staff.audit import commands as audit
    from rapport.staff.roles.rules import Operator
    from rapport.wiring.privacy import HANDLERS

    again = privacy.reapply(handlers=HANDLERS, by=Operator())
    audit.record("backup.restore", by=Operator(), subject=f"backup:{file.name}", at=_now())
    return again


def _verified(file: Path) -> dict[str, Any]:
    """Restore into a place of its own, in processes of their own, and let the doctor read all of it."""
    with tempfile.TemporaryDirectory(prefix=".verifying-", dir=file.parent) as place:
        with _own_database() as url:
            kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
            environment = {**kept, "RAPPORT_HOME": f"{place}/home", "RAPPORT_DATABASE_URL": url}
            told = _run(["restore", str(file)], environment)
            checked = _run(["doctor", "--record"], environment)
        told["checked"] = [one for one in checked["findings"] if one["group"] == "record"]
    bad = [one["said"] for one in told["checked"] if one["state"] == "wrong"]
    if bad:
        raise NotSound(
            f"The backup can be read, but is not sound. {' '.join(bad)}", field="archive", value=str(file)
        )
    return told


@contextmanager
def _own_database() -> Iterator[str]:
    """Nothing for SQLite, whose file lies in the data folder; an empty database beside ours on PostgreSQL."""
    given = home.told("RAPPORT_DATABASE_URL")
    if not given.startswith("postgres"):
        yield ""
        return
    import django

    django.setup()
    from rapport.wiring.backup.databases import Postgres

    server = _installation().database
    assert isinstance(server, Postgres)
    name = f"rapport_verify_{secrets.token_hex(6)}"
    server.create_beside(name)
    try:
        yield urlunsplit(urlsplit(given)._replace(path=f"/{name}"))
    finally:
        server.drop_beside(name)


def _run(words: list[str], environment: dict[str, str]) -> dict[str, Any]:
    command = [sys.executable, "-m", "rapport.cli.main", *words, "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    try:
        told: dict[str, Any] = json.loads(done.stdout)
    except json.JSONDecodeError as error:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1].removeprefix("rapport: ")
        raise NotSound(reason, field="archive") from error
    return told


def _installation() -> "Installation":
    from django.conf import settings

    from rapport.wiring.backup.databases import database
    from rapport.wiring.backup.taking import Installation

    return Installation(home.home(), database(settings.DATABASES["default"]))


def _told(restored: "tuple[Manifest, int]") -> dict[str, Any]:
    manifest, erased_again = restored
    return {
        "release": manifest.release,
        "taken_at": manifest.taken_at.isoformat(),
        "files": len(manifest.members),
        "bytes": manifest.size,
        "erased_again": erased_again,
    }


def _now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def _bar(what: str, whole: int, *, is_quiet: bool) -> "Iterator[Told]":
    columns = (TextColumn(what), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    is_hidden = is_quiet or not output.is_terminal()
    with Progress(*columns, console=Console(stderr=True), disable=is_hidden) as bar:
        task = bar.add_task(what, total=whole)
        yield lambda done: bar.advance(task, done)
