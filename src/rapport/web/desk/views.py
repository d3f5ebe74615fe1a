"""Views that somebody keeps: what they ask for, for whom they are, putting them away."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from rapport.kernel.channels import CHANNELS
from rapport.service.desk import queries as desk
from rapport.service.routing import queries as routing
from rapport.service.views import commands, queries, rules
from rapport.staff.roles.rules import Actor, Reach, may
from rapport.web.access import actor, allowed, reach
from rapport.web.forms import TO_MEND, Form

if TYPE_CHECKING:
    from rapport.service.views.models import SavedView

_ASKED = ("state", "queue", "owner", "channel", "waits", "clock")
_MANY = frozenset({"state", "queue", "channel"})
"""What several of can be asked for."""


class ViewForm(Form):
    """A view as it is described: from which list, and what must hold."""

    name = forms.CharField(label=gettext_lazy("What is it called?"), max_length=rules.LONGEST_NAME)
    box = forms.ChoiceField(label=gettext_lazy("From which list?"))
    owner = forms.ChoiceField(label=gettext_lazy("Whose?"), required=False)
    queue = forms.MultipleChoiceField(
        label=gettext_lazy("In which queues?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    channel = forms.MultipleChoiceField(
        label=gettext_lazy("On which channels?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    state = forms.MultipleChoiceField(
        label=gettext_lazy("Where they stand"), required=False, widget=forms.CheckboxSelectMultiple
    )
    waits = forms.IntegerField(
        label=gettext_lazy("Waiting for at least so many minutes"), required=False, min_value=1
    )
    clock = forms.ChoiceField(label=gettext_lazy("A clock"), required=False)
    is_shared = forms.BooleanField(label=gettext_lazy("For everybody at the desk"), required=False)

    def __init__(self, *args: Any, by: Actor, within: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in _choices(within).items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        if not may(by, "desk.edit"):
            del self.fields["is_shared"]

    def new(self) -> commands.NewView:
        """The view that the form describes; what is left open is not asked."""
        given = self.cleaned_data
        texts = {name: ",".join(given[name]) if name in _MANY else str(given[name] or "") for name in _ASKED}
        asked = {name: text for name, text in texts.items() if text}
        shared = bool(given.get("is_shared"))
        return commands.NewView(name=given["name"], box=given["box"], asked=asked, is_shared=shared)


def _choices(within: Reach) -> dict[str, list[tuple[str, str]]]:
    colleagues = [(str(one.pk), str(one)) for one in desk.colleagues()]
    return {
        "box": [
            ("open", _("Open")),
            ("waiting", _("Waiting")),
            ("snoozed", _("Put off")),
            ("done", _("Done")),
            ("junk", _("Junk")),
        ],
        "owner": [("", _("anybody's")), ("me", _("mine")), ("nobody", _("nobody's")), *colleagues],
        "queue": [(str(one.pk), one.name) for one in routing.open_queues(reach=within)],
        "channel": [(name, _(title)) for name, title in CHANNELS.items()],
        "state": [
            ("new", _("nobody has answered yet")),
            ("ours", _("we are to act")),
            ("theirs", _("we wait for the customer")),
            ("third", _("we wait for somebody else")),
        ],
        "clock": [
            ("", _("does not matter")),
            ("warned", _("is about to run out")),
            ("breached", _("ran out")),
        ],
    }


@allowed("desk.view")
def index(request: HttpRequest) -> HttpResponse:
    """The views somebody keeps, and those shared with them."""
    found = queries.saved_views(staff_id=actor(request).pk, reach=reach(request))  # type: ignore[attr-defined]
    may_share = may(actor(request), "desk.edit")
    context = {
        "own": [one for one in found if one.staff_id],
        "shared": [one for one in found if not one.staff_id],
        "may_share": may_share,
    }
    return render(request, "desk/views.html", context)


@allowed("desk.view")
def new(request: HttpRequest) -> HttpResponse:
    """Describe a view and keep it."""
    form = ViewForm(request.POST or None, by=actor(request), within=reach(request), initial={"box": "open"})
    if request.method == "POST":
        kept = form.attempt(lambda: commands.keep_view(form.new(), by=actor(request), at=timezone.now()))
        if kept is not None:
            return redirect(f"/desk/?view=v{kept.pk}")
    return _page(request, form, None)


@allowed("desk.view")
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Describe it otherwise."""
    view = queries.saved_view(pk, staff_id=actor(request).pk, reach=reach(request))  # type: ignore[attr-defined]
    initial = {name: _many(name, text) for name, text in view.asked.items()}
    initial |= {"name": view.name, "box": view.box, "is_shared": view.staff_id is None}
    form = ViewForm(request.POST or None, by=actor(request), within=reach(request), initial=initial)
    if request.method == "POST":
        kept = form.attempt(
            lambda: commands.change_view(pk, form.new(), by=actor(request), at=timezone.now())
        )
        if kept is not None:
            return redirect(f"/desk/?view=v{kept.pk}")
    return _page(request, form, view)


@allowed("desk.view")
@require_POST
def closure(request: HttpRequest, pk: int) -> HttpResponse:
    """Put it away."""
    commands.close_view(pk, by=actor(request), at=timezone.now())
    messages.info(request, _("The view is put away."))
    return redirect("desk:views")


def _many(name: str, text: str) -> Any:
    return text.split(",") if name in _MANY else text


def _page(request: HttpRequest, form: ViewForm, view: "SavedView | None") -> HttpResponse:
    heading = view.name if view else _("A new view")
    context = {"form": form, "view": view, "heading": heading}
    return render(request, "desk/view.html", context, status=TO_MEND if form.errors else 200)
