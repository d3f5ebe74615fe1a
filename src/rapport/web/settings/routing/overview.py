"""Every queue, who serves them with what they can do, and what holds for all."""

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
from rapport.web.access import actor, allowed, reach
from rapport.web.forms import Form
from rapport.web.settings import sections

_MOST = 1_000


class RulesForm(Form):
    """How many cases at once, and how soon one must be opened."""

    live_capacity = forms.IntegerField(
        label=gettext_lazy("Chats, calls and visits at once"), min_value=0, max_value=_MOST
    )
    written_capacity = forms.IntegerField(
        label=gettext_lazy("Mails and other written cases at once"), min_value=0, max_value=_MOST
    )
    open_minutes = forms.IntegerField(
        label=gettext_lazy("Minutes within which a case that was handed out must be opened"),
        help_text=gettext_lazy(
            "After that it goes back to its queue, keeps its place, and whoever let it lie is away."
        ),
        min_value=1,
        max_value=1440,
    )


class SkillForm(Form):
    """A skill or a language."""

    name = forms.CharField(label=gettext_lazy("What is it called?"), max_length=60)
    code = forms.CharField(
        label=gettext_lazy("If it is a language, its code"),
        help_text=gettext_lazy(
            "Two letters, such as fr. Customers whose language we know then come to whoever speaks it."
        ),
        max_length=8,
        required=False,
    )


@allowed("desk.edit")
def routing(request: HttpRequest) -> HttpResponse:
    """The page, and keeping what holds for all."""
    rules = queries.routing_rules()
    names = ("live_capacity", "written_capacity", "open_minutes")
    form = RulesForm(request.POST or None, initial={name: getattr(rules, name) for name in names})
    if request.method == "POST" and form.attempt(lambda: _keep(form, request)) is not None:
        messages.info(request, _("It is kept."))
        return redirect("routing")
    return _page(request, form, SkillForm())


@require_POST
@allowed("desk.edit")
def skills(request: HttpRequest) -> HttpResponse:
    """Put a skill on the list."""
    form = SkillForm(request.POST)
    added = form.attempt(
        lambda: commands.add_skill(
            form.text("name"), code=form.text("code"), by=actor(request), at=timezone.now()
        )
    )
    if added is None:
        return _page(request, None, form)
    messages.info(request, _("%(name)s is on the list.") % {"name": added.name})
    return redirect("routing")


@require_POST
@allowed("desk.edit")
def skill_closure(request: HttpRequest, skill_id: int) -> HttpResponse:
    """Take a skill off the list."""
    closed = commands.close_skill(skill_id, by=actor(request), at=timezone.now())
    messages.info(request, _("%(name)s is off the list; nothing needs it any more.") % {"name": closed.name})
    return redirect("routing")


def _page(request: HttpRequest, form: RulesForm | None, skill_form: SkillForm) -> HttpResponse:
    rules = queries.routing_rules()
    names = ("live_capacity", "written_capacity", "open_minutes")
    context: dict[str, Any] = {
        "form": form or RulesForm(initial={name: getattr(rules, name) for name in names}),
        "skill_form": skill_form,
        "queues": queries.queues_with_needs(reach=reach(request)),
        "skills": queries.open_skills(),
        "people": queries.people(reach=reach(request), at=timezone.now()),
    }
    return sections.page(request, "settings/routing.html", context)


def _keep(form: RulesForm, request: HttpRequest) -> object:
    return commands.set_rules(**form.cleaned_data, by=actor(request), at=timezone.now())
