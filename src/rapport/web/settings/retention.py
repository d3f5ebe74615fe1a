"""How long things are kept: rules by kind and source, each shown with what it would forget before it is made."""

from collections.abc import Collection
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from rapport.customers.directory import queries as customers
from rapport.customers.privacy import queries as privacy
from rapport.interactions.log import commands, queries
from rapport.kernel.kinds import GROUPS, KINDS, names_in_group
from rapport.web.access import actor, allowed
from rapport.web.forms import Form
from rapport.web.settings import sections

if TYPE_CHECKING:
    from rapport.interactions.log.models import RetentionRule

EVERY_SOURCE = 0
QUIET_DAYS = 3 * 365
"""After this long without a sign, most laws ask why somebody is still kept."""


class RetentionForm(Form):
    """What is forgotten, from where, and after how long."""

    kinds = forms.ChoiceField(label=gettext_lazy("What?"))
    source = forms.TypedChoiceField(label=gettext_lazy("From where?"), coerce=int)
    months = forms.IntegerField(
        label=gettext_lazy("After how many months?"), min_value=1, max_value=600, initial=13
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["kinds"].choices = _choices()  # type: ignore[attr-defined]
        self.fields["source"].choices = [(EVERY_SOURCE, _("Everywhere")), *queries.sources()]  # type: ignore[attr-defined]

    def age(self) -> commands.Age:
        """The rule that the form describes."""
        chosen = self.text("kinds")
        kinds = tuple(names_in_group(chosen[6:])) if chosen.startswith("group:") else (chosen,)
        return commands.Age(kinds, self.cleaned_data["months"], self.cleaned_data["source"])


def _choices() -> list[tuple[str, object]]:
    """Whole groups first, then each kind under its group."""
    whole = [
        (f"group:{name}", _("All of: %(group)s") % {"group": _(title)}) for name, title in GROUPS.items()
    ]
    each = [
        (_(title), [(one, _(KINDS[one].title)) for one in names_in_group(name)])
        for name, title in GROUPS.items()
    ]
    return [*whole, *each]


@allowed("retention.edit")
def retention(request: HttpRequest) -> HttpResponse:
    """Every rule, and one more in two steps: what it would forget, then yes."""
    form = RetentionForm(request.POST or None)
    would_go = form.attempt(lambda: _act(form, request)) if request.method == "POST" else None
    if request.method == "POST" and would_go is None and not form.errors:
        messages.info(request, _("This is a rule from now on; what is older goes tonight."))
        return redirect("retention")
    context = {
        "form": form,
        "would_go": would_go,
        "described": _described(form) if would_go is not None else {},
        "rules": [_row(rule) for rule in queries.retention_rules()],
        "waiting": privacy.waiting(),
        **_quiet(),
    }
    return sections.page(request, "settings/retention.html", context)


def _quiet() -> dict[str, object]:
    """Customers with whom nothing happened for years: shown to be looked at, never forgotten by themselves."""
    since = timezone.localdate() - timedelta(days=QUIET_DAYS)
    begin = datetime.combine(since, time(), tzinfo=timezone.get_current_timezone())
    return {"quiet": customers.quiet_since(begin), "quiet_before": (since - timedelta(days=1)).isoformat()}


def _act(form: RetentionForm, request: HttpRequest) -> int | None:
    """How many would go; or None once the rule is made, for who has seen how many."""
    if "seen" in request.POST:
        commands.keep_for(form.age(), by=actor(request), at=timezone.now())
        return None
    return commands.how_many(form.age(), by=actor(request), at=timezone.now())


def _described(form: RetentionForm) -> dict[str, object]:
    age = form.age()
    source = dict(form.fields["source"].choices)[age.source_id]  # type: ignore[attr-defined]
    return {
        "kinds": _named(age.kinds),
        "source": source if age.source_id else _("everywhere"),
        "months": age.months,
    }


def _row(rule: "RetentionRule") -> dict[str, object]:
    source = rule.source.name if rule.source else _("everywhere")
    return {"rule": rule, "kinds": _named(rule.kinds), "source": source}


def _named(kinds: Collection[str]) -> str:
    """A whole group by its title, other kinds one by one."""
    group = next((name for name in GROUPS if set(names_in_group(name)) == set(kinds)), "")
    return _(GROUPS[group]) if group else ", ".join(_(KINDS[one].title) for one in kinds if one in KINDS)


@require_POST
@allowed("retention.edit")
def removal(request: HttpRequest, rule_id: int) -> HttpResponse:
    """End a rule."""
    commands.keep_on(rule_id, by=actor(request), at=timezone.now())
    messages.info(request, _("The rule has ended. What it forgot does not come back."))
    return redirect("retention")
