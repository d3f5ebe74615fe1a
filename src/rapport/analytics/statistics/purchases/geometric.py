"""BG/NBD and MBG/NBD: a customer buys at a steady rate and, after any purchase, may leave for good."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import eigh_tridiagonal
from scipy.special import digamma, expit, gammaln

from rapport.analytics.statistics import columns
from rapport.analytics.statistics.columns import Floats
from rapport.analytics.statistics.purchases import evidence, fitting
from rapport.analytics.statistics.purchases.evidence import Purchases

_CHUNK = 16_384
_NODES = 48
_STARTS = ((1.0, 1.0, 1.0, 1.0), (0.3, 5.0, 0.5, 2.0), (2.0, 20.0, 0.3, 5.0))
_NAMES = ("r", "alpha", "a", "b")


@dataclass(frozen=True)
class GeometricFit:
    """Purchase rate Gamma(r, alpha), chance to leave after a purchase Beta(a, b); `alpha` in the unit of the ages.

    `log_covariance` is that of the logarithms of the four parameters.
    """

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float
    log_covariance: tuple[tuple[float, ...], ...] = ()
    leaves_at_first: ClassVar[bool] = False

    def expected_purchases(
        self, horizon: float, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
    ) -> Floats:
        """Purchases to expect of each customer within `horizon` from now (unit of the ages); >= 0.

        With nothing seen yet (0, 0, 0) it is the expectation for a new customer. An empty column gives an
        empty array; bad values raise ValueError. Source: Fader, Hardie and Lee (2005), equation 10, as an
        average over the Beta distribution, which has no hole at a = 1.

        >>> fit = BgNbd(r=0.2426, alpha=4.4135, a=0.7929, b=2.4258, log_likelihood=-9582.43)
        >>> fit.expected_purchases(39, [2], [30.43], [38.86]).round(3).tolist()
        [1.226]
        """
        found = evidence.purchases(frequency, recency, age)
        return self._while_there(horizon, found) * self._alive(found)

    def probability_alive(self, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Floats:
        """Share (0 to 1) of such customers who have not left; no ranking of customers (see BgNbd)."""
        return self._alive(evidence.purchases(frequency, recency, age))

    def probability_active(
        self, horizon: float, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
    ) -> Floats:
        """Share (0 to 1) of such customers who buy at least once within `horizon`; empty in, empty out.

        >>> fit = MbgNbd(r=0.525, alpha=6.183, a=0.891, b=1.614, log_likelihood=0)
        >>> fit.probability_active(39, [0, 2], [0, 30.43], [38.86, 38.86]).round(3).tolist()
        [0.109, 0.56]
        """
        found = evidence.purchases(frequency, recency, age)
        columns.numbers("horizon", horizon)
        silent = (self.r + found.frequency) * np.log1p(horizon / (self.alpha + found.age))
        return np.asarray(self._alive(found) * -np.expm1(-silent))

    def _alive(self, found: Purchases) -> Floats:
        shape = self.r + found.frequency
        waited = np.log((self.alpha + found.age) / (self.alpha + found.recency))
        odds = np.full(len(found), -np.inf)
        may_have_left = np.ones(len(found), bool) if self.leaves_at_first else found.frequency > 0
        before = found.frequency[may_have_left] - (0 if self.leaves_at_first else 1)
        odds[may_have_left] = (
            np.log(self.a) - np.log(self.b + before) + shape[may_have_left] * waited[may_have_left]
        )
        return np.asarray(expit(-odds))

    def _while_there(self, horizon: float, found: Purchases) -> Floats:
        """Expected purchases of those who are still customers: the mean of (1 - e^(-rate p h)) / p."""
        columns.numbers("horizon", horizon)
        expected = np.empty(len(found))
        stayed = 1 if self.leaves_at_first else 0
        for count in np.unique(found.frequency):
            rows = np.flatnonzero(found.frequency == count)
            chances, weights = _beta_nodes(self.a, self.b + count + stayed)
            for part in evidence.chunks(len(rows), _CHUNK // 8):
                some = rows[part]
                reach = np.log1p(np.outer(horizon / (self.alpha + found.age[some]), chances))
                expected[some] = (-np.expm1(-(self.r + count) * reach)) @ (weights / chances)
        return expected


class BgNbd(GeometricFit):
    """The fit of Fader, Hardie and Lee (2005): a customer who never came back has not left, by assumption.

    So `probability_alive` is 1 for every one-time buyer: it must not rank customers, `expected_purchases`
    and `probability_active` may.
    """


class MbgNbd(GeometricFit):
    """The fit of Batislam, Denizel and Filiztekin (2007): a customer may also leave after the first purchase."""

    leaves_at_first: ClassVar[bool] = True


def fit_bg_nbd(frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> BgNbd:
    """Fit repeat purchases (whole counts), age at the last of them and age now, all of shape (customers,).

    Ages share one unit (weeks, say), which `alpha` then has; the maximum is met to 1e-4. Bad values raise ValueError
    with field and value, fewer than two repeat buyers NotEnoughEvidence, rows without a maximum NoConvergence.
    Source: Fader, Hardie and Lee (2005), "Counting your customers the easy way", in the stable form of
    their note 027.

    >>> frequency, recency = [1, 1, 1, 2, 2, 3, 3, 5, 8, 12], [1, 2, 30, 3, 30, 9, 35, 36, 38, 39]
    >>> fit = fit_bg_nbd([0] * 30 + frequency, [0] * 30 + recency, [39] * 40)
    >>> round(fit.r, 3), round(fit.alpha, 2), round(fit.log_likelihood, 2)
    (0.096, 1.87, -140.42)
    """
    found = evidence.enough(evidence.purchases(frequency, recency, age))
    top = _fit(found, leaves_at_first=False)
    r, alpha, a, b = top.parameters
    return BgNbd(r, alpha, a, b, top.log_likelihood, top.log_covariance)


def fit_mbg_nbd(frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> MbgNbd:
    """Fit as `fit_bg_nbd` does, for customers who may be lost after their very first purchase.

    Shapes, units and errors are those of `fit_bg_nbd`. Source: Batislam, Denizel and Filiztekin (2007).

    >>> fit_mbg_nbd([0], [0], [30])
    Traceback (most recent call last):
    rapport.analytics.statistics.columns.NotEnoughEvidence: not enough evidence: 0 repeat buyers, ...
    """
    found = evidence.enough(evidence.purchases(frequency, recency, age))
    top = _fit(found, leaves_at_first=True)
    r, alpha, a, b = top.parameters
    return MbgNbd(r, alpha, a, b, top.log_likelihood, top.log_covariance)


def _fit(found: Purchases, *, leaves_at_first: bool) -> fitting.Maximum:
    unit = float(found.age.mean())
    scaled = Purchases(found.frequency, found.recency / unit, found.age / unit)
    samples = [
        fitting.Sample(len(part), Likelihood(part, leaves_at_first=leaves_at_first))
        for part in scaled.samples(4_000, 60_000)
    ]
    starts = [(r, alpha / 30, a, b) for r, alpha, a, b in _STARTS]
    return _in_unit(fitting.maximise(samples, starts, _NAMES), unit, float(found.frequency.sum()))


def _in_unit(top: fitting.Maximum, unit: float, purchases: float) -> fitting.Maximum:
    """The same maximum with time in the caller's unit: rates and their density shrink with the unit."""
    r, alpha, a, b = top.parameters
    height = top.log_likelihood - purchases * float(np.log(unit))
    return fitting.Maximum((r, alpha * unit, a, b), height, top.log_covariance)


