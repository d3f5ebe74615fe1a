"""The way back: an archive becomes a data folder and a database again, whole or not at all."""

import os
import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from rapport.kernel import durable, home
from rapport.kernel.crashing import reach
from rapport.kernel.refusals import Refusal
from rapport.wiring.backup import archive, taking
from rapport.wiring.backup.archive import Manifest, Progress
from rapport.wiring.backup.taking import Installation

_JOURNAL, _RING = "erasures.jsonl", "keyring"


class WouldOverwrite(Refusal):
    """There is data where the backup would go."""


class OtherDatabase(Refusal):
    """The backup is of one kind of database, the installation uses another."""


def restore(
    from_file: Path,
    into: Installation,
    *,
    replace: bool,
    clock: Callable[[], datetime],
    told: Progress,
) -> Manifest:
    """Put everything back. What was there is set aside in the folder `replaced-...`, never thrown away.

    Until all is in its place the folder bears a mark, and no server or worker starts in it.
    """
    if not from_file.is_file():
        raise archive.ArchiveDamaged(f"'{from_file}' is not a file.", field="archive", value=str(from_file))
    _refuse_overwriting(into, replace=replace)
    into.database.refuse_in_use()
    into.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(prefix=".unpacked-", dir=into.home) as name:
        unpacked = Path(name)
        manifest = archive.unpack(from_file, unpacked, told)
        if manifest.database != into.database.kind:
            raise OtherDatabase(
                f"The backup is of {manifest.database}, and RAPPORT_DATABASE_URL names {into.database.kind}.",
                field="RAPPORT_DATABASE_URL",
                value=into.database.kind,
            )
        mark = into.home / home.RESTORING
        mark.touch()
        _swap(unpacked, into, clock())
        mark.unlink()
    durable.settle(into.home)
    return manifest


def _swap(unpacked: Path, into: Installation, at: datetime) -> None:
    journal, ring = _read(into.home / _JOURNAL), _read(into.home / _RING)
    _set_aside(into, into.home / f"replaced-{at:%Y%m%dT%H%M%S}")
    reach("restore.after_setting_aside")
    for path in sorted((unpacked / "home").glob("*")) if (unpacked / "home").exists() else []:
        path.rename(into.home / path.name)
    # Whoever was erased since the backup is forgotten again, which needs the keys of then.
    _join(into.home / _JOURNAL, [*_read(into.home / _JOURNAL), *journal])
    _join(into.home / _RING, [*ring, *_read(into.home / _RING)])
    reach("restore.before_database")
    into.database.load(unpacked / into.database.member)


def _set_aside(into: Installation, aside: Path) -> None:
    found = {name.parts[0] for name in taking.kept(into)} | (taking.MADE_ANEW - {"backups"})
    here = [into.home / name for name in sorted(found) if (into.home / name).exists()]
    if not here and not into.database.holds_data():
        return
    aside.mkdir(mode=0o700)
    if into.database.holds_data():
        into.database.set_aside(aside)
    for path in here:
        shutil.move(path, aside / path.name)


def _join(file: Path, lines: list[str]) -> None:
    """The lines of what was there and of what was restored, each once."""
    if not lines:
        return
    fresh = file.with_name(f".{file.name}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as text:
        text.writelines(f"{line}\n" for line in dict.fromkeys(lines))
        text.flush()
        os.fsync(text.fileno())
    fresh.replace(file)
    durable.settle(file.parent)


def _read(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def _refuse_overwriting(into: Installation, *, replace: bool) -> None:
    holds = into.database.holds_data() or any(True for _ in taking.kept(into))
    if holds and not replace:
        raise WouldOverwrite(
            f"'{into.home}' or its database holds data. With --replace it is set aside, in a folder of its own, "
            "and the backup takes its place.",
            field="home",
            value=str(into.home),
        )
