"""What a list of customers may be filtered and sorted by, and how an address says so. Plain values only."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import phonenumbers

from rapport.customers.directory import rules as directory
from rapport.kernel import money
from rapport.kernel.refusals import Refusal
from rapport.kernel.text import storable

KINDS: dict[str, str] = {"person": "People", "organisation": "Organisations"}
MOST_TRAITS = 5
LONGEST_SEARCH = 254


class BadFilter(Refusal):
    """A filter, order or place in a list that cannot be."""


@dataclass(frozen=True, slots=True)
class Sort:
    """An order of the list: the facet it follows, and which way."""

    name: str
    title: str
    facet: str
    is_descending: bool = True


SORTS: dict[str, Sort] = {
    sort.name: sort
    for sort in (
        Sort("last", "Last seen", "last_at"),
        Sort("name", "Name", "name_key", is_descending=False),
        Sort("spent", "Spent", "spent_minor"),
        Sort("busiest", "Busiest", "interactions"),
    )
}


@dataclass(frozen=True, slots=True)
class TraitFilter:
    """Customers whose newest value of a trait is this one; `key` is the form that is compared."""

    name: str
    value: str

    @property
    def key(self) -> str:
        return directory.trait_key(self.value)


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a sorted list a page begins: after the customer with this facet and id."""

    facet: Any
    id: int


@dataclass(frozen=True, slots=True)
class Filters:
    """Everything a person chose above the list. All of it must hold."""

    search: str = ""
    traits: tuple[TraitFilter, ...] = ()
    kind: str = ""
    seen_since: date | None = None
    spent_at_least_minor: int | None = None
    has_purchases: bool = False
    sort: Sort = SORTS["last"]
    after: Place | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether anything but the order was chosen."""
        return bool(self.search or self.traits or self.kind or self.has_purchases) or not (
            self.seen_since is None and self.spent_at_least_minor is None
        )


def read(given: Mapping[str, Sequence[str]], *, currency: str) -> Filters:
    """Filters from an address, such as `trait=city:Leeds&sort=spent`; refuses what is not on the list.

    >>> read({"trait": ["city:Leeds"]}, currency="GBP").traits
    (TraitFilter(name='city', value='Leeds'),)
    """
    one = {name: values[-1].strip() for name, values in given.items() if values and values[-1].strip()}
    sort = _one_of(SORTS, one.get("sort", "last"), "sort")
    kind = one.get("kind", "")
    if kind:
        _one_of(KINDS, kind, "kind")
    return Filters(
        search=storable(one.get("q", ""))[:LONGEST_SEARCH],
        traits=_traits(given.get("trait", ())),
        kind=kind,
        seen_since=_date(one.get("seen_since", "")),
        spent_at_least_minor=money.to_minor(one["spent"], currency) if "spent" in one else None,
        has_purchases=one.get("purchases") == "yes",
        sort=sort,
        after=read_place(one["after"], sort) if "after" in one else None,
    )


def _one_of(allowed: Mapping[str, Any], name: str, field: str) -> Any:
    if name not in allowed:
        raise BadFilter(f"'{name[:40]}' is not one of {', '.join(allowed)}.", field=field, value=name)
    return allowed[name]


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


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadFilter(
            f"'{text[:40]}' is not a date such as 2024-11-03.", field="seen_since", value=text
        ) from error


def write_place(place: Place) -> str:
    """A place as it stands in an address."""
    facet = place.facet.isoformat() if isinstance(place.facet, datetime) else place.facet
    return base64.urlsafe_b64encode(json.dumps([facet, place.id]).encode()).decode().rstrip("=")


def read_place(text: str, sort: Sort) -> Place:
    """The place that an address names, checked against the order it belongs to."""
    try:
        facet, customer_id = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        readers: dict[str, Callable[[Any], Any]] = {"last_at": datetime.fromisoformat, "name_key": str}
        kept = readers.get(sort.facet, int)(facet)
        place = Place(kept, int(customer_id))
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise BadFilter("This place in the list does not exist.", field="after", value=text) from error
    is_possible = abs(place.id) < 2**63 and (not isinstance(kept, int) or abs(kept) < 2**63)
    if not is_possible or (isinstance(kept, datetime) and kept.tzinfo is None):
        raise BadFilter("This place in the list does not exist.", field="after", value=text)
    return place


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


def prefix_end(prefix: str) -> str:
    """The first text after all that begin with `prefix`, when text is ordered by code point."""
    return prefix + "\U0010ffff"
