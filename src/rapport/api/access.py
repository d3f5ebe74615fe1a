"""Who may ask the API for what: a live key whose scopes name the operation."""

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from rapport.kernel.refusals import NotAllowed
from rapport.staff.keys import commands, queries
from rapport.staff.keys.rules import SCOPES


class ApiKey(HttpBearer):
    """An API key as a Bearer token; a write key may lie open in a web page, so it opens nothing here.

    An operation names the scope that it needs. One that names none is for keys with every scope.
    """

    def __init__(self, scope: str = "") -> None:
        super().__init__()
        self.needed = {scope} if scope else set(SCOPES)

    def authenticate(self, request: HttpRequest, token: str) -> Any:  # noqa: ARG002 - ninja passes it
        at = datetime.now(UTC)
        key = queries.find(token, at=at)
        if key is None or key.kind != "api":
            return None
        if missing := self.needed - set(key.scopes):
            raise NotAllowed(
                f"This key may not do this; it needs the scope {min(missing)}.",
                field="scope",
                value=min(missing),
            )
        commands.note_use(key, at=at)
        return key
