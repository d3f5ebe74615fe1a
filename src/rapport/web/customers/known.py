"""The left column of a customer's page: who they are, how we know, what they are worth, what they allow."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.customers.consent.rules import PURPOSES, Standing
from rapport.customers.directory.rules import IDENTIFIER_KINDS
from rapport.customers.portrait import rules
from rapport.customers.portrait.queries import Portrait
from rapport.kernel.money import Money
from rapport.web import moments
from rapport.web.customers import sentences

PLACES = ("city", "town", "country", "Country")


@dataclass(frozen=True, slots=True)
class Join:
    """One reason why an identifier belongs here, which can be taken back. `to`: empty for the strongest one."""

    link_id: int
    to: str
    why: str
    by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which we recognise somebody."""

    title: str
    value: str
    proof: str
    source: str
    first_seen_at: datetime
    joins: tuple[Join, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """Something known of them: where from, since when, and what others say."""

    label: str
    value: str
    source: str
    observed_at: datetime
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and how we know it; `missing` says why there is none."""

    label: str
    value: str
    how: str
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Permission:
    """May we use a contact point for one purpose, and which statement says so?"""

    purpose: str
    title: str
    is_allowed: bool
    because: str


@dataclass(frozen=True, slots=True)
class Point:
    """A mail address or telephone and what it may be used for."""

    identifier_id: int
    value: str
    purposes: tuple[Permission, ...]


def ways(portrait: Portrait) -> list[Way]:
    """Every identifier, strongest first; a join stands with the weaker of the two that it joins."""
    joins: dict[int, list[Join]] = defaultdict(list)
    strength = {one.id: place for place, one in enumerate(portrait.identifiers)}
    for link in reversed(portrait.links):
        weaker, stronger = sorted((link.first, link.second), key=lambda one: -strength.get(one.id, 0))
        is_first = stronger.id == portrait.identifiers[0].id
        to = "" if is_first else " ".join(sentences.identifier(stronger.kind, stronger.value))
        why = sentences.rule(link.rule) if link.rule != "person" else link.reason
        joins[weaker.id].append(Join(link.pk, to, why, sentences.maker(link.made_by), link.made_at))
    return [
        Way(
            *sentences.identifier(one.kind, one.value),
            sentences.proof(one.proof) if not IDENTIFIER_KINDS[one.kind].is_weak else "",
            one.source,
            one.first_seen_at,
            tuple(joins[one.id]),
        )
        for one in portrait.identifiers
    ]


def ended(portrait: Portrait) -> list[str]:
    """What was joined once and is no more, in sentences."""
    return [
        _(
            "%(first)s and %(second)s were joined on %(made)s (%(why)s), taken back on %(ended)s by %(by)s: %(reason)s"
        )
        % {
            "first": link.first.value,
            "second": link.second.value,
            "made": moments.short(link.made_at),
            "why": link.reason,
            "ended": moments.short(link.retraction.at),
            "by": link.retraction.by,
            "reason": link.retraction.why or _("no reason given"),
        }
        for link in portrait.taken_back
    ]


def told(portrait: Portrait) -> list[Told]:
    """What is known of them, each with its source and date."""
    return [_told(one) for one in portrait.traits]


def _told(one: rules.Known) -> Told:
    newest = one.newest
    others = tuple(
        _("%(value)s (%(source)s, %(date)s)")
        % {"value": sentences.value(o.value), "source": o.source, "date": moments.short(o.observed_at)}
        for o in one.others
    )
    label = sentences.label(newest.name)
    return Told(label, sentences.value(newest.value), newest.source, newest.observed_at, others)


def figures(portrait: Portrait, currency: str) -> list[Figure]:
    """What they bought, in each currency and, where they used several, in that of the organisation; and since when."""
    counted = _("Counted in the log of interactions, up to %(last)s.") % {
        "last": moments.short(portrait.last_at)
    }
    found = [_bought(one.spent, one.purchases, counted) for one in portrait.bought]
    if [one.spent.currency for one in portrait.bought] not in ([], [currency]):
        how = _("All currencies that have a rate, at the newest rates of your settings.")
        total = moments.money(Money(portrait.spent_minor, currency)) if portrait.spent_minor else ""
        label = _("Spent in all, in %(currency)s") % {"currency": currency}
        found.insert(0, Figure(label, total, how, _("no rate of exchange yet")))
    return [
        *found,
        Figure(_("Seen"), sentences.times(portrait.interactions), counted),
        Figure(_("First seen"), moments.short(portrait.first_at), moments.exact(portrait.first_at)),
        Figure(_("Last seen"), moments.short(portrait.last_at), moments.exact(portrait.last_at)),
    ]


def _bought(spent: Money, purchases: int, counted: str) -> Figure:
    label = ngettext("Spent in one purchase", "Spent in %(count)s purchases", purchases)
    how = _("Purchases less what was given back.") + " " + counted
    return Figure(label % {"count": moments.number(purchases)}, moments.money(spent), how)


def permissions(portrait: Portrait) -> list[Point]:
    """For each contact point, what it may be used for."""
    points = {one.id: one for one in portrait.identifiers}
    grouped: dict[int, list[Permission]] = defaultdict(list)
    for standing in portrait.standings:
        grouped[standing.identifier_id].append(_permission(standing))
    return [Point(one, points[one].value, tuple(allowed)) for one, allowed in grouped.items()]


def _permission(standing: Standing) -> Permission:
    word = standing.because
    if word is None:
        because = _("never asked")
    else:
        said = _("said yes") if word.state == "granted" else _("said no")
        if not standing.is_own_word:
            said = _("said no at another contact point")
        because = ", ".join(part for part in (said, moments.short(word.at), word.proof, word.source) if part)
    title = _(PURPOSES[standing.purpose])
    return Permission(standing.purpose, title, standing.is_allowed, because)


def lead(portrait: Portrait) -> str:
    """One sentence under the name: since when, where from, what they prefer."""
    values = {known.newest.name: sentences.value(known.newest.value) for known in portrait.traits}
    parts = [_("known since %(year)s") % {"year": portrait.first_at.year}]
    parts += [values[name] for name in PLACES if values.get(name)][:1]
    if preference := values.get("prefers"):
        parts.append(_("prefers %(channel)s") % {"channel": preference})
    return " · ".join(parts)
