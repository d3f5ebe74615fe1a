"""How far those who answered speak for everybody: balancing, what it costs, and a follow-up of the silent.

Balancing mends only what shows in what we know of everybody. Whoever is silent for the very reason that is asked
about stays unheard, however well the weights fit: only some of the silent, asked again by another way, tell that.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import t as student

from rapport.analytics.statistics import columns
from rapport.analytics.statistics.columns import Floats, NoConvergence, NotEnoughEvidence
from rapport.analytics.statistics.intervals import Interval, normal_quantile, wilson_interval

Codes = NDArray[np.intp]
_FEWEST_ROWS = 2


@dataclass(frozen=True, slots=True)
class _Margin:
    """One way of sorting rows: the group of each cell, and what each group is to add up to."""

    codes: Codes
    totals: Floats
    names: list[Hashable]


def rake(
    groups: Sequence[ArrayLike],
    totals: Sequence[Mapping[Hashable, float]],
    *,
    weights: ArrayLike | None = None,
    tolerance: float = 1e-9,
    most_rounds: int = 1_000,
) -> Floats:
    """Weights (>= 0, one for each row) near those given, whose sums in each group are the totals known.

    `groups` are columns of names, each sorting the same rows in another way; `totals` says for each column what each
    of its groups adds up to. Weights are 1 where none are given. ValueError names what does not fit; NoConvergence
    says which group is furthest from its total. Source: Deming and Stephan (1940).

    >>> rake([["old", "old", "new"]], [{"old": 10, "new": 20}]).tolist()
    [5.0, 5.0, 20.0]
    """
    if len(groups) != len(totals) or not groups:
        raise ValueError(f"totals has {len(totals)} columns and groups {len(groups)}; each needs its totals")
    sorted_in = [
        _sorted(place, names, wanted)
        for place, (names, wanted) in enumerate(zip(groups, totals, strict=True))
    ]
    given = np.ones(len(sorted_in[0].codes)) if weights is None else columns.numbers("weights", weights)
    if lengths := {len(one.codes) for one in sorted_in} - {len(given)}:
        raise ValueError(f"groups has a column of {min(lengths)} rows; there are {len(given)} weights")
    sums = [float(one.totals.sum()) for one in sorted_in]
    if not np.allclose(sums, sums[0], rtol=1e-6):
        raise ValueError(
            f"totals add up to {min(sums):g} in one column and {max(sums):g} in another; they must agree"
        )
    cells, place = np.unique(_numbered([one.codes for one in sorted_in]), return_inverse=True)
    first = np.zeros(len(cells), np.intp)
    first[place] = np.arange(len(place))
    margins = [_Margin(one.codes[first], one.totals, one.names) for one in sorted_in]
    before: Floats = np.bincount(place, weights=given).astype(np.float64)
    after = _fitted(before, margins, tolerance, most_rounds)
    return np.asarray(given * np.divide(after, before, out=np.zeros_like(after), where=before > 0)[place])


def _sorted(place: int, names: ArrayLike, wanted: Mapping[Hashable, float]) -> _Margin:
    found, codes = np.unique(np.asarray(names), return_inverse=True)
    labels: list[Hashable] = found.tolist()
    if missing := [label for label in labels if label not in wanted]:
        raise ValueError(f"totals of column {place} say nothing of '{missing[0]}'")
    if unmet := [label for label, total in wanted.items() if total > 0 and label not in set(labels)]:
        raise ValueError(
            f"groups has nobody in '{unmet[0]}' of column {place}; join it with a neighbouring group"
        )
    return _Margin(codes, columns.numbers("totals", [wanted[label] for label in labels]), labels)


def _numbered(codes: Sequence[Codes]) -> NDArray[np.int64]:
    """One number for each combination of groups."""
    number = np.zeros(len(codes[0]), np.int64)
    for column in codes:
        number = number * (int(column.max()) + 1) + column
    return number


def _fitted(cells: Floats, margins: Sequence[_Margin], tolerance: float, most_rounds: int) -> Floats:
    """Each cell's sum after scaling to each column's totals in turn until all hold."""
    for _ in range(most_rounds):
        for margin in margins:
            now = np.bincount(margin.codes, weights=cells, minlength=len(margin.totals))
            factor = np.divide(margin.totals, now, out=np.zeros_like(now), where=now > 0)
            cells = cells * factor[margin.codes]
        worst, name = max(_furthest(cells, margin) for margin in margins)
        if worst <= tolerance:
            return cells
    raise NoConvergence(
        f"the weights of '{name}' are {worst:.1%} from their total after {most_rounds} rounds"
    )


def _furthest(cells: Floats, margin: _Margin) -> tuple[float, str]:
    now = np.bincount(margin.codes, weights=cells, minlength=len(margin.totals))
    off = np.abs(now - margin.totals) / np.where(margin.totals > 0, margin.totals, 1.0)
    at = int(np.argmax(off))
    return float(off[at]), str(margin.names[at])


def kish_design_effect(weights: ArrayLike) -> float:
    """How many times larger weights make the variance of a mean (1 and more), where they tell nothing of the answer.

    Source: Kish (1965). ValueError where all are 0.

    >>> round(kish_design_effect([0, 1, 2, 3]), 4)
    1.5556
    """
    given = columns.numbers("weights", weights)
    if not given.sum() > 0:
        raise ValueError("weights are all 0")
    return float(np.mean(given**2) / np.mean(given) ** 2)


def effective_sample_size(weights: ArrayLike) -> float:
    """So many answers of equal weight tell as much as these (rows; 1 to their number).

    >>> effective_sample_size([2, 2, 2])
    3.0
    """
    return len(columns.numbers("weights", weights)) / kish_design_effect(weights)


def r_indicator(propensities: ArrayLike, weights: ArrayLike | None = None) -> float:
    """How alike people were in their chance to answer: 1 where all had the same, 0 where it was all or nothing.

    `propensities` are chances (0 to 1) of two people or more; `weights` how many of the base each stands for.
    Source: Schouten, Cobben and Bethlehem (2009).

    >>> r_indicator([0.3, 0.3, 0.3])
    1.0
    """
    chances = columns.numbers("propensities", propensities)
    columns.must("propensities", chances, chances <= 1, "must be at most 1")
    stands_for = np.ones(len(chances)) if weights is None else columns.numbers("weights", weights)
    if len(stands_for) != len(chances):
        raise ValueError(f"weights has {len(stands_for)} rows and propensities {len(chances)}")
    people = float(stands_for.sum())
    if len(chances) < _FEWEST_ROWS or people <= 1:
        raise NotEnoughEvidence("not enough evidence: the chances of two people are the fewest that differ")
    mean = float(stands_for @ chances) / people
    variance = float(stands_for @ (chances - mean) ** 2) / (people - 1)
    return max(0.0, 1 - 2 * float(np.sqrt(variance)))


def balanced_estimate(values: ArrayLike, weights: ArrayLike, *, confidence: float = 0.95) -> Interval:
    """The weighted mean with its interval, from two answers on; of why others were silent it knows nothing.

    >>> balanced_estimate([0, 1, 1, 0], [1, 1, 1, 1]).value
    0.5
    """
    answers, given = columns.finite("values", values), columns.numbers("weights", weights)
    if len(answers) != len(given):
        raise ValueError(f"weights has {len(given)} rows and values {len(answers)}")
    if np.count_nonzero(given) < _FEWEST_ROWS:
        raise NotEnoughEvidence("not enough evidence: two answers are the fewest that vary")
    total = float(given.sum())
    mean = float(given @ answers) / total
    count = np.count_nonzero(given)
    error = np.sqrt(float((given**2) @ (answers - mean) ** 2) * count / (count - 1)) / total
    half = normal_quantile(confidence) * float(error)
    return Interval(mean, mean - half, mean + half)


def follow_up_estimate(
    answered: ArrayLike, followed_up: ArrayLike, *, silent: int, confidence: float = 0.95
) -> Interval:
    """The mean over everybody asked, from those who answered and from a random part of the silent, asked again.

    `answered` are all answers, `followed_up` those of the silent who were drawn by chance and then reached, `silent`
    how many did not answer at first. What is uncertain is the mean of the silent; of shares (answers 0 and 1) it has
    Wilson's interval. It holds where who is reached at last is not a matter of the answer. Source: Hansen and
    Hurwitz (1946).

    >>> found = follow_up_estimate([1] * 30, [0] * 12 + [1] * 3, silent=70)
    >>> round(found.value, 2), round(found.low, 2), round(found.high, 2)
    (0.44, 0.36, 0.6)
    """
    heard, told = columns.finite("answered", answered), columns.finite("followed_up", followed_up)
    if silent < len(told):
        raise ValueError(f"silent is {silent}; {len(told)} of them answered when asked again")
    if len(told) < _FEWEST_ROWS:
        raise NotEnoughEvidence(
            f"not enough evidence: {len(told)} of the silent were heard, 2 are the fewest"
        )
    everybody = len(heard) + silent
    of_silent = _silent_mean(told, silent, confidence)
    known = float(heard.sum()) / everybody
    share = silent / everybody
    return Interval(*(known + share * one for one in (of_silent.value, of_silent.low, of_silent.high)))


def _silent_mean(told: Floats, silent: int, confidence: float) -> Interval:
    left = 1 - len(told) / silent
    mean = float(told.mean())
    if left == 0:
        return Interval(mean, mean, mean)
    if np.isin(told, (0, 1)).all():
        found = wilson_interval(float(told.sum()) / left, len(told) / left, confidence=confidence)
        return Interval(mean, found.low, found.high)
    error = float(told.std(ddof=1)) * float(np.sqrt(left / len(told)))
    half = float(student.ppf((1 + confidence) / 2, len(told) - 1)) * error
    return Interval(mean, mean - half, mean + half)


def worst_case_band(
    mean: float, answered_share: float, *, lowest: float = 0.0, highest: float = 1.0
) -> Interval:
    """Between what the mean of everybody lies whatever the silent think; `answered_share` is 0 to 1.

    Source: Manski (1990).

    >>> found = worst_case_band(0.607, 0.14)
    >>> round(found.low, 3), round(found.high, 3)
    (0.085, 0.945)
    """
    if not 0 <= answered_share <= 1:
        raise ValueError(f"answered_share is {answered_share}; it must be 0 to 1")
    if not lowest <= mean <= highest:
        raise ValueError(f"mean is {mean}; it must be {lowest:g} to {highest:g}")
    known, unknown = mean * answered_share, 1 - answered_share
    return Interval(mean, known + lowest * unknown, known + highest * unknown)


def unheard_band(happy: float, answered_share: float, *, times: float = 4.0) -> Interval:
    """The share of happy customers if the silent are up to so many times less likely to be happy, as is usual.

    It stands where nobody of the silent was asked again: `value` as answered, `low` if they are `times` unhappier.

    >>> found = unheard_band(0.8, 0.25)
    >>> round(found.low, 2), found.high
    (0.35, 0.8)
    """
    if not times >= 1:
        raise ValueError(f"times is {times}; it must be 1 or more")
    band = worst_case_band(happy, answered_share)
    return Interval(happy, band.low + (1 - answered_share) * happy / times, happy)
