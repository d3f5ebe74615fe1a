"""How long somebody waits, in words."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

LONG = timedelta(hours=4)
"""From here on a wait is marked, where no promise of ours says when."""


def length(waited: timedelta) -> str:
    """A length as one would say it: 40 seconds, 14 minutes, 3 hours, 2 days."""
    seconds = max(int(waited.total_seconds()), 0)
    if seconds < 60:
        return ngettext("%(n)s second", "%(n)s seconds", seconds) % {"n": seconds}
    if (minutes := seconds // 60) < 60:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    if (hours := minutes // 60) < 48:
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    return _("%(n)s days") % {"n": hours // 24}
