from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAccountAdapter(DefaultAccountAdapter):
    """Nobody signs themselves up: an administrator adds members of staff."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Wrong passwords are counted by django-axes, for an account and an address together.

        allauth would count them for the account alone: anybody could keep somebody else out. Its own count still
        stands for codes of the second step, which only who knows the password can try, and for confirmations.
        """

    def _rollback_login_failed_rl_usage(self) -> None:
        """Nothing was counted."""
