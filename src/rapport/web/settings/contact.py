"""When and how often we write to somebody unasked, and the addresses to which nothing goes."""

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from rapport.channels.contact import commands, queries
from rapport.customers.consent.rules import PURPOSES
from rapport.kernel.channels import CHANNELS
from rapport.staff.roles.rules import may
from rapport.web.access import actor, allowed
from rapport.web.forms import Form
from rapport.web.settings import sections

if TYPE_CHECKING:
    from rapport.channels.contact.models import ContactRule

LONGEST_NUMBER = 15


class ContactRuleForm(Form):
    """One rule: quiet hours, or so many within so many days."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What sort of rule?"),
        choices=[("quiet", gettext_lazy("Quiet hours")), ("cap", gettext_lazy("Not more often than"))],
    )
    purpose = forms.ChoiceField(label=gettext_lazy("For what?"), required=False)
    channel = forms.ChoiceField(label=gettext_lazy("On which channel?"), required=False)
    starts = forms.TimeField(
        label=gettext_lazy("Quiet from"), required=False, widget=forms.TimeInput({"type": "time"})
    )
    ends = forms.TimeField(
        label=gettext_lazy("until"), required=False, widget=forms.TimeInput({"type": "time"})
    )
    most = forms.IntegerField(label=gettext_lazy("How many at most?"), required=False, min_value=0)
    days = forms.IntegerField(label=gettext_lazy("In how many days?"), required=False, min_value=1)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        purposes = [(name, _(title)) for name, title in PURPOSES.items()]
        channels = [(name, _(title)) for name, title in CHANNELS.items()]
        self.fields["purpose"].choices = [("", _("everything unasked")), *purposes]  # type: ignore[attr-defined]
        self.fields["channel"].choices = [("", _("every channel")), *channels]  # type: ignore[attr-defined]

    def rule(self) -> commands.NewRule:
        """The rule that the form describes; what belongs to the other sort is left out."""
        given = self.cleaned_data
        is_quiet = given["kind"] == "quiet"
        return commands.NewRule(
            given["kind"],
            given["purpose"],
            given["channel"],
            given["starts"] if is_quiet else None,
            given["ends"] if is_quiet else None,
            None if is_quiet else given["most"],
            None if is_quiet else given["days"],
        )


@allowed("channels.view")
def contact(request: HttpRequest) -> HttpResponse:
    """Every rule in force, one more, and the addresses that nothing is sent to."""
    form = ContactRuleForm(request.POST or None)
    if request.method == "POST" and form.attempt(lambda: _make(form, request)) is not None:
        messages.info(request, _("This holds from now on."))
        return redirect("contact")
    before = request.GET.get("before", "")
    is_number = before.isascii() and before.isdigit() and len(before) <= LONGEST_NUMBER
    suppressions, further = queries.suppressions(before=int(before) if is_number else None)
    context = {
        "form": form,
        "rules": [
            (one, _(PURPOSES[one.purpose]) if one.purpose else "", in_words(one))
            for one in queries.active_rules()
        ],
        "suppressions": suppressions,
        "further": further,
        "may_edit": may(actor(request), "channels.edit"),
        "may_renew": may(actor(request), "customers.consent"),
    }
    return sections.page(request, "settings/contact.html", context)


def _make(form: ContactRuleForm, request: HttpRequest) -> "ContactRule":
    return commands.make_rule(form.rule(), by=actor(request), at=timezone.now())


def in_words(rule: "ContactRule") -> str:
    """What a rule says: from when to when, or how many in how long."""
    if rule.starts and rule.ends:
        return _("nothing from %(starts)s to %(ends)s on their clock") % {
            "starts": rule.starts.strftime("%H:%M"),
            "ends": rule.ends.strftime("%H:%M"),
        }
    return _("at most %(most)s in %(days)s days") % {"most": rule.most, "days": rule.days}


@require_POST
@allowed("channels.edit")
def closure(request: HttpRequest, rule_id: int) -> HttpResponse:
    """End a rule."""
    commands.end_rule(rule_id, by=actor(request), at=timezone.now())
    messages.info(request, _("The rule has ended."))
    return redirect("contact")


@require_POST
@allowed("customers.consent")
def renewal(request: HttpRequest, suppression_id: int) -> HttpResponse:
    """Write to an address again."""
    kept = commands.unsuppress(suppression_id, by=actor(request), at=timezone.now())
    messages.info(request, _("From now on this address is written to again."))
    if may(actor(request), "channels.view"):
        return redirect("contact")
    return redirect("customers:show", kept.identifier.customer_id) if kept.identifier else redirect("today")
