"""The timeline of a customer from its identifiers, at a cost that does not grow with its length.

Each identifier gives its newest few from the index; the newest of those are read whole. Where only some kinds
or words are wanted, a bounded stretch is looked through, and the page says where the look ended.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from rapport.interactions.log.models import Interaction
from rapport.interactions.timeline.rules import ALL, Moment, View
from rapport.kernel import kinds
from rapport.staff.roles.rules import Reach

PAGE = 25
STRETCH = 500
"""How many interactions one look goes through when only some of them are wanted."""
MOST_IDENTIFIERS = 400
"""A customer known by more than this (SQLite joins at most 500 reads in one) shows those given first."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page, newest first. `before`: where the next page begins; `looked_until`: where a look ended."""

    entries: tuple[Interaction, ...]
    before: Moment | None
    looked_until: datetime | None = None


def timeline(
    identifier_ids: Sequence[int],
    view: View = View(),  # noqa: B008 - frozen
    *,
    reach: Reach,
) -> Timeline:
    """What happened with the customer of these identifiers, as far as it is within reach; empty for none."""
    ids = list(identifier_ids)[:MOST_IDENTIFIERS]
    if not ids:
        return Timeline((), None)
    wanted = _wanted(view)
    is_narrow = view.is_narrow or reach.departments is not None
    depth = STRETCH if is_narrow else PAGE + 1
    newest = Interaction.objects.seen_by(reach).filter(id__in=_newest(ids, view.before, depth)).filter(wanted)
    found = list(_whole(newest).order_by("-occurred_at", "-id")[: PAGE + 1])
    if len(found) > PAGE:
        return Timeline(tuple(found[:PAGE]), _moment(found[PAGE - 1]))
    if not is_narrow:
        return Timeline(tuple(found), None)
    end = _end_of_stretch(ids, view.before)
    return Timeline(tuple(found), end, end.occurred_at if end else None)


def _wanted(view: View) -> Q:
    wanted = Q() if view.group == ALL else Q(kind__in=kinds.names_in_group(view.group))
    if view.words:
        wanted &= Q(subject__icontains=view.words) | Q(text__icontains=view.words)
    return wanted


def _whole(interactions: QuerySet[Interaction]) -> QuerySet[Interaction]:
    beside = ("source__name", "touchpoint__name", "staff__name", "staff__email")
    own = [field.name for field in Interaction._meta.concrete_fields]  # noqa: SLF001 - Django's documented _meta
    return interactions.select_related("source", "touchpoint", "staff").only(*own, *beside)


def _newest(ids: Sequence[int], before: Moment | None, depth: int) -> RawSQL:
    sql, params = _ranked(ids, before, depth)
    return RawSQL(f"SELECT id FROM ({sql} LIMIT {depth}) AS newest", params)  # noqa: S608, S611 - values are parameters


def _end_of_stretch(ids: Sequence[int], before: Moment | None) -> Moment | None:
    """The last place that a look reached, or None if it reached the beginning of all."""
    sql, params = _ranked(ids, before, STRETCH)
    for row in Interaction.objects.raw(f"{sql} LIMIT 1 OFFSET {STRETCH - 1}", params):
        return _moment(row)
    return None


def _ranked(ids: Sequence[int], before: Moment | None, depth: int) -> tuple[str, list[Any]]:
    """SQL for the newest of several identifiers: each is read from its index, as deep as the whole needs."""
    earlier, place = "", []
    if before:
        earlier = "AND (occurred_at, id) < (%s, %s)"
        place = [connection.ops.adapt_datetimefield_value(before.occurred_at), before.id]
    each = f"""SELECT * FROM (SELECT id, occurred_at FROM interactions_interaction
        WHERE identifier_id = %s {earlier} ORDER BY occurred_at DESC, id DESC LIMIT {depth}) AS one"""  # noqa: S608
    union = " UNION ALL ".join([each] * len(ids))
    params = [value for one in ids for value in (one, *place)]
    return f"SELECT id, occurred_at FROM ({union}) AS every ORDER BY occurred_at DESC, id DESC", params  # noqa: S608


def _moment(interaction: Interaction) -> Moment:
    return Moment(interaction.occurred_at, interaction.id)
