from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_POST

from rapport.kernel.kinds import KINDS, names_in_group
from rapport.service.clocks import commands, queries
from rapport.service.clocks.rules.lengths import length_of, length_spelled
from rapport.service.clocks.rules.running import BY_POLICY, Aim
from rapport.service.routing import queries as routing
from rapport.web import choices
from rapport.web.access import actor, allowed, reach
from rapport.web.forms import Form
from rapport.web.settings import sections
from rapport.web.settings.clocks.overview import CLOCKS

if TYPE_CHECKING:
    from rapport.service.clocks.models import PolicyVersion
    from rapport.service.routing.models import Queue

PAUSES = {
    "theirs": gettext_noop("we wait for the customer"),
    "third": gettext_noop("we wait for somebody else"),
}
SCOPE = ("queue", "kind", "channel", "customer")
NONE, ANY = 0, "any"
"""What stands for no calendar and every queue, and for every kind and channel."""


def _length(label: str) -> forms.CharField:
    plain = forms.TextInput({"autocomplete": "off", "spellcheck": "false"})
    return forms.CharField(label=label, max_length=40, required=False, widget=plain)


class PolicyForm(Form):
    """How long things may take, by which hours, and for which matters."""

    name = forms.CharField(label=gettext_lazy("What is it called?"), max_length=80)
    calendar = forms.TypedChoiceField(label=gettext_lazy("By which hours?"), coerce=int, initial=NONE)
    pauses_in = forms.MultipleChoiceField(
        label=gettext_lazy("The clocks stand still while"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    queue = forms.TypedChoiceField(label=gettext_lazy("In which queue?"), coerce=int, initial=NONE)
    kind = forms.ChoiceField(label=gettext_lazy("What kind of matter?"), initial=ANY)
    channel = forms.ChoiceField(label=gettext_lazy("On which channel?"), initial=ANY)
    customer = forms.IntegerField(
        label=gettext_lazy("Agreed with whom?"),
        help_text=gettext_lazy("The number of a customer, as in the address of their page."),
        min_value=1,
        max_value=2**62,
        required=False,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in BY_POLICY:
            self.fields[kind] = _length(_(CLOCKS[kind]))
            self.fields[f"{kind}_warn"] = _length(_("warn with this much left"))

    def choose_from(self, queues: list[tuple[int, str]]) -> None:
        """Fill in what can be chosen now."""
        calendars = [(one.calendar.pk, one.calendar.name) for one in queries.all_calendars()]
        kinds = [(name, _(KINDS[name].title)) for name in names_in_group("messages")]
        offered: dict[str, list[Any]] = {
            "calendar": [(NONE, _("Round the clock")), *calendars],
            "pauses_in": [(name, _(title)) for name, title in PAUSES.items()],
            "queue": [(NONE, _("Any")), *queues],
            "kind": [(ANY, _("Any")), *kinds],
            "channel": [(ANY, _("Any")), *choices.channels()],
        }
        for name, found in offered.items():
            self.fields[name].choices = found  # type: ignore[attr-defined]

    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """For each clock, how long and when to warn: for the page."""
        return [(self[kind], self[f"{kind}_warn"]) for kind in BY_POLICY]

    def scope(self) -> list[forms.BoundField]:
        """For which matters: for the page."""
        return [self[name] for name in SCOPE]

    def is_narrow(self) -> bool:
        """Whether it is meant for some matters only, or says so wrongly."""
        return any(
            self[name].errors or str(self[name].value() or NONE) not in {str(NONE), ANY} for name in SCOPE
        )

    def described(self) -> commands.Description:
        """The policy that the form describes."""
        kept = self.cleaned_data
        return commands.Description(
            name=kept["name"],
            aims={kind: self._aim(kind) for kind in BY_POLICY if kept[kind].strip()},
            calendar_id=kept["calendar"] or None,
            pauses_in=tuple(kept["pauses_in"]),
            queue_id=kept["queue"] or None,
            kind=kept["kind"].removeprefix(ANY),
            channel=kept["channel"].removeprefix(ANY),
            identifier_id=kept["customer"],
        )

    def _aim(self, kind: str) -> Aim:
        warning = f"{kind}_warn"
        return Aim(length_of(self.text(kind), field=kind), length_of(self.text(warning), field=warning))


@dataclass(frozen=True, slots=True)
class Due:
    """When something would be due if it began now."""

    title: str
    at: datetime


@allowed("clocks.edit")
def new(request: HttpRequest) -> HttpResponse:
    """Set up a policy."""
    form = _form(request, {"pauses_in": ["theirs"]})
    return _page(
        request,
        form,
        lambda: commands.add_policy(form.described(), by=actor(request), at=timezone.now()),
        {"heading": _("Add a policy")},
    )


@allowed("clocks.edit")
def policy(request: HttpRequest, policy_id: int) -> HttpResponse:
    """One policy, to be changed."""
    version = queries.policy(policy_id)
    form = _form(request, _initial(version), version.policy.queue)
    return _page(
        request,
        form,
        lambda: commands.change_policy(policy_id, form.described(), by=actor(request), at=timezone.now()),
        {"heading": version.policy.name, "version": version, "due": _due(version)},
    )


@require_POST
@allowed("clocks.edit")
def retirement(request: HttpRequest, policy_id: int) -> HttpResponse:
    """Let a policy set no more clocks."""
    retired = commands.retire_policy(policy_id, by=actor(request), at=timezone.now())
    messages.info(
        request, _("%(name)s sets no more clocks; those that run, run on.") % {"name": retired.name}
    )
    return redirect("clocks")


def _form(request: HttpRequest, initial: dict[str, Any], current: "Queue | None" = None) -> PolicyForm:
    """The form, which offers the queue in use too if it is closed by now."""
    form = PolicyForm(request.POST or None, initial=initial)
    queues = {one.pk: one.name for one in routing.open_queues(reach=reach(request))}
    form.choose_from(list((queues | ({current.pk: current.name} if current else {})).items()))
    return form


def _initial(version: "PolicyVersion") -> dict[str, Any]:
    policy, lengths = version.policy, {}
    for kind, aim in queries.aims_of(version).items():
        lengths[kind] = length_spelled(aim.target)
        lengths[f"{kind}_warn"] = length_spelled(aim.warn_before)
    return {
        "name": policy.name,
        "calendar": version.calendar_id or NONE,
        "pauses_in": version.pauses_in,
        "queue": policy.queue_id or NONE,
        "kind": policy.kind or ANY,
        "channel": policy.channel or ANY,
        "customer": policy.identifier_id,
        **lengths,
    }


def _due(version: "PolicyVersion") -> list[Due]:
    """When each thing would be due if it began now, by the hours in force: so that one sees what was set."""
    now = timezone.now()
    current = queries.current_calendars([version.calendar_id]) if version.calendar_id else {}
    calendar = queries.reckoner(current.get(version.calendar_id or 0))
    aims = queries.aims_of(version)
    return [
        Due(_(CLOCKS[kind]), calendar.due_after(now, aims[kind].target)) for kind in BY_POLICY if kind in aims
    ]


def _page(
    request: HttpRequest, form: PolicyForm, act: Callable[[], object], context: dict[str, object]
) -> HttpResponse:
    if request.method == "POST" and form.attempt(act) is not None:
        messages.info(request, _("The policy is kept. It sets the clocks that start from now on."))
        return redirect("clocks")
    return sections.page(request, "settings/policy.html", {"form": form, **context})
