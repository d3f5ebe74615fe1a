"""When each customer turns up: to buy, or (those who never buy) to look and ask."""

from dataclasses import dataclass

import numpy as np

from rapport.simulation.days import ANY, SHOP, Bools, Calendar, Floats, Ints
from rapport.simulation.people import People
from rapport.simulation.plan import BLOCK

MOST_OCCASIONS = 300


@dataclass(frozen=True, slots=True)
class Occasions:
    """All occasions that could be, in order of customer and time; leaving cuts them short later.

    `who` is the position in the block, `turn` counts the customer's occasions from 0, `even` is even time (days),
    `first` and `count` (per customer) say where each customer's occasions lie.
    """

    who: Ints
    turn: Ints
    even: Floats
    day: Ints
    moment: Ints
    is_web: Bools
    is_purchase: Bools
    first: Ints
    count: Ints


def draw(rng: np.random.Generator, people: People, calendar: Calendar) -> Occasions:
    """Poisson occasions at each customer's own rate; new buyers have one more, at the start."""
    start = np.where(people.is_new, people.joined_share * calendar.count, 0.0)
    per_day = np.where(people.is_prospect, 1.4 / calendar.count, people.rate_per_year / 365.25)
    expected = per_day * (calendar.span - start)
    repeats = np.minimum(rng.poisson(expected), MOST_OCCASIONS)
    begins = people.is_new & ~people.is_prospect
    count = repeats + begins
    who = np.repeat(np.arange(BLOCK), count)
    first = np.concatenate([[0], np.cumsum(count)[:-1]])
    turn = np.arange(len(who)) - first[who]
    even = start[who] + rng.random(len(who)) * (calendar.span - start[who])
    is_start = begins[who] & (turn == 0)
    even[is_start] = start[who[is_start]]
    even = even[np.lexsort((even, who))]
    return _placed(rng, people, calendar, (who, turn, even, first, count))


def _placed(
    rng: np.random.Generator, people: People, calendar: Calendar, timed: tuple[Ints, Ints, Floats, Ints, Ints]
) -> Occasions:
    who, turn, even, first, count = timed
    is_web = rng.random(len(who)) < people.web_share[who]
    day = calendar.day_of(even)
    moment = calendar.moment(day, np.where(is_web, ANY, SHOP), rng.random(len(who)))
    return Occasions(
        who=who,
        turn=turn,
        even=even,
        day=day,
        moment=moment,
        is_web=is_web,
        is_purchase=~people.is_prospect[who],
        first=first,
        count=count,
    )
