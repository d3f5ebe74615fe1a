"""The data folder: where it lies, and what must be in it before anything else."""

import os
import secrets
from pathlib import Path

from rapport.kernel.refusals import Refusal

RESTORING = ".restoring"
"""Lies in a data folder while a backup is being put back into it."""


class HalfRestored(Refusal):
    """The restore of a backup into this data folder was broken off."""


def home() -> Path:
    """The data folder: RAPPORT_HOME, else ~/.local/share/rapport."""
    given = os.environ.get("RAPPORT_HOME", "").strip()
    return Path(given).expanduser().resolve() if given else Path.home() / ".local/share/rapport"


def told(name: str, default: str = "") -> str:
    """What the operator set: the variable, else the content of the file that the variable with _FILE names."""
    if given := os.environ.get(name):
        return given
    if named := os.environ.get(f"{name}_FILE"):
        return Path(named).read_text().strip()
    return default


def secret_key(folder: Path) -> str:
    """RAPPORT_SECRET_KEY, else the key kept in the data folder, else one for this process alone."""
    if given := told("RAPPORT_SECRET_KEY"):
        return given
    kept = folder / "secret_key"
    return kept.read_text().strip() if kept.exists() else secrets.token_urlsafe(50)


def prepare_home(folder: Path) -> None:
    """Create the data folder, readable by its owner alone, with a secret key of its own."""
    refuse_half_restored(folder)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept = folder / "secret_key"
    if not kept.exists():
        descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))


def refuse_half_restored(folder: Path) -> None:
    """Raise HalfRestored while the folder bears the mark of a restore that did not end."""
    if (folder / RESTORING).exists():
        raise HalfRestored(
            f"A backup is being restored into '{folder}', or that was broken off: run `rapport restore` again, with "
            "--replace.",
            field="home",
            value=str(folder),
        )
