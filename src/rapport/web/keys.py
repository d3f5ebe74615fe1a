"""The keys of one page beside those that hold everywhere."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Keys = tuple[tuple[str, str | Promise], ...]

DESK: Keys = (
    ("j", _("The next case")),
    ("k", _("The case before")),
    ("t", _("Take the next")),
    ("x", _("Choose several")),
)
CASE: Keys = (
    ("j", _("The next case")),
    ("k", _("The case before")),
    ("r", _("Write the answer")),
    ("n", _("Write a note")),
    ("m", _("Ready answers")),
    ("f", _("Add files")),
    ("Ctrl Enter", _("Send")),
    ("l", _("Send later")),
    ("a", _("Take it")),
    ("s", _("Put off")),
    ("c", _("Close")),
    ("o", _("Open it again")),
    ("h", _("They had to tell us again")),
    ("d", _("We said no, because …")),
    ("e", _("Ask somebody outside")),
    ("p", _("Put messages elsewhere")),
    (".", _("Everything else")),
)


def of(path: str) -> Keys:
    """The keys of the page at this address."""
    if path.startswith("/desk/cases/"):
        return CASE
    return DESK if path == "/desk/" else ()
