"""Made-up content for the page that shows the components."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rapport.kernel.money import Money
from rapport.web.forms import Form

MESSAGE = _("A notice at the top of a page says what was just done.")
COLOURS = (
    ("paper", _("the page")),
    ("surface", _("what lies on it")),
    ("sunken", _("what lies in it")),
    ("line", _("a thin line")),
    ("ink", _("text")),
    ("ink-soft", _("quiet text")),
    ("accent", _("you can act")),
    ("accent-wash", _("chosen")),
    ("warm", _("needs care")),
    ("warm-wash", _("needs care, behind")),
)
WEEKS = (12, 14, 9, 18, 22, 19, 25, 24, 31, 27, 33, 36)
TABS = (
    {"title": _("All"), "url": "#tabs", "is_here": True, "count": 1204},
    {"title": _("Messages"), "url": "#tabs", "is_here": False, "count": 310},
    {"title": _("Feelings"), "url": "#tabs", "is_here": False, "count": None},
)
ROWS = (
    {"name": "Amina Okafor", "since": 2019, "orders": 41, "spent": Money(41_236_00, "GBP")},
    {"name": "Jonas Weber", "since": 2021, "orders": 7, "spent": Money(612_50, "GBP")},
    {"name": "Wrenfield School", "since": 2023, "orders": 118, "spent": Money(-64_00, "GBP")},
)
COMPARED = (
    {"label": _("Name"), "left": "Amina Okafor", "right": "A. Okafor", "is_same": False},
    {"label": _("Mail"), "left": "a.okafor@example.org", "right": "a.okafor@example.org", "is_same": True},
    {"label": _("Phone"), "left": "+44 7700 900123", "right": "", "is_same": False},
)


class SampleForm(Form):
    """A field of each sort."""

    name = forms.CharField(label=_("Name"), help_text=_("As people here say it."))
    channel = forms.ChoiceField(label=_("Channel"), choices=[("chat", _("Chat")), ("email", _("Mail"))])
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea({"rows": 3}))
    is_loud = forms.BooleanField(label=_("Tell everybody"), required=False)
    kept = forms.CharField(label=_("Cannot be changed"), initial="20931", disabled=True, required=False)


def entries(now: datetime) -> list[dict[str, Any]]:
    """Four lines of a timeline, the newest first."""
    return [
        {
            "at": now,
            "channel": _("Chat"),
            "what": _("Asked about the class on Saturday"),
            "more": _("waited 40 s"),
        },
        {
            "at": now - timedelta(days=1),
            "channel": _("Mail"),
            "what": _("We sent the new timetable"),
            "is_from_us": True,
        },
        {
            "at": now - timedelta(days=9),
            "channel": _("In person"),
            "what": _("Bought shoes"),
            "amount": "£64.00",
        },
        {
            "at": now - timedelta(days=400),
            "channel": _("Mail"),
            "what": _("Complaint: charged twice"),
            "text": _("You took the money on Monday and again today."),
            "is_care": True,
        },
    ]
