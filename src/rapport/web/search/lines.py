"""What is found, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from rapport.channels.threads.queries import Said
from rapport.customers.directory.rules import IDENTIFIER_KINDS
from rapport.customers.finding.queries import Row
from rapport.kernel.kinds import KINDS
from rapport.search.index import rules
from rapport.service.desk import queries as desk
from rapport.web.customers import sentences

KNOWN_BY = 2


@dataclass(frozen=True, slots=True)
class Line:
    """One thing found: what it is, what more tells it from others, when it was, and where it stands."""

    what: str
    more: str
    at: datetime
    url: str


def of_customer(row: Row) -> Line:
    """A customer: the name, and what else they are known by."""
    named = [one for one in row.known_by if not IDENTIFIER_KINDS[one.kind].is_weak]
    values = [sentences.identifier(one.kind, one.value)[1] for one in named]
    more = ", ".join([value for value in values if value != row.customer.name][:KNOWN_BY])
    return Line(row.customer.name, more, row.customer.last_at, _of(row.customer.id))


def of_case(row: desk.Row) -> Line:
    """A case: what it is about, whose it is, where it stands, and the newest word said in it."""
    more = " · ".join(filter(None, (row.customer, row.case.state.name, row.preview)))
    about = row.case.subject or _("(no subject)")
    return Line(about, more, row.case.changed_at, reverse("desk:case", args=[row.case.pk]))


def of_message(said: Said, case_id: int | None, typed: str) -> Line:
    """Something said: by whom, about what, and the words around those typed; it stands in its case."""
    who = said.staff_name or said.author_name or said.author_address
    what = " · ".join(filter(None, (who, said.subject))) or _("(no subject)")
    url = f"{reverse('desk:case', args=[case_id])}#mm{said.id}" if case_id else ""
    return Line(what, rules.excerpt(said.text, typed), said.at, url)


def of_interaction(interaction: Any, names: Mapping[int, str], typed: str) -> Line:
    """What happened, with whom, and the words around those typed."""
    customer_id = interaction.identifier.customer_id if interaction.identifier else 0
    kind = KINDS.get(interaction.kind)
    title = _(kind.title) if kind else interaction.kind
    what = f"{title}: {interaction.subject}" if interaction.subject else title
    around = rules.excerpt(interaction.text, typed)
    more = " · ".join(filter(None, (names.get(customer_id, ""), around)))
    return Line(what, more, interaction.occurred_at, _of(customer_id) if customer_id in names else "")


def _of(customer_id: int) -> str:
    return reverse("customers:show", args=[customer_id])
