"""Forms of pages: Django checks the shape, the command checks the rules, and both speak at the field."""

from collections.abc import Callable
from typing import TypeVar

from django import forms

from rapport.kernel.refusals import NotAllowed, NotFound, Refusal

T = TypeVar("T")
TO_MEND = 422
"""The status of a form that comes back with what to mend."""


class Form(forms.Form):
    """A form whose command may refuse."""

    def attempt(self, act: Callable[[], T]) -> T | None:
        """Do the act if the form is whole; a refusal is written at the field it names and gives None."""
        if not self.is_valid():
            return None
        try:
            return act()
        except (NotAllowed, NotFound):
            raise
        except Refusal as refusal:
            self.add_error(refusal.field if refusal.field in self.fields else None, refusal.message)
            return None

    def text(self, name: str) -> str:
        """The cleaned text of a field."""
        return str(self.cleaned_data[name])
