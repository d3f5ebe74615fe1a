"""allauth's forms in our words: a label says it once, without a placeholder that repeats it."""

from typing import Any

from allauth.account import forms as allauth
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


class ChangeForm(Plain, allauth.ChangePasswordForm):
    """The old password and the new one, twice."""


class ConfirmForm(Plain, allauth.ReauthenticateForm):
    """The password again, before something that matters."""
