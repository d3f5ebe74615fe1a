"""Exports that were made of somebody: they go with them, and an export says that they were made."""

from collections.abc import Iterator
from datetime import datetime

from rapport.customers.privacy.models import Erasure
from rapport.customers.privacy.queries import subjects
from rapport.files.store import commands as files
from rapport.files.store import queries as stored
from rapport.kernel.persons import Erased, Fact, Person

name = "files"
covers = ("files.StoredFile", "customers.Erasure")


def export(person: Person) -> Iterator[Fact]:
    for one in stored.every_about(subjects(person)):
        yield Fact("files", {"name": one.name, "kept_at": one.kept_at, "until": one.expires_at})
    asked = Erasure.objects.filter(customer_id__in=person.identifier_ids).order_by("id")
    for request in asked:
        yield Fact(
            "erasures",
            {"why": request.why, "asked_at": request.asked_at, "withdrawn_at": request.withdrawn_at},
        )


def erase(person: Person, *, at: datetime) -> Erased:  # noqa: ARG001 - every handler is told the moment
    tokens = files.discard_about(subjects(person))
    return Erased(len(tokens), tuple(f"files/{token[:2]}/{token}" for token in tokens))
