from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.staff.organisation import commands, queries
from rapport.web import choices
from rapport.web.access import actor, allowed
from rapport.web.forms import Form
from rapport.web.settings import sections


class OrganisationForm(Form):
    """What the whole installation goes by."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=choices.time_zones)
    currency = forms.ChoiceField(
        label=gettext_lazy("Currency that sums are shown in"),
        help_text=gettext_lazy(
            "What was paid keeps its own currency; sums are converted at your exchange rates."
        ),
        choices=choices.currencies,
    )
    customer_word = forms.CharField(label=gettext_lazy("One person you serve is a"), max_length=40)
    customers_word = forms.CharField(label=gettext_lazy("Several are"), max_length=40)
    phone_region = forms.ChoiceField(
        label=gettext_lazy("Country of phone numbers that come without one"), choices=choices.countries
    )

    def settings(self, *, is_simulated: bool) -> commands.Settings:
        """The settings as they were written; whether the company is simulated is nobody's choice here."""
        return commands.Settings(**self.cleaned_data, is_simulated=is_simulated)


@allowed("organisation.edit")
def organisation(request: HttpRequest) -> HttpResponse:
    """The organisation's name, zone, currency and words."""
    current = queries.current()
    defaults = current or commands.Settings(name="")
    initial = {field: getattr(defaults, field) for field in OrganisationForm.base_fields}
    form = OrganisationForm(request.POST or None, initial=initial)
    form.fields["currency"].choices = choices.currencies(defaults.currency)  # type: ignore[attr-defined]
    is_simulated, at = defaults.is_simulated, timezone.now()
    if request.method == "POST" and (
        kept := form.attempt(
            lambda: commands.set_up(form.settings(is_simulated=is_simulated), by=actor(request), at=at)
        )
    ):
        messages.info(request, _("The settings of %(name)s are kept.") % {"name": kept.name})
        return redirect("settings")
    return sections.page(request, "settings/organisation.html", {"form": form})
