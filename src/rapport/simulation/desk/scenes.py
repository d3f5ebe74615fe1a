"""What happens in one matter at the desk: turns in their order, drawn from the seed and the number of the scene."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import exp, log
from typing import Any

import numpy as np

from rapport.simulation import company, service, texts, wording
from rapport.simulation.desk import words
from rapport.simulation.people import Person
from rapport.simulation.plan import ZONE
from rapport.simulation.products import PRODUCTS
from rapport.simulation.telling import Part, pick
from rapport.simulation.wording import Matter

MINUTE, HOUR, DAY = 60, 3600, 86_400
A_DAY, EXTRA = 2_000, 100
"""Scenes of one day have numbers of their own; those that begin while somebody watches, from `EXTRA` on by minute."""
QUICKER = 20
"""While somebody watches, colleagues answer so many times faster: nobody waits two hours before a screen."""
_OPENS, _CLOSES = 8, 20
_THINGS = next(number for number, product in enumerate(PRODUCTS) if product.group == "classes")
"""Products that can break or come late stand before the classes."""
_CHAT_SHARE = 0.45
"""Of those who have an account."""
_HOURS = (8, 9, 9, 10, 10, 11, 12, 13, 14, 15, 16, 16, 17, 18, 19, 20, 21)


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that happens: an act of `turns`, how many seconds after the one before, and what is said with it."""

    act: str
    pause: int
    text: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scene:
    """A matter of one customer: its channel, who of ours looks after it (places among colleagues), what happens."""

    number: int
    begins: datetime
    matter: Matter
    subject: str
    channel: str
    agent: int
    other: int
    turns: tuple[Turn, ...]

    def moments(self) -> list[datetime]:
        """When each turn happens: colleagues act while they work, and nothing happens at the same moment."""
        found: list[datetime] = []
        at = self.begins
        for turn in self.turns:
            at += timedelta(seconds=max(turn.pause, 0 if not found else 5))
            at = at if turn.act in _AT_ANY_HOUR or self.channel == "chat" else at_work(at)
            found.append(at)
        return found

    def is_over(self, at: datetime) -> bool:
        """Whether it was settled by then, and nothing came of it since."""
        return self.turns[-1].act in {"close", "junk", "leave"} and self.moments()[-1] <= at


_AT_ANY_HOUR = frozenset(
    {"write", "write_again", "advertise", "say", "leave", "away", "bounce", "depot", "stranger"}
)
"""What others do, who do not keep our hours."""


def at_work(moment: datetime) -> datetime:
    """The moment itself while somebody works, else when they begin next; Sundays are free.

    >>> at_work(datetime(2026, 3, 1, 12, tzinfo=ZONE)).isoformat()
    '2026-03-02T08:12:00+00:00'
    """
    local = moment.astimezone(ZONE)
    if local.weekday() < 6 and _OPENS <= local.hour < _CLOSES:
        return moment
    day = local.date() if local.hour < _OPENS else local.date() + timedelta(days=1)
    if day.weekday() == 6:
        day += timedelta(days=1)
    opens = datetime(day.year, day.month, day.day, _OPENS, 12, tzinfo=ZONE)
    return opens + timedelta(minutes=local.minute % 45, seconds=local.second)


def numbers_of(day: date, count: int) -> list[int]:
    """The numbers of the scenes that begin on a day; half as many on Sundays."""
    count = count if day.weekday() < 6 else -(-count // 2)
    return [day.toordinal() * A_DAY + place for place in range(min(count, EXTRA))]


def number_at(moment: datetime) -> int:
    """The number of the scene that begins at this moment because somebody watches."""
    local = moment.astimezone(ZONE)
    return local.date().toordinal() * A_DAY + EXTRA + local.hour * 60 + local.minute


def place_of(number: int) -> int:
    """The place of a scene among all: those of one day, and of days near to it, have different ones."""
    day, place = divmod(number, A_DAY)
    return day * 17 + place


def begins(seed: int, number: int) -> datetime:
    """When a scene begins that belongs to a day of its own."""
    rng = _generator(seed, number)
    day = date.fromordinal(number // A_DAY)
    hour, minute, second = pick(_HOURS, _luck(rng)), int(rng.integers(60)), int(rng.integers(60))
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=ZONE)


def drawn(seed: int, number: int, person: Person, at: datetime) -> Scene:
    """The scene of this number, played by this customer from this moment on."""
    rng = _generator(seed, number)
    rng.integers(2**32, size=4)
    is_chat = rng.random() < _CHAT_SHARE and person.at_web[0] == person.account
    about = int(rng.choice((service.FINE, service.FAULT, service.LATE, service.PRICE, service.ASKING)))
    order = f"W{person.number}-{1 + _luck(rng) % 9}"
    matter = Matter(person, about, _luck(rng) % _THINGS, order)
    play = _Play(rng, matter, 1 if number % A_DAY < EXTRA else QUICKER, *_colleagues(rng, is_chat=is_chat))
    fates = _CHAT_FATES if is_chat else _FATES
    fate = fates[int(rng.choice(len(fates), p=[share for share, _ in fates]))][1]
    fate(play)
    return Scene(
        number,
        at,
        matter,
        play.subject or wording.subject(matter),
        "chat" if is_chat else "email",
        play.agent,
        play.other,
        tuple(play.turns),
    )


def _colleagues(rng: np.random.Generator, *, is_chat: bool) -> tuple[int, int]:
    """Two of the team, by their places among all colleagues."""
    team = pick((company.CHAT_NORTH, company.CHAT_SOUTH), _luck(rng)) if is_chat else company.MAIL_TEAM
    first, size = int(company.FIRST_OF_TEAM[team]), int(company.SIZES[team])
    one = _luck(rng) % size
    return first + one, first + (one + 1 + _luck(rng) % (size - 1)) % size


def _generator(seed: int, number: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, 4, number])))


