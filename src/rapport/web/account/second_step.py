"""The second step at sign-in: its secrets sealed, and asked of the roles that the organisation names."""

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from rapport.kernel import secrets
from rapport.web.context import organisation_of

_PURPOSE = "mfa.secret"


class SecondStepAdapter(DefaultMFAAdapter):
    """Keeps what makes the codes sealed with our key ring, and names the organisation to phones and keys."""

    def encrypt(self, text: str) -> str:
        return secrets.seal(text, purpose=_PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        """What was kept before secrets were sealed opens as it is, until its owner sets it up anew."""
        if not secrets.is_sealed(encrypted_text):
            return encrypted_text
        return secrets.unseal(encrypted_text, purpose=_PURPOSE)


def is_missing(request: HttpRequest) -> bool:
    """Whether the role of who asks needs a second step that they have not set up."""
    house, user = organisation_of(request), request.user
    if house is None or not user.is_authenticated or user.role not in house.second_step_roles:
        return False
    return not is_mfa_enabled(user)


def ask_for_it(request: HttpRequest) -> HttpResponse:
    """Lead to where it is set up; nothing else opens before."""
    messages.warning(request, _("Your role needs a second step at sign-in. Set one up to go on."))
    return redirect("mfa_index")
