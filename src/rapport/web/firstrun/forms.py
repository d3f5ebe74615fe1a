from django import forms
from django.utils.translation import gettext_lazy as _

from rapport.staff.organisation.commands import Settings
from rapport.staff.people.commands import NewStaffMember
from rapport.web import choices, words
from rapport.web.forms import Form


class FirstRunForm(Form):
    """The five things asked once."""

    name = forms.CharField(
        label=_("What is your organisation called?"),
        max_length=120,
        widget=forms.TextInput({"autofocus": True}),
    )
    time_zone = forms.ChoiceField(
        label=_("In which time zone does it work?"),
        choices=choices.time_zones,
        initial="UTC",
        widget=forms.Select({"data-guess": "time-zone"}),
    )
    currency = forms.ChoiceField(
        label=_("In which currency should sums be shown?"), choices=choices.currencies, initial="EUR"
    )
    customer_word = forms.CharField(
        label=_("What do you call one person you serve?"),
        help_text=_("Customer, patient, student, member: your own word, used on every page."),
        max_length=40,
        initial=_("customer"),
        widget=forms.TextInput({"list": "words-for-customer"}),
    )
    your_name = forms.CharField(
        label=_("Your name"), max_length=120, widget=forms.TextInput({"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("Your mail address"),
        help_text=_("You sign in with it."),
        widget=forms.EmailInput({"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("A password"),
        help_text=_("At least ten characters, and not a common word."),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def settings(self) -> Settings:
        """The organisation as it was described."""
        word = self.text("customer_word").strip()
        return Settings(
            name=self.text("name"),
            time_zone=self.text("time_zone"),
            currency=self.text("currency"),
            customer_word=word,
            customers_word=words.plural(word),
        )

    def administrator(self) -> NewStaffMember:
        """Whoever filled in the form."""
        return NewStaffMember(
            email=self.text("email"),
            password=self.text("password"),
            role="admin",
            name=self.text("your_name"),
        )