def _luck(rng: np.random.Generator) -> int:
    return int(rng.integers(2**31))


@dataclass(slots=True)
class _Play:
    """The turns of a scene as they are put down. Waits are drawn around a median; `quicker` divides them."""

    rng: np.random.Generator
    matter: Matter
    quicker: int
    agent: int
    other: int
    turns: list[Turn] = field(default_factory=list)
    subject: str = ""

    def add(self, act: str, median: float = 0, text: str = "", **more: Any) -> None:
        spread = exp(log(max(median, 1)) + 0.7 * float(self.rng.standard_normal())) if median else 0
        self.turns.append(Turn(act, int(spread / self.quicker), self.filled(text), more))

    def filled(self, text: str) -> str:
        return wording.filled(self.matter, text) if "@" not in text else text

    def pick(self, parts: tuple[Part, ...]) -> Part:
        return pick(parts, _luck(self.rng))

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def ask(self) -> None:
        self.add("write", text=wording.asked(self.matter, int(self.rng.integers(2**60))))

    def answer(self, median: float = 2.5 * HOUR, *, is_right: bool = True, then: str = "theirs") -> None:
        text = wording.answered(self.matter, int(self.rng.integers(2**60)), is_right=is_right)
        self.add("answer", median, text, then=then)

    def close(self, median: float = 2 * HOUR) -> None:
        self.add("close", median, self.pick(words.OUTCOMES))


def _settled(play: _Play) -> None:
    play.ask()
    play.answer()
    if play.chance(0.3):
        play.add("write_again", 4 * HOUR, play.pick(words.MORE))
        play.answer(HOUR)
    if play.chance(0.5):
        play.add("write_again", 3 * HOUR, play.pick(words.THANKS))
    play.close()


def _overlooked(play: _Play) -> None:
    """Nobody answers; some ask again after days."""
    play.ask()
    if play.chance(0.5):
        play.add("write_again", 1.5 * DAY, play.pick(words.NUDGE))


def _asked_back(play: _Play) -> None:
    play.ask()
    play.add("answer", 3 * HOUR, play.pick(words.ASKED_BACK), then="theirs")
    if play.chance(0.2):
        play.add("away", 2 * MINUTE, words.AWAY)


def _with_the_depot(play: _Play) -> None:
    """A colleague asks the depot, in a conversation beside this one."""
    play.ask()
    play.add("forward", 2 * HOUR, play.pick(words.TO_DEPOT))
    play.answer(10 * MINUTE, is_right=False, then="third")
    if play.chance(0.6):
        play.add("depot", 8 * HOUR, play.pick(words.FROM_DEPOT))
        play.answer(HOUR)
        play.close(5 * HOUR)
    else:
        play.add("depot", 5 * HOUR, words.FROM_DEPOT_LATE)


def _passed_on(play: _Play) -> None:
    play.ask()
    play.add("take", HOUR)
    to = play.pick((company.MEMBERSHIP, company.DELIVERY))
    play.add("transfer", HOUR, play.pick(words.PASSED_ON), to=to)
    if play.chance(0.6):
        play.add("asked_again", 5 * HOUR, play.pick(words.WHAT_THEY_TOLD_US))
        play.answer(10 * MINUTE)
        play.close()


