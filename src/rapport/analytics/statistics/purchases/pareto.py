"""Pareto/NBD: a customer buys at a steady rate until a moment nobody sees, and never again."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import digamma, expit, gammaln

from rapport.analytics.statistics import columns
from rapport.analytics.statistics.columns import Floats
from rapport.analytics.statistics.purchases import evidence, fitting
from rapport.analytics.statistics.purchases.evidence import Purchases
from rapport.analytics.statistics.purchases.tails import Shape, Tails, tails

_CHUNK = 4_096
_STARTS = ((1.0, 1.0, 1.0, 1.0), (0.5, 0.3, 0.6, 0.4), (2.0, 1.0, 0.3, 3.0))
_NAMES = ("r", "alpha", "s", "beta")


@dataclass(frozen=True)
class ParetoNbd:
    """Purchase rate Gamma(r, alpha), rate of leaving Gamma(s, beta); `alpha`, `beta` in the unit of the ages.

    `log_covariance` is that of the logarithms of the four parameters.
    """

    r: float
    alpha: float
    s: float
    beta: float
    log_likelihood: float
    log_covariance: tuple[tuple[float, ...], ...] = ()

    def expected_purchases(
        self, horizon: float, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
    ) -> Floats:
        """Purchases to expect of each customer within `horizon` from now (unit of the ages); >= 0.

        With nothing seen yet (0, 0, 0) it is the expectation for a new customer; empty in, empty out; bad
        values raise ValueError. Source: Schmittlein, Morrison and Colombo (1987), in the form of Fader and
        Hardie's note 009; s = 1 is no exception here.

        >>> fit = ParetoNbd(r=0.5533, alpha=10.578, s=0.6062, beta=11.668, log_likelihood=-9594.97)
        >>> fit.expected_purchases(39, [2], [30.43], [38.86]).round(2).tolist()
        [1.46]
        """
        found = evidence.purchases(frequency, recency, age)
        columns.numbers("horizon", horizon)
        older = self.beta + found.age
        span, order = np.log1p(horizon / older), self.s - 1
        stay = span if abs(order) < 1e-9 else -np.expm1(-order * span) / order
        rate = (self.r + found.frequency) / (self.alpha + found.age)
        return np.asarray(self._alive(found) * rate * older * stay)

    def probability_alive(self, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Floats:
        """Share (0 to 1) of customers with such a history who are still customers; empty in, empty out.

        >>> fit = ParetoNbd(r=0.5533, alpha=10.578, s=0.6062, beta=11.668, log_likelihood=-9594.97)
        >>> fit.probability_alive([26], [30.86], [31]).round(4).tolist()
        [0.9979]
        """
        return self._alive(evidence.purchases(frequency, recency, age))

    def probability_active(
        self, horizon: float, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
    ) -> Floats:
        """Share (0 to 1) of such customers who buy at least once within `horizon`; empty in, empty out.

        >>> fit = ParetoNbd(r=0.5533, alpha=10.578, s=0.6062, beta=11.668, log_likelihood=-9594.97)
        >>> fit.probability_active(39, [0, 2], [0, 30.43], [38.86, 38.86]).round(3).tolist()
        [0.069, 0.592]
        """
        found = evidence.purchases(frequency, recency, age)
        columns.numbers("horizon", horizon)
        then = found.age + horizon
        lost = np.zeros(len(found))
        for rows, count, table, column in self._by_count(found, float(then.max(initial=0))):
            now_, then_ = found.age[rows], then[rows]
            levels = table.levels[column]
            here = np.exp(levels @ table.basis(now_))
            fallen = (self.r + count) * np.log((self.alpha + then_) / (self.alpha + now_))
            fallen += (self.s + 1) * np.log((self.beta + then_) / (self.beta + now_))
            there = np.exp(levels @ table.basis(then_) - fallen)
            lost[rows] = self.s / (self.beta + now_) * np.maximum(here - there, 0)
        silent = (self.r + found.frequency) * np.log1p(horizon / (self.alpha + found.age))
        silent += self.s * np.log1p(horizon / (self.beta + found.age))
        return np.asarray(self._alive(found) * np.clip(1 - np.exp(-silent) - lost, 0, 1))

    def _alive(self, found: Purchases) -> Floats:
        alive = np.empty(len(found))
        for rows, count, table, column in self._by_count(found, float(found.age.max(initial=0))):
            log_odds = _gone(
                self._shape, count, found.recency[rows], found.age[rows], (table, column)
            ).log_odds
            alive[rows] = expit(-log_odds)
        return alive

    @property
    def _shape(self) -> Shape:
        return Shape(self.r, self.alpha, self.s, self.beta)

    def _by_count(self, found: Purchases, oldest: float) -> Iterator[tuple[np.ndarray, float, Tails, int]]:
        counts, where = np.unique(found.frequency, return_inverse=True)
        table = tails(self._shape, counts, oldest)
        for column, count in enumerate(counts):
            rows = np.flatnonzero(where == column)
            for part in evidence.chunks(len(rows), _CHUNK):
                yield rows[part], float(count), table, column


def fit_pareto_nbd(frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> ParetoNbd:
    """Fit repeat purchases (whole counts), age at the last of them and age now, all of shape (customers,).

    Ages share one unit (weeks, say), which `alpha` and `beta` then have; the maximum is met to 1e-4. Bad values
    raise ValueError with field and value, fewer than two repeat buyers NotEnoughEvidence, rows without a
    maximum NoConvergence. Time grows with the number of customers and of different frequencies. Source:
    Schmittlein, Morrison and Colombo (1987); likelihood as an integral over the moment of leaving, Fader and
    Hardie's note 009 before the hypergeometric function is brought in.

    >>> fit_pareto_nbd([1, 2], [9, 3], [5, 5])
    Traceback (most recent call last):
    ValueError: recency must not be later than the customer's age: 9 in row 0
    """
    found = evidence.enough(evidence.purchases(frequency, recency, age))
    unit = float(found.age.mean())
    scaled = Purchases(found.frequency, found.recency / unit, found.age / unit)
    samples = [fitting.Sample(len(part), Likelihood(part)) for part in scaled.samples(4_000, 60_000)]
    top = fitting.maximise(samples, _STARTS, _NAMES)
    r, alpha, s, beta = top.parameters
    height = top.log_likelihood - float(found.frequency.sum()) * float(np.log(unit))
    return ParetoNbd(r, alpha * unit, s, beta * unit, height, top.log_covariance)


@dataclass(frozen=True)
class _Gone:
    """Odds that customers have left, and what its two tails are made of."""

    log_odds: Floats
    from_last: Floats
    from_now: Floats
    last_basis: Floats
    now_basis: Floats


def _gone(shape: Shape, count: float, recency: Floats, age: Floats, read: tuple[Tails, int]) -> _Gone:
    table, column = read
    last_basis, now_basis = table.basis(recency), table.basis(age)
    levels = table.levels[column]
    waited = (shape.r + count) * np.log((shape.alpha + age) / (shape.alpha + recency))
    waited += (shape.s + 1) * np.log((shape.beta + age) / (shape.beta + recency))
    front = np.log(shape.s / (shape.beta + age))
    from_last = front + waited + levels @ last_basis
    from_now = front + levels @ now_basis
    with np.errstate(divide="ignore"):
        # Just bought: no time in which to leave, odds of nought.
        between = np.log(np.maximum(-np.expm1(np.minimum(from_now - from_last, 0)), 0))
    return _Gone(from_last + between, from_last, from_now, last_basis, now_basis)


class Likelihood:
    """Sum of log-likelihoods and gradient, one purchase count after the other."""

    def __init__(self, rows: Purchases) -> None:
        order = np.argsort(rows.frequency, kind="stable")
        self._counts, begins = np.unique(rows.frequency[order], return_index=True)
        self._recency, self._age = rows.recency[order], rows.age[order]
        ends = [*begins[1:], len(order)]
        self._groups = [slice(int(one), int(other)) for one, other in zip(begins, ends, strict=True)]
        self._rows_of = np.diff([*begins, len(order)]).astype(np.float64)
        self._oldest = float(self._age.max())

    def __call__(self, place: Floats) -> tuple[float, Floats]:
        parameters = np.exp(place)
        shape = Shape(*(float(value) for value in parameters))
        table = tails(shape, self._counts, self._oldest)
        height, slope = self._by_count(shape)
        for column, group in enumerate(self._groups):
            for part in evidence.chunks(group.stop - group.start, _CHUNK):
                rows = slice(group.start + part.start, group.start + part.stop)
                height += self._add(shape, table, column, rows, slope)
        return height, slope * parameters

    def _by_count(self, shape: Shape) -> tuple[float, Floats]:
        r, x, n = shape.r, self._counts, self._rows_of
        height = n @ (gammaln(r + x) - gammaln(r) + r * np.log(shape.alpha) + shape.s * np.log(shape.beta))
        first = n @ (digamma(r + x) - digamma(r) + np.log(shape.alpha))
        everyone = n.sum()
        slope = [first, everyone * r / shape.alpha, everyone * np.log(shape.beta)]
        return float(height), np.array([*slope, everyone * shape.s / shape.beta])

    def _add(self, shape: Shape, table: Tails, column: int, rows: slice, slope: Floats) -> float:
        """ln(1 + odds of having left) on top of having bought nothing since the last purchase."""
        count = float(self._counts[column])
        recency, age = self._recency[rows], self._age[rows]
        by_alpha, by_beta = shape.alpha + age, shape.beta + age
        gone = _gone(shape, count, recency, age, (table, column))
        log_a, log_b = np.log(by_alpha), np.log(by_beta)
        top = np.logaddexp(0, gone.log_odds)
        last, now = np.exp(gone.from_last - top), np.exp(gone.from_now - top)
        left = np.exp(gone.log_odds - top)
        # The tails' slopes are linear in the basis, so customers are summed before the slopes are read.
        slope += table.slopes[column] @ (gone.last_basis @ last - gone.now_basis @ now)
        stayed = left - 1
        slope[0] += stayed @ log_a
        slope[1] += (shape.r + count) * float((stayed / by_alpha).sum())
        slope[2] += stayed @ log_b + left.sum() / shape.s
        slope[3] += float((((shape.s + 1) * left - left - shape.s) / by_beta).sum())
        height = top.sum() - (shape.r + count) * log_a.sum() - shape.s * log_b.sum()
        return float(height)
