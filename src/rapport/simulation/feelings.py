"""How it felt, and what it built: expectation, valence, bond, and who leaves. One pass through each life."""

from dataclasses import dataclass

import numpy as np

from rapport.simulation import planted, service
from rapport.simulation.days import DAY, Bools, Floats, Ints
from rapport.simulation.occasions import Occasions
from rapport.simulation.people import People
from rapport.simulation.plan import BLOCK
from rapport.simulation.service import Contacts, Orders


@dataclass(frozen=True, slots=True)
class Feelings:
    """Per occasion: valence of the purchase and of the contact, surprise (sd) of each wait, bond afterwards.

    `is_lived` is false after the customer has left. Per customer: `left_turn` (-1: still with us), the `first_bond`
    and the last `bond`.
    """

    valence: Floats
    contact_valence: Floats
    surprise: Floats
    contact_surprise: Floats
    bond_after: Floats
    is_lived: Bools
    left_turn: Ints
    first_bond: Floats
    bond: Floats

    def bond_at(self, at: Occasions, moment: int) -> Floats:
        """Each customer's bond after the last occasion that they lived before a moment (Unix seconds)."""
        found = self.first_bond.copy()
        lived = self.is_lived & (at.moment <= moment)
        found[at.who[lived]] = self.bond_after[lived]
        return found


class _Lives:
    """The running state of all customers of a block: discounted history of waits, and the bond."""

    def __init__(self, people: People) -> None:
        prior, bond = planted.EXPECTATION, planted.BOND
        self.prior_precision = 1 / prior["between_customers_variance"]
        self.precision = 1 / prior["within_customer_variance"]
        self.weight = np.zeros(BLOCK)
        self.weighted = np.zeros(BLOCK)
        self.last = np.zeros(BLOCK)
        self.bond = bond["first_mean"] + bond["warmth_weight"] * people.warmth

    def surprise(self, who: Ints, wait: Ints, moment: Ints, has_wait: Bools) -> Floats:
        """Standard deviations above expectation (short wait: positive); learns the wait. 0 where none was had."""
        gone = (moment - self.last[who]) / DAY / planted.EXPECTATION["half_life_days"]
        kept = np.exp2(-np.maximum(gone, 0.0))
        weight, weighted = self.weight[who] * kept, self.weighted[who] * kept
        goodness = -np.log1p(wait / 60)
        variance = 1 / (self.prior_precision + weight * self.precision)
        mean = variance * (
            planted.EXPECTATION["first_mean"] * self.prior_precision + weighted * self.precision
        )
        sd = np.sqrt(variance + planted.EXPECTATION["within_customer_variance"])
        self.weight[who] = np.where(has_wait, weight + 1, self.weight[who])
        self.weighted[who] = np.where(has_wait, weighted + goodness, self.weighted[who])
        self.last[who] = np.where(has_wait, moment, self.last[who])
        return np.where(has_wait, (goodness - mean) / sd, 0.0)

    def learn(self, who: Ints, valence: Floats, happened: Bools) -> Floats:
        """Move the bond towards the valence of a moment; a worse moment than the bond moves it further."""
        gap = valence - self.bond[who]
        share = planted.BOND["learning_share"] * np.where(gap < 0, planted.BOND["loss_weight"], 1.0)
        self.bond[who] += np.where(happened, share * gap, 0.0)
        return self.bond[who]


def live(
    rng: np.random.Generator, people: People, at: Occasions, bought: Orders, asked: Contacts
) -> Feelings:
    """Walk through every customer's occasions in turn until they leave."""
    size = len(at.who)
    facts, contact_facts = _purchase_facts(at, bought), _contact_facts(at, asked)
    mood = planted.MOOD_SD * rng.standard_normal((2, size)) + planted.WARMTH_WEIGHT * people.warmth[at.who]
    chance = rng.random(size)
    stays = np.log(people.leaving_chance / (1 - people.leaving_chance))
    lives = _Lives(people)
    first_bond = lives.bond.copy()
    valence, contact_valence, surprise, contact_surprise, bond_after = (np.zeros(size) for _ in range(5))
    is_lived, left_turn = np.zeros(size, dtype=bool), np.full(BLOCK, -1)
    for turn in range(int(at.count.max(initial=0))):
        who = np.flatnonzero((at.count > turn) & (left_turn < 0))
        row = at.first[who] + turn
        is_lived[row] = True
        surprise[row] = lives.surprise(who, bought.wait[row], at.moment[row], bought.wait[row] > 0)
        valence[row] = facts[row] + mood[0, row] + planted.FEELING["wait_surprise"] * surprise[row]
        lives.learn(who, valence[row], at.is_purchase[row])
        live_wait = asked.is_made[row] & (asked.used[row] != service.MAIL) & ~asked.is_solved_alone[row]
        contact_surprise[row] = lives.surprise(who, asked.wait[row], asked.moment[row], live_wait)
        felt = contact_facts[row] + mood[1, row] + planted.FEELING["wait_surprise"] * contact_surprise[row]
        contact_valence[row] = felt
        bond_after[row] = lives.learn(who, felt, asked.is_made[row])
        logit = stays[who] + planted.BOND_ON_LEAVING * bond_after[row]
        leaves = at.is_purchase[row] & (chance[row] < 1 / (1 + np.exp(-logit)))
        left_turn[who[leaves]] = turn
    return Feelings(
        valence,
        contact_valence,
        surprise,
        contact_surprise,
        bond_after,
        is_lived,
        left_turn,
        first_bond,
        lives.bond,
    )


def _purchase_facts(at: Occasions, bought: Orders) -> Floats:
    weights = planted.FEELING
    total = np.full(len(at.who), planted.VALENCE_AT_BEST)
    total += weights["promise_passed"] * _doublings(bought.wait, service.PROMISED[service.IN_PERSON])
    total += weights["late_delivery"] * bought.is_late
    total += weights["price_not_as_quoted"] * ~bought.is_as_quoted
    total += weights["unprompted_extra"] * bought.is_extra
    return total


def _contact_facts(at: Occasions, asked: Contacts) -> Floats:
    weights = planted.FEELING
    total = np.full(len(at.who), planted.VALENCE_AT_BEST)
    reached = asked.is_made & ~asked.is_solved_alone
    broken = (asked.call_back_at > 0) & (asked.call_back_done_at > asked.call_back_at)
    total += weights["promise_passed"] * _doublings(asked.wait * reached, service.PROMISED[asked.used])
    total += weights["not_right_first_time"] * (reached & ~asked.is_right)
    total += weights["asked_again"] * asked.is_asked_again
    total += weights["transfer"] * asked.transfers
    total += weights["channel_switch"] * asked.is_back
    total += weights["trapped_in_selfservice"] * is_trapped(asked)
    total += weights["history_not_seen"] * (reached & ~asked.is_history_seen)
    total += weights["no_choice_of_channel"] * (reached & (asked.used != asked.wanted))
    total += weights["refused"] * asked.is_refused
    total += weights["promise_broken"] * broken
    return total


def is_trapped(asked: Contacts) -> Bools:
    """Whether self-service held them longer than it may without an answer."""
    return asked.is_made & (asked.inside > planted.TRAPPED_SECONDS) & ~asked.is_solved_alone


def _doublings(wait: Ints, promised: Floats | float) -> Floats:
    return np.log2(np.maximum(wait / promised, 1.0))
