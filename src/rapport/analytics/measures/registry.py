"""The register of measures: each a small function from tables to an expression, with all one must know to use it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import ibis.expr.types as ir

from rapport.analytics.engines.sessions import Tables
from rapport.analytics.measures.evidence import Shape
from rapport.analytics.measures.periods import Period
from rapport.kernel.refusals import NotFound

Build = Callable[[Tables, Period], ir.Table]


class Direction(StrEnum):
    """Which way is better."""

    HIGHER = "higher is better"
    LOWER = "lower is better"
    NEITHER = "neither way is better by itself"


class Example(NamedTuple):
    """The rows that the expression gives for the customers of `examples.py`, in order, and how they come about."""

    rows: tuple[tuple[int | float | str, ...], ...]
    words: str


@dataclass(frozen=True, slots=True)
class About:
    """What one must know of a measure.

    `unit` is what `value` counts: customers, interactions, share (0 to 1), days, money_minor (of the base currency).
    `parts` says what the rows of its table are: channel, kind, size, days, share, total, or "" for none.
    `counted` is what its evidence is made of: customers, interactions, or times that customers turned to us.
    """

    title: str
    definition: str
    unit: str
    grain: str
    direction: Direction
    source: str
    caveat: str
    example: Example
    parts: str = ""
    counted: str = "customers"


@dataclass(frozen=True, slots=True)
class Measure:
    """A registered measure: `build` makes the expression, `shape` makes a value of its rows."""

    name: str
    about: About
    shape: Shape
    build: Build


MEASURES: dict[str, Measure] = {}


def measure(shape: Shape, about: About) -> Callable[[Build], Build]:
    """Register the function under its own name."""

    def register(build: Build) -> Build:
        name = build.__name__
        if name in MEASURES:
            raise ValueError(f"two measures are called {name}")
        MEASURES[name] = Measure(name, about, shape, build)
        return build

    return register


def find(name: str) -> Measure:
    """The measure of this name."""
    found = MEASURES.get(name)
    if found is None:
        known = ", ".join(MEASURES)
        raise NotFound(f"There is no measure '{name[:60]}'. There are: {known}.", field="measure", value=name)
    return found
