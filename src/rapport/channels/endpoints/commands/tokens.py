"""With what we sign in to a mail server: a password, or an access token that is fetched when the last one ends."""

import hashlib
import json
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.client import OAuth2Client
from django.db import transaction

from rapport.channels.endpoints.models import Endpoint
from rapport.channels.endpoints.queries import SEALED_FOR
from rapport.channels.endpoints.rules.mail import MailSettings
from rapport.kernel import outgoing, secrets
from rapport.kernel.addresses import TargetNotAllowed

_EARLY = timedelta(minutes=5)
_USUAL = timedelta(minutes=30)
_MOST_KEPT = 1_000
_LONGEST_SAID = 160


class MailTrouble(Exception):  # noqa: N818 - named for the fact
    """A mail server could not be used. `message` says why in words.

    `kind` is what is to be mended: name, unreachable, refused, tls, sign_in, folder, protocol.
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind, self.message = kind, message


@dataclass(frozen=True, slots=True)
class Secret:
    """A user with a password or an access token."""

    user: str
    text: str = field(repr=False)
    is_token: bool = False


class _Kept:
    """Access tokens of this process, by what they were asked with; they are worth nothing after an hour or so."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tokens: dict[str, tuple[str, datetime]] = {}

    def find(self, name: str, at: datetime) -> str:
        with self._lock:
            token, until = self._tokens.get(name, ("", at))
        return token if until > at else ""

    def keep(self, name: str, token: str, until: datetime) -> None:
        with self._lock:
            if len(self._tokens) >= _MOST_KEPT:
                self._tokens.clear()
            self._tokens[name] = token, until


_KEPT = _Kept()


def secret_for(settings: MailSettings, user: str, password: str, *, at: datetime) -> Secret:
    """With what this user signs in now; MailTrouble when no token is to be had."""
    if settings.oauth is None:
        return Secret(user, password)
    asked = f"{settings.oauth!r} {settings.secrets.client_secret} {settings.secrets.refresh_token}"
    name = hashlib.sha256(asked.encode()).hexdigest()
    token = _KEPT.find(name, at)
    if not token:
        answer = _fetched(settings)
        token = str(answer["access_token"])
        _KEPT.keep(name, token, at + max(_lasts(answer) - _EARLY, timedelta(0)))
        fresh = str(answer.get("refresh_token") or "")
        if settings.endpoint_id and fresh not in {"", settings.secrets.refresh_token}:
            _keep_refresh_token(settings, fresh)
    return Secret(user, token, is_token=True)


def _fetched(settings: MailSettings) -> dict[str, Any]:
    """What the provider's token endpoint answers."""
    oauth, kept = settings.oauth, settings.secrets
    assert oauth is not None
    client = OAuth2Client(  # type: ignore[no-untyped-call]
        _Session(),
        client_id=oauth.client_id,
        client_secret=kept.client_secret or None,
        token_endpoint_auth_method="client_secret_post" if kept.client_secret else "none",
        scope=oauth.scope or None,
    )
    try:
        if kept.refresh_token:
            answer = client.refresh_token(  # type: ignore[no-untyped-call]
                oauth.token_address, refresh_token=kept.refresh_token
            )
        else:
            answer = client.fetch_token(  # type: ignore[no-untyped-call]
                oauth.token_address, grant_type="client_credentials"
            )
    except (AuthlibBaseError, ValueError) as error:
        said = (
            getattr(error, "description", "") or getattr(error, "error", "") or "no answer that can be read"
        )
        raise MailTrouble("sign_in", f"The provider gives no access: {_plain(str(said))}") from error
    if not isinstance(answer, dict) or not answer.get("access_token"):
        raise MailTrouble("sign_in", "The provider answered without an access token.")
    return dict(answer)


class _Session:
    """What authlib takes for a session: it asks through our guarded door."""

    def post(self, url: str, data: Any = None, headers: Any = None, auth: Any = None, **_: Any) -> "_Answer":
        asked, body = dict(headers or {}), urlencode(data or {})
        if auth is not None:
            url, asked, body = auth.prepare("POST", url, asked, body)
        try:
            return _Answer(outgoing.post(url, body.encode(), {str(k): str(v) for k, v in asked.items()}))
        except outgoing.Unreachable as gone:
            raise MailTrouble("unreachable", f"The provider's token address: {gone}") from gone
        except TargetNotAllowed as refused:
            raise MailTrouble("refused", f"The provider's token address: {refused.message}") from refused


class _Answer:
    """What authlib reads of an answer."""

    def __init__(self, answer: outgoing.Answer) -> None:
        self.status_code, self._body = answer.status, answer.body

    def json(self) -> Any:
        return json.loads(self._body)

    def raise_for_status(self) -> None:
        if self.status_code >= 400:
            raise ValueError(f"it answered {self.status_code}")


@transaction.atomic
def _keep_refresh_token(settings: MailSettings, fresh: str) -> None:
    """Some providers give a new refresh token with each access token: the old one may end."""
    kept = Endpoint.objects.select_for_update().filter(pk=settings.endpoint_id).first()
    if kept is None or not kept.secret:
        return
    known = json.loads(secrets.unseal(kept.secret, purpose=SEALED_FOR))
    if known.get("refresh_token") == settings.secrets.refresh_token:
        kept.secret = secrets.seal(json.dumps(known | {"refresh_token": fresh}), purpose=SEALED_FOR)
        kept.save(update_fields=["secret"])


def _lasts(answer: dict[str, Any]) -> timedelta:
    try:
        return timedelta(seconds=min(float(answer["expires_in"]), 86_400))
    except (KeyError, TypeError, ValueError):
        return _USUAL


def _plain(text: str) -> str:
    shown = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(shown.split())[:_LONGEST_SAID]
