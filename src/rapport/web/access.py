"""Who may see a page: default deny, by permission."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from rapport.kernel.refusals import NotAllowed
from rapport.staff.roles import rules as roles

View = Callable[..., HttpResponse]


def allowed(permission: str) -> Callable[[View], View]:
    """Let in signed-in staff whose role carries the permission; others are sent to sign in, or refused."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not roles.may(request.user, permission):
                raise NotAllowed("Your role may not see this page.", field="permission", value=permission)
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def actor(request: HttpRequest) -> roles.Actor:
    """Who asks, behind a page that let in signed-in staff only."""
    return cast("roles.Actor", request.user)
