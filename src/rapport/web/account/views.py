from typing import Any

from allauth.account import views as allauth
from axes.decorators import axes_dispatch, axes_form_invalid
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.decorators import method_decorator

from rapport.staff.people import queries as people
from rapport.web.account import single_sign_on


@method_decorator(axes_dispatch, name="dispatch")
@method_decorator(axes_form_invalid, name="form_invalid")
class SignIn(allauth.LoginView):
    """Sign in; on an installation where nobody works yet it leads to the first run."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated and not people.anybody_yet():
            return redirect("first_run")
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Also the issuer through which members may sign in, where one is set up."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"issuer": single_sign_on.offered(self.request)}


def back_to_sign_in(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Nobody signs themselves up or resets a password by mail: an administrator does both."""
    return redirect("account_login")
