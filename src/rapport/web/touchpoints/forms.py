from django import forms
from django.utils.translation import gettext_lazy as _

from rapport.interactions.touchpoints.commands import Description
from rapport.web import choices
from rapport.web.forms import Form


class TouchpointForm(Form):
    """What a touchpoint is."""

    name = forms.CharField(
        label=_("Name"),
        help_text=_("As people here say it: the till in Leeds, the order page."),
        max_length=120,
    )
    department = forms.CharField(
        label=_("Department it belongs to"), max_length=80, widget=forms.TextInput({"list": "departments"})
    )
    channel = forms.ChoiceField(label=_("Channel"), choices=choices.channels)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def description(self) -> Description:
        return Description(**self.cleaned_data)
