"""Which database holds the record, from RAPPORT_DATABASE_URL."""

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from rapport.kernel import home

SQLITE_AT_OPEN = """PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=16000;
PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY; PRAGMA secure_delete=ON;"""
"""Durable at every commit; the write-ahead log is folded in every 64 MB, in larger and fewer pieces.

What is deleted is overwritten with zeros, so that somebody erased is not left in the gaps of the file.
"""


def single_sign_on() -> dict[str, Any]:
    """The one OpenID Connect issuer of RAPPORT_OIDC_*, as allauth wants it told; without one none is offered."""
    provider: dict[str, Any] = {"provider_class": "rapport.web.account.single_sign_on.SingleSignOn"}
    if server := os.environ.get("RAPPORT_OIDC_SERVER", "").rstrip("/"):
        app = {
            "provider_id": "sso",
            "name": os.environ.get("RAPPORT_OIDC_NAME", "") or urlsplit(server).netloc,
            "client_id": os.environ.get("RAPPORT_OIDC_CLIENT_ID", ""),
            "secret": home.told("RAPPORT_OIDC_CLIENT_SECRET"),
            "settings": {"server_url": server, "oauth_pkce_enabled": True},
        }
        provider["APPS"] = [app]
    return {"openid_connect": provider}


def mail_providers() -> dict[str, Any]:
    """What django-anymail is told of providers that hand mail over by webhook: RAPPORT_ANYMAIL, a JSON object.

    A secret is required: without one anybody could hand over mail in anybody's name.
    """
    if not (told := home.told("RAPPORT_ANYMAIL")):
        return {}
    try:
        found = json.loads(told)
    except ValueError as error:
        raise ValueError("RAPPORT_ANYMAIL is not JSON.") from error
    if not isinstance(found, dict) or ":" not in str(found.get("WEBHOOK_SECRET", "")):
        raise ValueError('RAPPORT_ANYMAIL needs a "WEBHOOK_SECRET" of the form "name:secret".')
    return found


def database(url: str, folder: Path) -> dict[str, Any]:
    """Django's settings for a database URL; SQLite in the data folder when it is empty.

    A SQLite path is absolute after four slashes (sqlite:////var/lib/rapport.sqlite3).

    >>> database("postgresql://ann@db:5433/rapport", Path("/data"))["HOST"]
    'db'
    """
    parts = urlsplit(url)
    if parts.scheme in {"", "sqlite"}:
        return {
            "ENGINE": "rapport.config.sqlite",
            "NAME": unquote(parts.path[1:]) if url else str(folder / "rapport.sqlite3"),
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
