"""What a file brings to the log, and the cases that are told from it: run together, taken back together."""

import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from rapport.interactions.ingestion import commands as ingestion
from rapport.interactions.ingestion import queries
from rapport.interactions.ingestion.commands.beginning import mapping_text
from rapport.interactions.ingestion.rules.mapping import parse
from rapport.kernel.refusals import Refusal
from rapport.service.histories import commands as histories
from rapport.staff.roles.rules import EVERYTHING, Actor

if TYPE_CHECKING:
    from rapport.interactions.ingestion.models import Import


class TellsOfNoCases(Refusal):
    """The mapping reads interactions, and nothing that would make cases of them."""


def check_tells_of_cases(mapping: str) -> None:
    """Refuse a mapping, by its name or file, that makes no cases."""
    if parse(mapping_text(mapping)[1]).cases is None:
        raise TellsOfNoCases(f"The mapping '{mapping}' tells of no cases.", field="mapping", value=mapping)


def run(import_id: int, *, watch: ingestion.Watch, by: Actor) -> "Import":
    """Bring an import to its end, from wherever it was: first the log, then the cases told from it."""
    one = ingestion.run(import_id, watch=watch, token=secrets.token_hex(4), by=by)
    if one.taken_back_at is None and parse(one.mapping).cases is not None:
        histories.bring_in(one.pk, one.mapping, by=by, clock=watch.clock, should_stop=watch.should_stop)
    return one


@transaction.atomic
def take_back(import_id: int, *, by: Actor, at: datetime) -> int:
    """Remove all that an import brought, its cases too; how many interactions went."""
    one = queries.import_run(import_id, reach=EVERYTHING)
    histories.take_back(one.pk, one.mapping, by=by, at=at)
    return ingestion.take_back(one.pk, by=by, at=at)
