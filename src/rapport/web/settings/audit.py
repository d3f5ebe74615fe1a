"""The audit log as people read it: who did what to which thing, when."""

from dataclasses import dataclass
from datetime import MAXYEAR, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from rapport.staff.audit import queries
from rapport.staff.people import queries as people
from rapport.staff.roles.rules import Reach
from rapport.web.access import allowed, reach
from rapport.web.customers import sentences
from rapport.web.settings import sections

if TYPE_CHECKING:
    from rapport.staff.audit.models import AuditEntry

ACTS = {
    "backup.restore": gettext_noop("restored a backup"),
    "backup.take": gettext_noop("took a backup"),
    "channels.change": gettext_noop("changed a channel"),
    "channels.close": gettext_noop("closed a channel"),
    "channels.look_again": gettext_noop("had a mailbox looked at again"),
    "channels.open": gettext_noop("joined a channel"),
    "channels.renew_secret": gettext_noop("made a new secret for a channel"),
    "consent.state": gettext_noop("wrote down a consent"),
    "contact.end_rule": gettext_noop("ended a rule of when we write"),
    "contact.make_rule": gettext_noop("made a rule of when we write"),
    "contact.unsuppress": gettext_noop("let an address be written to again"),
    "customers.apart": gettext_noop("said two are two"),
    "customers.ask_for_search": gettext_noop("asked for a search for duplicates"),
    "customers.erased": gettext_noop("forgot somebody for good"),
    "customers.erasure_asked": gettext_noop("asked to forget somebody"),
    "customers.erasure_withdrawn": gettext_noop("kept somebody after all"),
    "customers.export": gettext_noop("made a copy of all that is known of somebody"),
    "customers.link": gettext_noop("joined two"),
    "customers.propose": gettext_noop("proposed pairs that may be one"),
    "customers.reopen": gettext_noop("reopened a decision"),
    "customers.unlink": gettext_noop("took a join back"),
    "departments.add": gettext_noop("added a department"),
    "departments.close": gettext_noop("closed a department"),
    "desk.add_macro": gettext_noop("made a ready answer"),
    "desk.assign": gettext_noop("gave a case to somebody"),
    "desk.bring_in": gettext_noop("brought in cases of another desk"),
    "desk.change_macro": gettext_noop("changed a ready answer"),
    "desk.change_view": gettext_noop("changed a view"),
    "desk.choose_notifications": gettext_noop("chose how to be told"),
    "desk.close": gettext_noop("settled a case"),
    "desk.close_macro": gettext_noop("put a ready answer away"),
    "desk.close_side": gettext_noop("ended a talk with somebody else about a case"),
    "desk.close_view": gettext_noop("put a view away"),
    "desk.follow": gettext_noop("began to follow a case"),
    "desk.forward": gettext_noop("asked somebody else about a case"),
    "desk.keep_view": gettext_noop("kept a view"),
    "desk.mark_junk": gettext_noop("put a case aside as junk"),
    "desk.merge": gettext_noop("joined a case to another"),
    "desk.move": gettext_noop("moved messages to another case"),
    "desk.need": gettext_noop("said what a case needs"),
    "desk.note": gettext_noop("wrote a note"),
    "desk.open_case": gettext_noop("opened a case"),
    "desk.reopen": gettext_noop("opened a case again"),
    "desk.reply": gettext_noop("answered"),
    "desk.run_macro": gettext_noop("used a ready answer"),
    "desk.schedule": gettext_noop("set when an answer leaves"),
    "desk.set_state": gettext_noop("changed where a case stands"),
    "desk.snooze": gettext_noop("put a case off"),
    "desk.split": gettext_noop("made a case of a part of another"),
    "desk.take_back": gettext_noop("took an answer back"),
    "desk.transfer": gettext_noop("passed a case on to another queue"),
    "desk.undo_move": gettext_noop("took a move of messages back"),
    "desk.unfollow": gettext_noop("ceased to follow a case"),
    "desk.unmerge": gettext_noop("parted a case from another"),
    "desk.unschedule": gettext_noop("let an answer wait that was to leave"),
    "desk.wake": gettext_noop("brought a case back that was put off"),
    "import_begun": gettext_noop("began an import"),
    "import_finished": gettext_noop("finished an import"),
    "import_taken_back": gettext_noop("took an import back"),
    "duties.let_go_on": gettext_noop("let something go on that was stopped"),
    "duties.stop": gettext_noop("stopped something that ran in circles"),
    "jobs.replay": gettext_noop("had background work tried again"),
    "jobs.replay_all": gettext_noop("had background work of one kind tried again"),
    "keys.create": gettext_noop("made a key"),
    "keys.revoke": gettext_noop("ended a key"),
    "measures.ask_for_refresh": gettext_noop("asked to measure anew"),
    "mapping_kept": gettext_noop("kept a mapping"),
    "organisation.remove_rate": gettext_noop("removed an exchange rate"),
    "organisation.set_access": gettext_noop("changed the rules of access"),
    "organisation.set_rate": gettext_noop("set an exchange rate"),
    "organisation.set_up": gettext_noop("changed the settings"),
    "outbound.take_back": gettext_noop("stopped something that was to leave"),
    "people.change": gettext_noop("changed what somebody does"),
    "people.create": gettext_noop("added somebody"),
    "people.let_go": gettext_noop("closed an account"),
    "people.set_password": gettext_noop("set a password"),
    "people.single_sign_on": gettext_noop("began to sign in through the issuer"),
    "people.take_back": gettext_noop("opened an account again"),
    "retention.add": gettext_noop("set how long something is kept"),
    "retention.remove": gettext_noop("ended a rule of how long something is kept"),
    "teams.close": gettext_noop("closed a team"),
    "teams.set": gettext_noop("changed a team"),
    "routing.add_queue": gettext_noop("opened a queue"),
    "routing.add_skill": gettext_noop("put a skill on the list"),
    "routing.be": gettext_noop("said whether they are there"),
    "routing.change_queue": gettext_noop("changed a queue"),
    "routing.change_seat": gettext_noop("changed what somebody can do at the desk"),
    "routing.close_queue": gettext_noop("closed a queue"),
    "routing.close_skill": gettext_noop("took a skill off the list"),
    "routing.set_rules": gettext_noop("changed how many cases one has at once"),
    "touchpoints.add": gettext_noop("added a touchpoint"),
    "touchpoints.change": gettext_noop("changed a touchpoint"),
    "touchpoints.close": gettext_noop("closed a touchpoint"),
    "touchpoints.reopen": gettext_noop("opened a touchpoint again"),
    "webhooks.add": gettext_noop("set up a webhook"),
    "webhooks.change": gettext_noop("changed a webhook"),
    "webhooks.disable": gettext_noop("switched a webhook off"),
    "webhooks.enable": gettext_noop("switched a webhook on"),
    "webhooks.remove": gettext_noop("removed a webhook"),
    "webhooks.renew_secret": gettext_noop("made a new secret for a webhook"),
    "webhooks.send_again": gettext_noop("sent a message to a webhook again"),
    "webhooks.send_test": gettext_noop("sent a test to a webhook"),
}
PLACES = {
    "staff": "/settings/people/",
    "touchpoint": "/touchpoints/",
    "team": "/settings/teams/",
    "customer": "/customers/",
    "import": "/imports/",
    "webhook": "/settings/webhooks/",
    "channel": "/settings/channels/",
    "case": "/desk/cases/",
}

