"""Two customers beside each other, field by field."""

from collections import defaultdict
from dataclasses import dataclass

from django.utils.translation import gettext as _

from rapport.customers.directory.rules import NAME_TRAITS
from rapport.customers.portrait.queries import Portrait
from rapport.web import moments
from rapport.web.customers import sentences


@dataclass(frozen=True, slots=True)
class Row:
    """One field of both sides."""

    label: str
    left: str
    right: str

    @property
    def is_same(self) -> bool:
        return bool(self.left) and self.left.casefold() == self.right.casefold()


def rows(left: Portrait, right: Portrait) -> list[Row]:
    """Every field that either side has: what is the same, what differs, then what only one side has."""
    one, other = _fields(left), _fields(right)
    found = [Row(label, one.get(label, ""), other.get(label, "")) for label in {**one, **other}]
    return sorted(found, key=lambda row: (not row.is_same, not (row.left and row.right)))


def _fields(portrait: Portrait) -> dict[str, str]:
    values: dict[str, list[str]] = defaultdict(list)
    values[_("Name")].append(portrait.name)
    if portrait.kind == "organisation":
        values[_("Kind")].append(_("organisation"))
    for one in portrait.identifiers:
        title, value = sentences.identifier(one.kind, one.value)
        values[title].append(value)
    for known in portrait.traits:
        if known.newest.name in NAME_TRAITS:
            continue
        values[sentences.label(known.newest.name)].append(sentences.value(known.newest.value))
    for bought in portrait.bought:
        values[_("Spent")].append(moments.money(bought.spent))
    values[_("Last seen")].append(moments.short(portrait.last_at))
    return {label: ", ".join(dict.fromkeys(filter(None, found))) for label, found in values.items()}
