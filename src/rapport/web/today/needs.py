"""What needs a person, as lines with a verb at their end; each line is for those whose role may act on it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.customers.directory import queries as directory
from rapport.interactions.ingestion import queries as ingestion
from rapport.staff.roles import rules as roles
from rapport.web.words import Words

if TYPE_CHECKING:
    from rapport.interactions.ingestion.models import Import


@dataclass(frozen=True, slots=True)
class Need:
    """One thing to act on."""

    what: str
    more: str
    url: str
    verb: str
    is_care: bool = False


def needs(actor: roles.Actor, words: Words, imports: Iterable["Import"]) -> list[Need]:
    """Failures first, then decisions, then what was left half done; `imports` are the newest ones."""
    found: list[Need] = []
    if roles.may(actor, "imports.run"):
        found += _failed(imports)
    if roles.may(actor, "customers.link"):
        found += _proposals(words)
    if roles.may(actor, "imports.run"):
        found += _waiting_files()
    return found


def _failed(imports: Iterable["Import"]) -> Iterator[Need]:
    for run in imports:
        if run.failed_at and not run.finished_at and not run.taken_back_at:
            yield Need(
                what=_("The import of %(source)s stopped") % {"source": run.source_name},
                more=run.failure,
                url=reverse("imports:show", args=[run.pk]),
                verb=_("See why"),
                is_care=True,
            )


def _proposals(words: Words) -> Iterator[Need]:
    if waiting := directory.open_proposals():
        yield Need(
            what=ngettext(
                "One pair of %(customers)s may be the same",
                "%(n)s pairs of %(customers)s may be the same",
                waiting,
            )
            % {"n": waiting, "customers": words.customers},
            more=_("You see both sides and decide; it can be taken back."),
            url=reverse("customers:proposals"),
            verb=_("Decide"),
        )


def _waiting_files() -> Iterator[Need]:
    for upload in ingestion.waiting_uploads()[:3]:
        yield Need(
            what=_("%(name)s waits to be taken in") % {"name": upload.name},
            more=_("Its columns have not been said to mean anything yet."),
            url=reverse("imports:map", args=[upload.token]),
            verb=_("Go on"),
        )
