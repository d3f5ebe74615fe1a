"""Who is asked and answers, who speaks unasked, and why people stay or leave: behaviour that follows from feelings."""

from dataclasses import dataclass

import numpy as np

from rapport.simulation import planted
from rapport.simulation.days import DAY, Bools, Floats, Ints
from rapport.simulation.feelings import Feelings
from rapport.simulation.occasions import Occasions
from rapport.simulation.people import People
from rapport.simulation.plan import BLOCK
from rapport.simulation.service import Contacts, Orders

REASON_NAMES = tuple(planted.REASONS)
STAY_NAMES = tuple(planted.STAY_REASONS)


@dataclass(frozen=True, slots=True)
class Voices:
    """What was said on each occasion. Moments of 0 mean that it did not happen.

    `face` is 1 to 5, `expected` -2 (much worse) to 2 (much better), `recommend` 0 to 10, `rating` 1 to 5 stars.
    """

    asked_at: Ints
    is_about_contact: Bools
    answered_at: Ints
    face: Ints
    expected: Ints
    recommend: Ints
    review_at: Ints
    rating: Ints
    feedback_at: Ints
    recommended_at: Ints
    gift_at: Ints
    luck: Ints


@dataclass(frozen=True, slots=True)
class Reasons:
    """Per customer: why they would stay, why they left if they did (positions), whether they say so."""

    stay: Ints
    leave: Ints
    is_told: Bools


@dataclass(frozen=True, slots=True)
class Lived:
    """Everything that happened to the people of a block, before it is put into words."""

    people: People
    at: Occasions
    bought: Orders
    asked: Contacts
    felt: Feelings


def speak(rng: np.random.Generator, lived: Lived) -> Voices:
    """Surveys with biased answering, reviews, ideas, recommendations; and our unexpected gifts."""
    at, people, felt = lived.at, lived.people, lived.felt
    size, who = len(at.who), at.who
    is_contact, end = lived.asked.is_made, _ends(lived)
    valence = np.where(is_contact, felt.contact_valence, felt.valence)
    chance = np.where(is_contact, planted.ASKED_AFTER_CONTACT, planted.ASKED_AFTER_PURCHASE * at.is_purchase)
    may_ask = (people.agrees_surveys & ~people.is_never_asked)[who]
    asked_at = np.where(may_ask & (rng.random(size) < chance), end + rng.integers(3600, 2 * DAY, size), 0)
    answers = rng.random(size) < _answering(people, who, valence)
    surprise = np.where(is_contact, felt.contact_surprise, felt.surprise)
    loud = np.exp(0.5 * people.voice[who])
    speaking = planted.SPEAKING
    review = speaking["review"] * loud * (0.4 + np.abs(valence))
    recommends = (
        speaking["recommendation"] * np.exp(planted.BOND_ON_RECOMMENDING * felt.bond_after) * at.is_purchase
    )
    return Voices(
        asked_at=asked_at,
        is_about_contact=is_contact,
        answered_at=np.where((asked_at > 0) & answers, asked_at + rng.integers(600, 3 * DAY, size), 0),
        face=_rounded(rng, 3.3 + 0.9 * valence, 0.4, (1, 5)),
        expected=_rounded(rng, 0.5 * valence + 0.5 * surprise, 0.4, (-2, 2)),
        recommend=_rounded(rng, 6.8 + 2.2 * felt.bond_after, 1.2, (0, 10)),
        review_at=_later(rng, end, rng.random(size) < review),
        rating=_rounded(rng, 3.4 + 1.1 * valence, 0.4, (1, 5)),
        feedback_at=_later(rng, end, rng.random(size) < speaking["feedback"] * loud),
        recommended_at=_later(rng, end, rng.random(size) < recommends),
        gift_at=_later(rng, end, (rng.random(size) < planted.GIFT) & at.is_purchase),
        luck=rng.integers(0, 2**62, size),
    )


def reasons(rng: np.random.Generator, lived: Lived, *, asked_at: int) -> Reasons:
    """Why each customer stays, by the bond of one moment (Unix seconds) for good, and why those who left did."""
    bond, bond_then = lived.felt.bond, lived.felt.bond_at(lived.at, asked_at)
    chance = rng.random((3, BLOCK))
    unhappy = _drawn(planted.REASON_SHARES_UNHAPPY, chance[0])
    content = _drawn(planted.REASON_SHARES_CONTENT, chance[0])
    high, low = (
        _drawn(planted.STAY_SHARES_HIGH_BOND, chance[1]),
        _drawn(planted.STAY_SHARES_LOW_BOND, chance[1]),
    )
    return Reasons(
        stay=np.where(bond_then > planted.BOND["first_mean"], high, low),
        leave=np.where(bond < planted.UNHAPPY_BELOW, unhappy, content),
        is_told=chance[2] < planted.REASON_TOLD,
    )


def _answering(people: People, who: Ints, valence: Floats) -> Floats:
    weights = planted.ANSWERING
    logit = weights["at_zero"] + weights["per_valence"] * valence + weights["per_voice"] * people.voice[who]
    logit = logit + weights["per_log_rate"] * np.log1p(people.rate_per_year[who])
    return 1 / (1 + np.exp(-logit))


def _ends(lived: Lived) -> Ints:
    """When the last part of an occasion is over: bought, delivered, answered, called back."""
    asked = lived.asked
    done = np.maximum(asked.moment + asked.wait + 3600, asked.call_back_done_at)
    return np.maximum(
        np.maximum(lived.at.moment, lived.bought.delivered_at), np.where(asked.is_made, done, 0)
    )


def _later(rng: np.random.Generator, end: Ints, happens: Bools) -> Ints:
    return np.where(happens, end + rng.integers(7200, 6 * DAY, len(end)), 0)


def _rounded(rng: np.random.Generator, value: Floats, noise: float, limits: tuple[int, int]) -> Ints:
    return np.clip(np.rint(value + noise * rng.standard_normal(len(value))), *limits).astype(np.int64)


def _drawn(shares: tuple[float, ...], chance: Floats) -> Ints:
    return np.minimum(np.searchsorted(np.cumsum(shares), chance, side="right"), len(shares) - 1)
