"""The audit log as people read it: who did what to which thing, when."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from rapport.staff.audit import queries
from rapport.web.access import allowed
from rapport.web.settings import sections

if TYPE_CHECKING:
    from rapport.staff.audit.models import AuditEntry

ACTS = {
    "consent.state": gettext_noop("wrote down a consent"),
    "customers.apart": gettext_noop("said two are two"),
    "customers.ask_for_search": gettext_noop("asked for a search for duplicates"),
    "customers.link": gettext_noop("joined two"),
    "customers.propose": gettext_noop("proposed pairs that may be one"),
    "customers.reopen": gettext_noop("reopened a decision"),
    "customers.unlink": gettext_noop("took a join back"),
    "import_begun": gettext_noop("began an import"),
    "import_finished": gettext_noop("finished an import"),
    "import_taken_back": gettext_noop("took an import back"),
    "keys.create": gettext_noop("made a key"),
    "keys.revoke": gettext_noop("ended a key"),
    "mapping_kept": gettext_noop("kept a mapping"),
    "organisation.remove_rate": gettext_noop("removed an exchange rate"),
    "organisation.set_rate": gettext_noop("set an exchange rate"),
    "organisation.set_up": gettext_noop("changed the settings"),
    "people.change": gettext_noop("changed what somebody does"),
    "people.create": gettext_noop("added somebody"),
    "people.let_go": gettext_noop("closed an account"),
    "people.set_password": gettext_noop("set a password"),
    "people.take_back": gettext_noop("opened an account again"),
    "touchpoints.add": gettext_noop("added a touchpoint"),
    "touchpoints.change": gettext_noop("changed a touchpoint"),
    "touchpoints.close": gettext_noop("closed a touchpoint"),
    "touchpoints.reopen": gettext_noop("opened a touchpoint again"),
}
PLACES = {
    "staff": "/settings/people/",
    "touchpoint": "/touchpoints/",
    "customer": "/customers/",
    "import": "/imports/",
}

SUBJECTS = {
    "staff": gettext_noop("member of staff %(number)s"),
    "touchpoint": gettext_noop("touchpoint %(number)s"),
    "customer": gettext_noop("customer %(number)s"),
    "import": gettext_noop("import %(number)s"),
    "key": gettext_noop("key %(number)s"),
    "link": gettext_noop("join %(number)s"),
    "proposal": gettext_noop("pair %(number)s"),
    "rate": gettext_noop("rate of %(number)s"),
    "organisation": gettext_noop("the organisation"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One act in words, with the page of what it was done to where there is one."""

    at: datetime
    who: str
    act: str
    subject: str
    url: str
    detail: str


@allowed("organisation.edit")
def audit(request: HttpRequest) -> HttpResponse:
    """Every act, the newest first; nothing here can be changed."""
    before = request.GET.get("before", "")
    found, older = queries.newest(before=int(before) if before.isdecimal() and len(before) < 19 else None)
    context = {"lines": [_line(entry) for entry in found], "older": older}
    return sections.page(request, "settings/audit.html", context)


def _line(entry: "AuditEntry") -> Line:
    kind, _colon, number = entry.subject.partition(":")
    place = PLACES.get(kind, "")
    return Line(
        at=entry.at,
        who=entry.actor,
        act=_(ACTS[entry.act]) if entry.act in ACTS else entry.act,
        subject=_(SUBJECTS[kind]) % {"number": number} if kind in SUBJECTS else entry.subject,
        url=f"{place}{number}/" if place and number.isdecimal() else "",
        detail=", ".join(
            f"{name} {value}" for name, value in entry.detail.items() if value not in ("", None)
        ),
    )
