"""Who may see a page: default deny, by permission."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from rapport.kernel.refusals import NotAllowed
from rapport.staff.roles import queries
from rapport.staff.roles import rules as roles
from rapport.web.account import second_step

View = Callable[..., HttpResponse]


def allowed(permission: str) -> Callable[[View], View]:
    """Let in signed-in staff whose role carries the permission; others are sent to sign in, or refused."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if second_step.is_missing(request):
                return second_step.ask_for_it(request)
            if not roles.may(request.user, permission):
                raise NotAllowed("Your role may not see this page.", field="permission", value=permission)
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def reach(request: HttpRequest) -> roles.Reach:
    """What who asks may see; asked once for a request."""
    if not hasattr(request, "reach"):
        request.reach = queries.reach(actor(request))  # type: ignore[attr-defined]
    return cast("roles.Reach", request.reach)  # type: ignore[attr-defined]


def actor(request: HttpRequest) -> roles.Actor:
    """Who asks, behind a page that let in signed-in staff only."""
    return cast("roles.Actor", request.user)
