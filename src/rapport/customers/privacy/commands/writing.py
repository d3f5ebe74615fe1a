"""An export for programs: one JSON object, section by section. docs/reference/export.md describes it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

import msgspec

from rapport.kernel.persons import Fact, Handler, Person

FORMAT = "rapport-person/1"
_encode = msgspec.json.Encoder(order="deterministic").encode


def facts(person: Person, handlers: Sequence[Handler]) -> Iterator[Fact]:
    """Everything known of a person, alike facts beside each other; who they are comes first, what happened last."""
    for handler in reversed(handlers):
        yield from handler.export(person)


def as_json(person: Person, handlers: Sequence[Handler], *, at: datetime) -> Iterator[str]:
    """The text of the file, piece by piece."""
    yield f'{{"format":"{FORMAT}","exported_at":{_text(at)},"number":{person.customer_id},"sections":{{'
    sections = groupby(facts(person, handlers), key=lambda fact: fact.section)
    for place, (section, found) in enumerate(sections):
        yield f"{',' if place else ''}\n{_text(section)}:["
        for number, fact in enumerate(found):
            yield f"{',' if number else ''}\n{_text(fact.values)}"
        yield "]"
    yield "}}\n"


def _text(value: object) -> str:
    return _encode(value).decode()
