"""The data folder: where it lies, and what must be in it before anything else."""

import os
import secrets
from pathlib import Path


def home() -> Path:
    """The data folder: RAPPORT_HOME, else ~/.local/share/rapport."""
    given = os.environ.get("RAPPORT_HOME", "").strip()
    return Path(given).expanduser().resolve() if given else Path.home() / ".local/share/rapport"


def secret_key(folder: Path) -> str:
    """RAPPORT_SECRET_KEY, else the key kept in the data folder, else one for this process alone."""
    if given := os.environ.get("RAPPORT_SECRET_KEY"):
        return given
    kept = folder / "secret_key"
    return kept.read_text().strip() if kept.exists() else secrets.token_urlsafe(50)


def prepare_home(folder: Path) -> None:
    """Create the data folder, readable by its owner alone, with a secret key of its own."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept = folder / "secret_key"
    if not kept.exists():
        descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
