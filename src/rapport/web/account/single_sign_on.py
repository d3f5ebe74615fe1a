"""Signing in through the organisation's own OpenID Connect issuer, for members of staff who are here already.

Believed is only what the issuer signed for us and for this very sign-in: signature, issuer, audience, nonce. Only an
address that it verified leads to a member; the first time, the member's password and sessions end.
"""

import secrets
from typing import Any

import jwt
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.kernel.refusals import NotFound
from rapport.staff.people import commands as people

NAME = "sso"
_SIGNED_WITH = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"})


class Issuer(OpenIDConnectOAuth2Adapter):
    """Talks to the issuer, and checks its signature although its answer came over TLS."""

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:  # noqa: ARG002 - allauth's signature
        """At the address that people use, whatever name the request came under."""
        path = reverse("openid_connect_callback", kwargs={"provider_id": self.provider_id})
        return f"{settings.BASE_URL.rstrip('/')}{path}"

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        try:
            algorithm = jwt.get_unverified_header(id_token).get("alg")
        except jwt.PyJWTError as error:
            raise OAuth2Error("This is not a token.") from error
        if algorithm not in _SIGNED_WITH:
            raise OAuth2Error("The token is not signed with a key of the issuer.")
        if self.openid_config["issuer"].rstrip("/") != app.settings["server_url"].rstrip("/"):
            raise OAuth2Error("The issuer is not the one that was set up.")
        claims: dict[str, Any] = jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )
        return claims


class SingleSignOn(OpenIDConnectProvider):
    """Sends people to the issuer with a nonce that its token must repeat; nothing of the address is passed on."""

    oauth2_adapter_class = Issuer

    def redirect(
        self,
        request: HttpRequest,
        process: str,  # noqa: ARG002 - nobody adds an issuer to an account they are signed in to
        next_url: str | None = None,
        data: Any = None,
        **_: Any,
    ) -> HttpResponse:
        nonce = secrets.token_urlsafe(32)
        asked = {**self.get_auth_params(), "nonce": nonce}  # type: ignore[no-untyped-call]
        scope = self.get_scope()  # type: ignore[no-untyped-call]
        return super().redirect(  # type: ignore[no-any-return]
            request, "login", next_url, data, auth_params=asked, scope=scope, nonce=nonce
        )


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """Who may come in: members of staff by a verified address, nobody else."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002 - allauth's
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        told = sociallogin.account.extra_data
        token, more = told.get("id_token") or {}, told.get("userinfo") or {}
        nonce = sociallogin.state.get("nonce") or ""
        if not nonce or not secrets.compare_digest(nonce, str(token.get("nonce", ""))):
            raise _turned_away(request)
        if more and more.get("sub") != token.get("sub"):
            raise _turned_away(request)
        if not sociallogin.is_existing:
            self._connect(request, sociallogin, {**more, **token})

    def _connect(self, request: HttpRequest, sociallogin: Any, claims: dict[str, Any]) -> None:
        if claims.get("email_verified") is not True:
            raise _turned_away(request)
        issuer = str(claims.get("iss", ""))
        try:
            member = people.join_single_sign_on(
                str(claims.get("email", "")), issuer=issuer, at=timezone.now()
            )
        except NotFound as absent:
            raise _turned_away(request) from absent
        sociallogin.connect(request, member)

    def on_authentication_error(self, request: HttpRequest, *_: Any, **__: Any) -> None:
        raise _turned_away(request)


def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Go to the issuer; asked by POST, so that no other site can send somebody there."""
    if request.method != "POST":
        return redirect("account_login")
    _check_is_offered(request, provider_id)
    return OAuth2LoginView.adapter_view(Issuer(request, NAME))(request)  # type: ignore[no-any-return, no-untyped-call]


def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Come back from the issuer."""
    _check_is_offered(request, provider_id)
    return OAuth2CallbackView.adapter_view(Issuer(request, NAME))(request)  # type: ignore[no-any-return, no-untyped-call]


def offered(request: HttpRequest) -> str:
    """The name of the issuer, as the sign-in page says it; empty where none is set up."""
    apps = SingleSignOnAdapter(request).list_apps(request, provider=NAME)
    return str(apps[0].name) if apps else ""


def _check_is_offered(request: HttpRequest, provider_id: str) -> None:
    if provider_id != NAME or not SingleSignOnAdapter(request).list_apps(request, provider=NAME):
        raise Http404


def _turned_away(request: HttpRequest) -> ImmediateHttpResponse:
    """The same words whatever was wrong: they do not tell who works here."""
    messages.error(request, _("That did not work. Ask an administrator whether you may sign in this way."))
    return ImmediateHttpResponse(redirect("account_login"))
