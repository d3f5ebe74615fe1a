"""The organisation's own word for customer, in the reader's language where it is a word we know."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext, gettext_noop

if TYPE_CHECKING:
    from rapport.staff.organisation.models import Organisation

KNOWN = (
    (gettext_noop("customer"), gettext_noop("customers")),
    (gettext_noop("patient"), gettext_noop("patients")),
    (gettext_noop("student"), gettext_noop("students")),
    (gettext_noop("member"), gettext_noop("members")),
    (gettext_noop("guest"), gettext_noop("guests")),
    (gettext_noop("citizen"), gettext_noop("citizens")),
    (gettext_noop("client"), gettext_noop("clients")),
)


@dataclass(frozen=True, slots=True)
class Words:
    """One and many; the capitalised forms begin a sentence or a title."""

    customer: str
    customers: str

    @property
    def customer_capital(self) -> str:
        return capital(self.customer)

    @property
    def customers_capital(self) -> str:
        return capital(self.customers)


def capital(word: str) -> str:
    """The word with its first letter large, the rest as it is."""
    return word[:1].upper() + word[1:]


def plural(word: str) -> str:
    """The plural of a word that somebody chose: ours if we know the word, else a guess that settings can mend.

    >>> plural("Patient"), plural("family"), plural("donor")
    ('patients', 'families', 'donors')
    """
    known = dict(KNOWN).get(word.lower())
    if known:
        return known
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}s"


def of(organisation: "Organisation | None") -> Words:
    """The words of this organisation; before the first run the plain ones."""
    if organisation is None:
        return Words(gettext("customer"), gettext("customers"))
    return Words(gettext(organisation.customer_word), gettext(organisation.customers_word))
