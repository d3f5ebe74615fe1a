"""Ready answers: words that are said often, with what is done along with them; everybody's, and one's own."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_POST

from rapport.kernel.refusals import NotFound
from rapport.service.desk import commands, queries
from rapport.service.desk.rules.wording import filled, unknown_tags
from rapport.service.routing import queries as routing
from rapport.staff.roles.rules import may
from rapport.web import choices
from rapport.web.access import actor, allowed, reach
from rapport.web.context import organisation_of
from rapport.web.forms import Form
from rapport.web.settings import sections

if TYPE_CHECKING:
    from rapport.service.desk.models import Macro

TAGS = {
    "customer.name": (gettext_noop("the name of the customer"), "Amina Okafor"),
    "customer.first_name": (gettext_noop("their first name"), "Amina"),
    "case.number": (gettext_noop("the number of the case"), "1207"),
    "case.subject": (gettext_noop("what the case is about"), "My parcel"),
    "case.state": (gettext_noop("where the case stands, in their words"), "We are working on it"),
    "agent.name": (gettext_noop("your name"), ""),
    "agent.first_name": (gettext_noop("your first name"), ""),
    "organisation.name": (gettext_noop("the name of the organisation"), ""),
}
"""Merge tag -> what it stands for, and what a trial shows in its place."""
PLAIN_ACTS = {
    "assign:me": gettext_noop("take the case"),
    "follow:": gettext_noop("follow the case"),
    "snooze:24": gettext_noop("put it off for a day"),
    "close:": gettext_noop("close the case"),
}
BETWEEN = ("ours", "theirs", "third")
"""States that a ready answer may lead to; to close is an act of its own."""
VALUES = {"assign": "owner", "snooze": "hours", "state": "state", "transfer": "queue"}
"""Act -> the name of what it needs."""


class ReadyForm(Form):
    """What a ready answer is called, says and does."""

    name = forms.CharField(label=gettext_lazy("What is it called?"), max_length=80)
    words = forms.CharField(
        label=gettext_lazy("What does it say?"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea({"rows": 9}),
    )
    acts = forms.MultipleChoiceField(
        label=gettext_lazy("And what is done at the same time?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    is_own = forms.BooleanField(label=gettext_lazy("For me alone"), required=False)
    department = forms.ChoiceField(label=gettext_lazy("For which department?"), required=False)

    def described(self) -> commands.NewMacro:
        """The macro that the form describes."""
        kept = self.cleaned_data
        return commands.NewMacro(
            name=kept["name"],
            text=kept["words"],
            acts=[_as_act(one) for one in kept["acts"]],
            department=kept["department"],
            is_own=kept["is_own"],
        )


@allowed("desk.work")
def ready_answers(request: HttpRequest) -> HttpResponse:
    """Every ready answer that one may use."""
    may_lead = may(actor(request), "desk.edit")
    rows = [
        (one, may_lead or one.staff_id is not None)
        for one in queries.macros(_own(request), reach=reach(request))
    ]
    return sections.page(request, "settings/ready_answers.html", {"rows": rows})


@allowed("desk.work")
def new(request: HttpRequest) -> HttpResponse:
    """One more."""
    form = _form(request, {"is_own": not may(actor(request), "desk.edit")})
    if "try" in request.GET:
        return _trial(request)
    if request.method == "POST" and _is_kept(
        form, lambda: commands.add_macro(form.described(), by=actor(request), at=timezone.now())
    ):
        messages.info(request, _("%(name)s is ready to be used.") % {"name": form.text("name")})
        return redirect("ready-answers")
    return _page(request, form, None)


@allowed("desk.work")
def one(request: HttpRequest, macro_id: int) -> HttpResponse:
    """Say anew what one is called, says and does."""
    found = _found(request, macro_id)
    form = _form(request, _initial(found))
    if "try" in request.GET:
        return _trial(request)
    if request.method == "POST" and _is_kept(
        form, lambda: commands.change_macro(macro_id, form.described(), by=actor(request), at=timezone.now())
    ):
        messages.info(request, _("%(name)s is changed.") % {"name": form.text("name")})
        return redirect("ready-answers")
    return _page(request, form, found)


@require_POST
@allowed("desk.work")
def closure(request: HttpRequest, macro_id: int) -> HttpResponse:
    """Take one off the list."""
    commands.close_macro(macro_id, by=actor(request), at=timezone.now())
    messages.info(request, _("It is off the list."))
    return redirect("ready-answers")


def _is_kept(form: ReadyForm, act: Callable[[], object]) -> bool:
    return form.attempt(act) is not None


def _page(request: HttpRequest, form: ReadyForm, found: "Macro | None") -> HttpResponse:
    text = str(form["words"].value() or "")
    context = {
        "form": form,
        "macro": found,
        "tags": [(_tag(name), _(title)) for name, (title, _shown) in TAGS.items()],
        "is_for_everybody": may(actor(request), "desk.edit"),
        "trial": _filled(request, text),
        "unknown": unknown_tags(text),
    }
    return sections.page(request, "settings/ready_answer.html", context)


def _trial(request: HttpRequest) -> HttpResponse:
    """What the words that are being typed would read like, alone."""
    text = request.POST.get("words", "")
    context = {"trial": _filled(request, text), "unknown": unknown_tags(text)}
    return render(request, "settings/_ready_trial.html", context)


def _filled(request: HttpRequest, text: str) -> str:
    house, name = organisation_of(request), str(request.user)
    known = {tag: shown for tag, (_title, shown) in TAGS.items()}
    known |= {"agent.name": name, "agent.first_name": name.partition(" ")[0]}
    return filled(text, known | {"organisation.name": house.name if house else ""})


def _form(request: HttpRequest, initial: Mapping[str, Any]) -> ReadyForm:
    form = ReadyForm(request.POST or None, initial=dict(initial))
    queues = [(f"transfer:{one.pk}", one.name) for one in routing.open_queues(reach=reach(request))]
    states = [(f"state:{one.pk}", one.name) for one in queries.states() if one.kind in BETWEEN]
    offered = [
        *((value, _(title)) for value, title in PLAIN_ACTS.items()),
        *((value, _("pass it on to %(name)s") % {"name": name}) for value, name in queues),
        *((value, _("let it be in the state %(name)s") % {"name": name}) for value, name in states),
    ]
    form.fields["acts"].choices = offered  # type: ignore[attr-defined]
    form.fields["department"].choices = [  # type: ignore[attr-defined]
        ("", _("Everybody")),
        *choices.departments(initial.get("department", ""))[1:],
    ]
    return form


def _initial(found: "Macro") -> dict[str, Any]:
    acts = [f"{act['act']}:{act.get(VALUES.get(act['act'], ''), '')}" for act in found.acts]
    return {
        "name": found.name,
        "words": found.text,
        "acts": acts,
        "department": found.department,
        "is_own": found.staff_id is not None,
    }


def _as_act(value: str) -> dict[str, Any]:
    act, _mark, needed = value.partition(":")
    return {"act": act, VALUES[act]: needed} if act in VALUES else {"act": act}


def _tag(name: str) -> str:
    return "{{ " + name + " }}"


def _found(request: HttpRequest, macro_id: int) -> "Macro":
    among = queries.macros(_own(request), reach=reach(request))
    found = next((one for one in among if one.pk == macro_id), None)
    if found is None:
        raise NotFound("There is no such macro.", field="macro", value=macro_id)
    return found


def _own(request: HttpRequest) -> int:
    return actor(request).pk  # type: ignore[attr-defined,no-any-return]
