"""What the operator configures: where the data lies and which database holds it."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

SQLITE_AT_OPEN = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;"
)


def home() -> Path:
    """The data folder: RAPPORT_HOME, else ~/.local/share/rapport."""
    given = os.environ.get("RAPPORT_HOME", "").strip()
    return Path(given).expanduser().resolve() if given else Path.home() / ".local/share/rapport"


def database(url: str, folder: Path) -> dict[str, Any]:
    """Django's settings for a database URL; SQLite in the data folder when it is empty.

    >>> database("postgresql://ann@db:5433/rapport", Path("/data"))["HOST"]
    'db'
    """
    parts = urlsplit(url or f"sqlite:///{folder / 'rapport.sqlite3'}")
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path[1:]) if parts.path.startswith("//") else unquote(parts.path),
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_AT_OPEN},
        }
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path[1:]),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": parts.port or "",
        }
    raise ValueError(f"RAPPORT_DATABASE_URL starts with '{parts.scheme}'; it must be sqlite or postgresql.")


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
