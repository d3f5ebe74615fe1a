"""What programs were answered about somebody: kept for a day so that a repeated request changes nothing."""

from collections.abc import Iterator
from datetime import datetime

from rapport.kernel.persons import Erased, Fact, Person
from rapport.staff.answers import commands as answers

name = "answers"
covers = ("staff.Answer",)
_SHORTEST = 4
"""Shorter identifiers stand in answers by chance; their age decides."""


def export(person: Person) -> Iterator[Fact]:  # noqa: ARG001 - every handler is asked for the person
    """Nothing of its own: it repeats what the log and the directory say."""
    yield from ()


def erase(person: Person, *, at: datetime) -> Erased:  # noqa: ARG001 - every handler is told the moment
    words = {value.lower().encode() for _, value in person.identifiers if len(value) >= _SHORTEST}
    return Erased(answers.forget_naming(words))
