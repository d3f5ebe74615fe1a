"""allauth's forms in our words: a label says it once, without a placeholder that repeats it."""

from typing import Any

from allauth.account import forms as allauth
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.utils.translation import gettext_lazy as _


class Plain(forms.Form):
    """Without placeholders and without a link to a reset by mail that is not offered."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
            field.help_text = ""


class SignInForm(Plain, allauth.LoginForm):
    """Address and password; the address is also what django-axes counts failures by."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Your mail address")
        self.fields["remember"].label = _("Keep me signed in on this device")

    def user_credentials(self) -> dict[str, Any]:
        credentials: dict[str, Any] = super().user_credentials()
        return credentials | {"login": credentials["email"]}


class AddKeyForm(webauthn.AddWebAuthnForm):
    """What a key is called, and whether it signs in on its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("What do you call it?")
        alone = self.fields["passwordless"]
        alone.label = _("Sign in with it alone, without a password")
        alone.help_text = _("It then asks for your finger, face or PIN.")


class ChangeForm(Plain, allauth.ChangePasswordForm):
    """The old password and the new one, twice."""


class ConfirmForm(Plain, allauth.ReauthenticateForm):
    """The password again, before something that matters."""
