from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from rapport.staff.organisation import commands, queries
from rapport.web import choices
from rapport.web.access import actor, allowed
from rapport.web.forms import Form
from rapport.web.settings import sections


class RateForm(Form):
    """One dated rate."""

    currency = forms.ChoiceField(label=gettext_lazy("One unit of"), choices=choices.currencies)
    rate = forms.DecimalField(label=gettext_lazy("is worth"), max_digits=18, decimal_places=8)
    valid_from = forms.DateField(label=gettext_lazy("from"), widget=forms.DateInput({"type": "date"}))


@allowed("organisation.edit")
def rates(request: HttpRequest) -> HttpResponse:
    """The rates at which other currencies are counted, and a form for one more."""
    form = RateForm(request.POST or None, initial={"valid_from": timezone.localdate().isoformat()})
    if request.method == "POST" and form.attempt(lambda: _set(form, request)) is not None:
        messages.info(request, _("The rate is kept."))
        return redirect("rates")
    context = {"form": form, "rates": queries.all_rates(), "base": queries.base_currency()}
    return sections.page(request, "settings/rates.html", context)


def _set(form: RateForm, request: HttpRequest) -> object:
    kept = form.cleaned_data
    return commands.set_rate(
        kept["currency"], kept["rate"], valid_from=kept["valid_from"], by=actor(request), at=timezone.now()
    )


@require_POST
@allowed("organisation.edit")
def removal(request: HttpRequest, rate_id: int) -> HttpResponse:
    """Forget a rate."""
    commands.remove_rate(rate_id, by=actor(request), at=timezone.now())
    return redirect("rates")