def _promised(play: _Play) -> None:
    play.ask()
    play.answer(then="ours")
    due = int(play.rng.integers(4 * HOUR, 3 * DAY))
    play.add("promise", MINUTE, play.pick(words.PROMISES), due=due)
    if play.chance(0.6):
        play.add("keep", due * (0.5 if play.chance(0.7) else 1.4))
        play.answer(5 * MINUTE)
        play.close()


def _come_back(play: _Play) -> None:
    """Settled, and not settled after all."""
    play.ask()
    play.answer(is_right=False, then="done")
    play.add("write_again", 1.3 * DAY, play.pick(words.AGAIN))
    play.add("note", HOUR, play.pick(words.NOTES), names="other")
    play.answer(3 * HOUR)
    if play.chance(0.5):
        play.close(8 * HOUR)


def _put_off(play: _Play) -> None:
    play.ask()
    play.answer(then="ours")
    play.add("snooze", 10 * MINUTE, until=int(play.rng.integers(DAY, 6 * DAY)))


def _for_the_visitor(play: _Play) -> None:
    """Given to whoever signs in to look: there is something to do from the first minute."""
    play.ask()
    play.add("note", HOUR, play.pick(words.FOR_YOU), names="visitor")
    play.add("give", MINUTE)


def _rang_too(play: _Play) -> None:
    """The same matter by telephone and by mail: two cases that are one."""
    play.ask()
    play.add("ring", 2 * HOUR, play.pick(words.REPORTED))
    play.add("join", 10 * MINUTE)
    play.answer(HOUR)
    if play.chance(0.5):
        play.close()


def _refused(play: _Play) -> None:
    play.ask()
    code, said = play.pick(texts.REFUSALS)
    play.add("refuse", 3 * HOUR, said, code=code)
    play.add("answer", MINUTE, said, then="theirs")
    if play.chance(0.4):
        play.add("write_again", 5 * HOUR, play.pick(words.AGAIN))


def _came_back_to_us(play: _Play) -> None:
    """The answer bounces: the address is dead."""
    play.ask()
    play.answer()
    play.add("bounce", 3 * MINUTE)


def _at_the_door(play: _Play) -> None:
    """Somebody whom we do not know writes into the conversation, and waits to be let in."""
    play.ask()
    play.answer()
    play.add("stranger", 5 * HOUR, who=_luck(play.rng))


def _junk(play: _Play) -> None:
    play.subject, text = play.pick(words.JUNK)
    play.add("advertise", text=text)
    play.add("junk", 3 * HOUR)


def _chatted(play: _Play) -> None:
    play.add("say", text=wording.asked(play.matter, int(play.rng.integers(2**60)) & 0xFFFF0))
    play.add("answer", MINUTE * play.quicker, play.pick(words.CHAT_ANSWERS), then="theirs")
    play.add("say", MINUTE * play.quicker, play.pick(words.CHAT_MORE))
    play.answer(2 * MINUTE * play.quicker)
    play.add("say", MINUTE * play.quicker, play.pick(words.THANKS))
    play.add("close", MINUTE * play.quicker, play.pick(words.OUTCOMES))
    play.add("leave", MINUTE * play.quicker)


def _left_waiting(play: _Play) -> None:
    """A chat that nobody took: it waits on the desk."""
    play.add("say", text=wording.asked(play.matter, int(play.rng.integers(2**60)) & 0xFFFF0))
    play.add("leave", 6 * MINUTE * play.quicker)
    if play.chance(0.6):
        play.answer(3 * HOUR)
        play.close(DAY)


def _went_on_by_mail(play: _Play) -> None:
    """Several channels in one matter."""
    _chatted(play)
    del play.turns[-2:]
    play.add("leave", MINUTE)
    play.add("write", 5 * HOUR, play.pick(words.MORE))
    play.answer()
    if play.chance(0.5):
        play.close()


Fate = Callable[[_Play], None]
_FATES: tuple[tuple[float, Fate], ...] = (
    (0.40, _settled),
    (0.06, _overlooked),
    (0.11, _asked_back),
    (0.06, _with_the_depot),
    (0.06, _passed_on),
    (0.07, _promised),
    (0.05, _come_back),
    (0.04, _put_off),
    (0.06, _for_the_visitor),
    (0.03, _rang_too),
    (0.02, _refused),
    (0.01, _came_back_to_us),
    (0.01, _at_the_door),
    (0.02, _junk),
)
_CHAT_FATES: tuple[tuple[float, Fate], ...] = (
    (0.65, _chatted),
    (0.15, _left_waiting),
    (0.20, _went_on_by_mail),
)
"""How matters go, and how often."""