class Likelihood:
    """Sum of log-likelihoods and gradient; what depends on the count alone is worked out once per count."""

    def __init__(self, rows: Purchases, *, leaves_at_first: bool) -> None:
        order = np.argsort(rows.frequency, kind="stable")
        self._counts, self._where, self._rows_of = np.unique(
            rows.frequency[order], return_inverse=True, return_counts=True
        )
        self._frequency = rows.frequency[order]
        self._recency, self._age = rows.recency[order], rows.age[order]
        self._stayed = 1.0 if leaves_at_first else 0.0
        # BG/NBD: those who never came back cannot have left, and stand first.
        self._sure = 0 if leaves_at_first else int(np.count_nonzero(self._frequency == 0))
        self._purchases = float(self._frequency.sum())

    def __call__(self, place: Floats) -> tuple[float, Floats]:
        parameters = np.exp(place)
        height, slope = self._by_count(parameters)
        for part in evidence.chunks(self._sure, _CHUNK):
            height += self._add_sure(parameters, part, slope)
        for part in evidence.chunks(len(self._age) - self._sure, _CHUNK):
            shifted = slice(part.start + self._sure, part.stop + self._sure)
            height += self._add_open(parameters, shifted, slope)
        return height, slope * parameters

    def _by_count(self, parameters: Floats) -> tuple[float, Floats]:
        r, alpha, a, b = parameters
        x, n = self._counts, self._rows_of
        later = b + x + self._stayed
        terms = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        terms += gammaln(a + b) - gammaln(b) + gammaln(later) - gammaln(a + later)
        slope = np.array(
            [
                n @ (digamma(r + x) - digamma(r) + np.log(alpha)),
                n.sum() * r / alpha,
                n @ (digamma(a + b) - digamma(a + later)),
                n @ (digamma(a + b) - digamma(b) + digamma(later) - digamma(a + later)),
            ]
        )
        return float(n @ terms), slope

    def _add_sure(self, parameters: Floats, part: slice, slope: Floats) -> float:
        r, alpha = parameters[:2]
        older = self._age[part] + alpha
        logs = float(np.log(older).sum())
        slope[0] -= logs
        slope[1] -= r * float(np.reciprocal(older).sum())
        return -float(r) * logs

    def _add_open(self, parameters: Floats, part: slice, slope: Floats) -> float:
        """Customers who may have left: ln(1 + odds) on top, `gone` being the chance that they have."""
        r, alpha, a, b = parameters
        shape = self._frequency[part] + r
        older, last = self._age[part] + alpha, self._recency[part] + alpha
        waited = np.log(older / last)
        logs = np.log(older)
        before = b + self._counts + self._stayed - 1
        with np.errstate(divide="ignore", invalid="ignore"):
            # A count of 0 has no term here in BG/NBD; its entry is never taken.
            log_odds = (np.log(a) - np.log(before))[self._where[part]] + shape * waited
        small = np.exp(-np.abs(log_odds))
        gone = np.where(log_odds > 0, 1.0, small) / (1 + small)
        height = -float(shape @ logs) + float((np.maximum(log_odds, 0) + np.log1p(small)).sum())
        slope[0] += float(gone @ waited) - float(logs.sum())
        slope[1] -= float((shape / older).sum()) + float((gone * shape) @ (1 / last - 1 / older))
        slope[2] += float(gone.sum()) / a
        per_count = np.bincount(self._where[part], gone, len(before))
        slope[3] -= float((per_count[per_count > 0] / before[per_count > 0]).sum())
        return height


def _beta_nodes(a: float, b: float) -> tuple[Floats, Floats]:
    """Points and weights (sum 1) that average a smooth function over Beta(a, b): Gauss-Jacobi by its matrix."""
    n = np.arange(1, _NODES, dtype=np.float64)
    total = 2 * n + a + b - 2
    middle = np.empty(_NODES)
    middle[0] = a / (a + b)
    middle[1:] = 0.5 + (a - b) * (a + b - 2) / (2 * total * (total + 2))
    beside = n * (n + a - 1) * (n + b - 1) * (n + a + b - 2)
    beside /= total**2 * (total**2 - 1)
    # n = 1 written out: its common factor a + b - 1 may be nought.
    beside[0] = a * b / ((a + b) ** 2 * (a + b + 1))
    points, vectors = eigh_tridiagonal(middle, np.sqrt(beside))
    return np.clip(points, 1e-300, 1), vectors[0] ** 2
