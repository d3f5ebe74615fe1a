"""One queue: what it is called, what it needs, whose cases come to it, and how they come to somebody."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from rapport.service.routing import commands, queries
from rapport.web import choices
from rapport.web.access import actor, allowed, reach
from rapport.web.forms import Form
from rapport.web.settings import sections

PULL, PUSH = "pull", "push"
ANY = "any"
WAYS = [
    (PULL, gettext_lazy("People take the next themselves")),
    (PUSH, gettext_lazy("They are handed out to whoever is available")),
]


class QueueForm(Form):
    """A queue as it is to be."""

    name = forms.CharField(label=gettext_lazy("What is the queue called?"), max_length=80)
    department = forms.ChoiceField(
        label=gettext_lazy("Of which department?"),
        help_text=gettext_lazy("It stays with that department."),
        required=False,
    )
    way = forms.ChoiceField(
        label=gettext_lazy("How do its cases come to somebody?"),
        choices=WAYS,
        initial=PULL,
        widget=forms.RadioSelect,
    )
    needs = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Whoever serves it must be able to do this"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    channel = forms.ChoiceField(label=gettext_lazy("New cases of which channel come here?"), initial=ANY)
    customer = forms.IntegerField(
        label=gettext_lazy("New cases of which one customer come here?"),
        help_text=gettext_lazy("The number of a customer, as in the address of their page. Empty: of all."),
        min_value=1,
        max_value=2**62,
        required=False,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )

    def choose_from(self, *, is_new: bool) -> None:
        """Fill in what can be chosen now; the department of a queue that there is already is not asked."""
        if is_new:
            self.fields["department"].choices = choices.departments("")  # type: ignore[attr-defined]
        else:
            del self.fields["department"]
        self.fields["needs"].choices = [(one.pk, one.name) for one in queries.open_skills()]  # type: ignore[attr-defined]
        self.fields["channel"].choices = [(ANY, _("Any")), *choices.channels()]  # type: ignore[attr-defined]

    def described(self) -> commands.QueueDescription:
        kept = self.cleaned_data
        return commands.QueueDescription(
            name=kept["name"],
            department=kept.get("department", ""),
            is_push=kept["way"] == PUSH,
            needs=kept["needs"],
            channel=kept["channel"].removeprefix(ANY),
            identifier_id=kept["customer"],
        )


@allowed("desk.edit")
def new(request: HttpRequest) -> HttpResponse:
    """Open a queue."""
    form = QueueForm(request.POST or None)
    form.choose_from(is_new=True)
    return _page(
        request,
        form,
        lambda: commands.add_queue(form.described(), by=actor(request), at=timezone.now()),
        {"heading": _("Add a queue")},
    )


@allowed("desk.edit")
def queue(request: HttpRequest, queue_id: int) -> HttpResponse:
    """One queue, to be changed."""
    found = queries.queue(queue_id, reach=reach(request))
    initial = {
        "name": found.name,
        "way": PUSH if found.is_push else PULL,
        "needs": [one.pk for one in found.needs.all()],
        "channel": found.channel or ANY,
        "customer": found.identifier_id,
    }
    form = QueueForm(request.POST or None, initial=initial)
    form.choose_from(is_new=False)
    return _page(
        request,
        form,
        lambda: commands.change_queue(queue_id, form.described(), by=actor(request), at=timezone.now()),
        {"heading": found.name, "queue": found},
    )


@require_POST
@allowed("desk.edit")
def closure(request: HttpRequest, queue_id: int) -> HttpResponse:
    """Let nothing new come into a queue."""
    try:
        closed = commands.close_queue(queue_id, by=actor(request), at=timezone.now())
    except commands.BadQueue as refusal:
        messages.warning(request, refusal.message)
        return redirect("queue", queue_id)
    messages.info(request, _("%(name)s is closed; what was in it stays.") % {"name": closed.name})
    return redirect("routing")


def _page(
    request: HttpRequest, form: QueueForm, act: Callable[[], object], context: dict[str, Any]
) -> HttpResponse:
    if request.method == "POST" and form.attempt(act) is not None:
        messages.info(request, _("The queue is kept."))
        return redirect("routing")
    return sections.page(request, "settings/queue.html", {"form": form, **context})