SUBJECTS = {
    "staff": gettext_noop("member of staff %(number)s"),
    "touchpoint": gettext_noop("touchpoint %(number)s"),
    "department": gettext_noop("department %(number)s"),
    "team": gettext_noop("team %(number)s"),
    "customer": gettext_noop("customer %(number)s"),
    "import": gettext_noop("import %(number)s"),
    "mapping": gettext_noop("mapping %(number)s"),
    "identifier": gettext_noop("contact point %(number)s"),
    "backup": gettext_noop("backup %(number)s"),
    "duty": gettext_noop("duty %(number)s"),
    "job": gettext_noop("job %(number)s"),
    "task": gettext_noop("all of %(number)s"),
    "key": gettext_noop("key %(number)s"),
    "webhook": gettext_noop("webhook %(number)s"),
    "channel": gettext_noop("channel %(number)s"),
    "link": gettext_noop("join %(number)s"),
    "case": gettext_noop("case %(number)s"),
    "queue": gettext_noop("queue %(number)s"),
    "skill": gettext_noop("skill %(number)s"),
    "view": gettext_noop("view %(number)s"),
    "macro": gettext_noop("ready answer %(number)s"),
    "message": gettext_noop("message %(number)s"),
    "envelope": gettext_noop("mail that waited %(number)s"),
    "promise": gettext_noop("promise %(number)s"),
    "policy": gettext_noop("policy %(number)s"),
    "calendar": gettext_noop("calendar %(number)s"),
    "suppression": gettext_noop("address that was not written to %(number)s"),
    "erasure": gettext_noop("request %(number)s"),
    "retention": gettext_noop("rule %(number)s"),
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


class WantedForm(forms.Form):
    """Whose acts, which ones, of which days; all of it if you like."""

    actor = forms.CharField(
        label=gettext_lazy("Who"), max_length=200, required=False, widget=forms.TextInput({"list": "actors"})
    )
    act = forms.ChoiceField(label=gettext_lazy("Did what"), required=False)
    since = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput({"type": "date"})
    )
    until = forms.DateField(
        label=gettext_lazy("Up to"), required=False, widget=forms.DateInput({"type": "date"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        acts = sorted(((name, _(title)) for name, title in ACTS.items()), key=lambda pair: pair[1])
        self.fields["act"].choices = [("", _("anything")), *acts]  # type: ignore[attr-defined]

    def wanted(self) -> queries.Wanted:
        """What was asked for; a question that cannot be read asks for everything."""
        if not self.is_valid():
            return queries.ANYTHING
        asked = self.cleaned_data
        until = asked["until"]
        return queries.Wanted(
            actor=asked["actor"],
            act=asked["act"],
            since=_midnight(asked["since"]) if asked["since"] else None,
            until=_midnight(until + timedelta(days=1)) if until and until.year < MAXYEAR else None,
        )


@allowed("audit.view")
def audit(request: HttpRequest) -> HttpResponse:
    """Acts, the newest first, of whom and of what is wanted; nothing here can be changed."""
    before, form, within = request.GET.get("before", ""), WantedForm(request.GET), reach(request)
    found, older = queries.newest(form.wanted(), reach=within, before=int(before) if _is_id(before) else None)
    asked = {name: value for name, value in request.GET.items() if name in form.fields and value}
    context = {
        "lines": _lines(found, within),
        "further": urlencode({**asked, "before": older}) if older else "",
        "wanted": form,
        "is_narrow": bool(asked),
        "actors": queries.actors(reach=within),
    }
    return sections.page(request, "settings/audit.html", context)


@allowed("audit.view")
def verification(request: HttpRequest) -> HttpResponse:
    """Whether the log is whole: each line stands on the one before."""
    context = {"verdict": queries.verify(), "is_guarded": queries.is_guarded()}
    return sections.page(request, "settings/audit_verification.html", context)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _lines(entries: list["AuditEntry"], within: Reach) -> list[Line]:
    """The acts in words; whom something was done to by name, looked up once for all."""
    told = [_told(entry) for entry in entries]
    staff = {int(number) for kind, number in told if kind == "staff" and _is_id(number)}
    names = {("staff", str(pk)): name for pk, name in people.names(staff, reach=within).items()}
    return [_line(entry, names.get(subject, "")) for entry, subject in zip(entries, told, strict=True)]


def _told(entry: "AuditEntry") -> tuple[str, str]:
    kind, _colon, number = entry.subject.partition(":")
    return kind, number


def _is_id(number: str) -> bool:
    return number.isdecimal() and len(number) < 19


def _line(entry: "AuditEntry", name: str) -> Line:
    kind, number = _told(entry)
    place = PLACES.get(kind, "")
    return Line(
        at=entry.at,
        who=entry.actor,
        act=_(ACTS[entry.act]) if entry.act in ACTS else entry.act,
        subject=name or _subject(kind, number) or entry.subject,
        url=f"{place}{number}/" if place and number.isdecimal() else "",
        detail=", ".join(
            f"{name.replace('_', ' ')} {sentences.value(value)}"
            for name, value in entry.detail.items()
            if value not in ("", None)
        ),
    )


def _subject(kind: str, number: str) -> str:
    return _(SUBJECTS[kind]) % {"number": number} if kind in SUBJECTS else ""
