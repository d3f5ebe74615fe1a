"""What a list of customers may be filtered and sorted by, and how an address says so. Plain values only."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import phonenumbers

from rapport.customers.directory import rules as directory
from rapport.filters.compiler.rules import (
    AMOUNT,
    DAY,
    NUMBER,
    TEXT,
    YES,
    Around,
    BadFilter,
    Choice,
    Condition,
    Field,
    Place,
    Sort,
    Vocabulary,
    choice,
)
from rapport.kernel.text import storable

KINDS: dict[str, str] = {"person": "People", "organisation": "Organisations"}
MOST_TRAITS = 5
LONGEST_SEARCH = 254


SORTS: dict[str, Sort] = {
    sort.name: sort
    for sort in (
        Sort("last", "Last seen", "last_at", DAY),
        Sort("name", "Name", "name_key", TEXT, is_descending=False),
        Sort("spent", "Spent", "spent_minor", AMOUNT),
        Sort("busiest", "Busiest", "interactions", NUMBER),
    )
}
VOCABULARY = Vocabulary(
    fields=(
        Field("kind", "kind", choice(KINDS), ("is",)),
        Field("seen_since", "last_at", DAY, ("since",)),
        Field("seen", "last_at", DAY, ("since", "until")),
        Field("known", "first_at", DAY, ("since", "until")),
        Field("spent", "spent_minor", AMOUNT, ("at_least", "at_most")),
        Field("interactions", "interactions", NUMBER, ("at_least", "at_most", "is")),
        Field("purchases", "purchases", YES, ("any",)),
        Field("bought", "purchases", NUMBER, ("at_least", "at_most", "is")),
    ),
    sorts=tuple(SORTS.values()),
    others=frozenset({"q", "trait", "trait_name", "trait_value"}),
)
"""What the list of customers may be asked, wherever it is asked."""


@dataclass(frozen=True, slots=True)
class TraitFilter:
    """Customers whose newest value of a trait is this one; `key` is the form that is compared."""

    name: str
    value: str

    @property
    def key(self) -> str:
        return directory.trait_key(self.value)


@dataclass(frozen=True, slots=True)
class Filters:
    """Everything a person chose above the list. All of it must hold."""

    search: str = ""
    traits: tuple[TraitFilter, ...] = ()
    conditions: tuple[Condition, ...] = ()
    sort: Sort = SORTS["last"]
    after: Place | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether anything but the order was chosen."""
        return bool(self.search or self.traits or self.conditions)

    @property
    def choice(self) -> Choice:
        return Choice(self.conditions, self.sort, self.after)

    @property
    def chosen(self) -> dict[str, Any]:
        """The value chosen under each name of the address."""
        return {one.given[0]: one.value for one in self.conditions}


def read(given: Mapping[str, Sequence[str]], *, currency: str, is_strict: bool = False) -> Filters:
    """Filters from an address, such as `trait=city:Leeds&sort=spent`; refuses what is not on the list.

    >>> read({"trait": ["city:Leeds"]}, currency="GBP").traits
    (TraitFilter(name='city', value='Leeds'),)
    """
    chosen = VOCABULARY.read(given, Around(currency), is_strict=is_strict)
    search = [text.strip() for text in given.get("q", ())][-1:] or [""]
    return Filters(
        search=storable(search[0])[:LONGEST_SEARCH],
        traits=_traits(given.get("trait", ())),
        conditions=chosen.conditions,
        sort=chosen.sort,
        after=chosen.after,
    )


def _traits(given: Sequence[str]) -> tuple[TraitFilter, ...]:
    found = []
    for text in given:
        name, colon, value = storable(text).partition(":")
        if not text.strip():
            continue
        if not (colon and name.strip() and value.strip()):
            raise BadFilter(
                f"'{text[:40]}' does not say a trait and its value, such as city:Leeds.",
                field="trait",
                value=text,
            )
        found.append(TraitFilter(name.strip(), value.strip()))
    if len(found) > MOST_TRAITS:
        raise BadFilter(f"At most {MOST_TRAITS} traits at once.", field="trait", value=len(found))
    return tuple(dict.fromkeys(found))


def spellings(search: str, *, region: str) -> tuple[str, ...]:
    """The forms in which an identifier that somebody typed may be stored: as typed, lower case, as a phone.

    >>> spellings("0161 496 0000", region="GB")[-1]
    '+441614960000'
    """
    typed = search.strip()
    forms = [typed, typed.lower()]
    try:
        number = phonenumbers.parse(typed, region)
        if phonenumbers.is_possible_number(number):
            forms.append(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    except phonenumbers.NumberParseException:
        pass
    return tuple(dict.fromkeys(forms))


def dialled(search: str, *, region: str) -> str:
    """The digits of a telephone number as stored, as far as somebody has typed it; empty: it looks like none.

    >>> dialled("07700 90", region="GB")
    '44770090'
    """
    if not _DIALLED.fullmatch(search.strip()):
        return ""
    try:
        number = phonenumbers.parse(search, region)
    except phonenumbers.NumberParseException:
        return ""
    return f"{number.country_code}{number.national_number}"


_DIALLED = re.compile(r"[+0][\d\s()./-]{3,30}")
