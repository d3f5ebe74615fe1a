"""Who plays: the colleagues of the made-up company, whoever signs in to look, and its customers."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Protocol

from rapport.customers.directory import queries as directory
from rapport.simulation import company, people
from rapport.simulation.desk import scenes
from rapport.simulation.people import Person
from rapport.simulation.plan import Plan
from rapport.staff.people import queries as staff
from rapport.staff.roles.rules import EVERYTHING, Actor

VISITOR = "champion@wrenfield.example"
"""The one who can sign in: what they have taken in hand is theirs alone."""
_ANY_END = datetime(2026, 1, 1, tzinfo=UTC)
_APART = 7_919
"""Neighbouring scenes are played by customers so far apart; prime, so that all have their turn."""


class Player(Actor, Protocol):
    """A colleague who does something at the desk."""

    pk: int


@dataclass(frozen=True, slots=True)
class Cast:
    """Colleagues in the order of `company.colleagues`, and the one who signs in."""

    colleagues: tuple[Player, ...]
    handles: tuple[str, ...]
    visitor: Player

    @property
    def numbers(self) -> frozenset[int]:
        """The numbers of those who act by themselves."""
        return frozenset(one.pk for one in self.colleagues)


def assembled() -> Cast:
    """Everybody who plays at the desk, as they are stored."""
    wanted = [one.email for one in company.colleagues()]
    found = {one.email: one for one in staff.everybody(reach=EVERYTHING).filter(email__in=[*wanted, VISITOR])}
    return Cast(
        tuple(found[one] for one in wanted),
        tuple(one.partition("@")[0] for one in wanted),
        found[VISITOR],
    )


def customer(plan: Plan, number: int) -> Person | None:
    """The customer who plays in a scene; None where the company has not met them yet."""
    known = _first_block(plan.seed, plan.people_in(0))
    place = scenes.place_of(number) * _APART % len(known)
    person = known[place]
    return person if directory.known_as("email", person.email) else None


@lru_cache(maxsize=2)
def _first_block(seed: int, count: int) -> tuple[Person, ...]:
    rng = Plan(count, 1, seed, _ANY_END).generator(0)
    return tuple(people.described(people.draw(rng, 0), seed)[:count])
