"""What needs a person, as lines with a verb at their end; each line is for those whose role may act on it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.customers.directory import queries as directory
from rapport.interactions.ingestion import queries as ingestion
from rapport.interactions.webhooks import queries as webhooks
from rapport.jobs.queue import queries as jobs
from rapport.service.desk import queries as desk
from rapport.service.desk.queries import View
from rapport.staff.roles import rules as roles
from rapport.web import moments
from rapport.web.desk import waiting
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


def needs(actor: roles.Actor, words: Words, imports: Iterable["Import"], *, reach: roles.Reach) -> list[Need]:
    """Who waits first, then failures, then decisions, then what was left half done; `imports` are the newest ones."""
    found: list[Need] = []
    if roles.may(actor, "desk.work"):
        found += _waiting(reach)
    if roles.may(actor, "imports.run"):
        found += _failed(imports)
    if roles.may(actor, "webhooks.edit"):
        found += _switched_off()
    if roles.may(actor, "jobs.view"):
        found += _given_up()
    if roles.may(actor, "customers.link"):
        found += _proposals(words)
    if roles.may(actor, "imports.run"):
        found += _waiting_files()
    return found


def _waiting(reach: roles.Reach) -> Iterator[Need]:
    longest = desk.cases(View(name="waiting"), reach=reach, limit=1).rows
    if not longest:
        return
    first, count = longest[0], desk.count(View(name="waiting"), reach=reach)
    since = first.case.waiting_since
    assert since is not None
    wait = waiting.length(timezone.now() - since)
    what = ngettext("One person waits for an answer", "%(n)s people wait for an answer", count)
    yield Need(
        what=what % {"n": moments.number(count)},
        more=_("The longest: %(name)s, for %(wait)s.") % {"name": first.customer, "wait": wait},
        url=reverse("desk:list"),
        verb=_("Answer"),
        is_care=timezone.now() - since >= waiting.LONG,
    )


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


def _switched_off() -> Iterator[Need]:
    for webhook in webhooks.switched_off()[:3]:
        yield Need(
            what=_("The webhook for %(name)s was switched off") % {"name": webhook.description},
            more=_("It hears nothing of what happens until somebody has looked."),
            url=reverse("webhook", args=[webhook.pk]),
            verb=_("See why"),
            is_care=True,
        )


def _given_up() -> Iterator[Need]:
    if count := sum(number for _task, number in jobs.parked_per_task()):
        yield Need(
            what=ngettext(
                "One piece of background work was given up",
                "%(n)s pieces of background work were given up",
                count,
            )
            % {"n": moments.number(count)},
            more=_("It failed too often and waits until somebody lets it be tried again."),
            url=reverse("jobs") + "#parked",
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
            % {"n": moments.number(waiting), "customers": words.customers},
            more=_("You see both sides and decide; it can be taken back."),
            url=reverse("customers:proposals"),
            verb=_("Decide"),
        )


def _waiting_files() -> Iterator[Need]:
    for upload in ingestion.waiting_uploads()[:3]:
        yield Need(
            what=_("%(name)s waits to be taken in") % {"name": upload.name},
            more=_("Nobody has said yet what its columns mean."),
            url=reverse("imports:map", args=[upload.token]),
            verb=_("Go on"),
        )
