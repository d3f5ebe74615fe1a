"""Gamma-Gamma: what a customer spends per purchase, drawn to the average of all where few purchases were seen."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import digamma, gammaln

from rapport.analytics.statistics import columns
from rapport.analytics.statistics.columns import Floats
from rapport.analytics.statistics.purchases import evidence, fitting

_CHUNK = 16_384
_STARTS = ((1.0, 2.0, 1.0), (6.0, 4.0, 0.5), (0.5, 3.0, 4.0))
_NAMES = ("p", "q", "v")


@dataclass(frozen=True)
class GammaGamma:
    """Values of one customer Gamma(p, rate), the rate Gamma(q, v) over customers; `v` in the unit of the values.

    `log_covariance` is that of the logarithms of the three parameters.
    """

    p: float
    q: float
    v: float
    log_likelihood: float
    log_covariance: tuple[tuple[float, ...], ...] = ()

    @property
    def population_mean(self) -> float:
        """Expected value of a purchase of a customer nobody has seen; NaN where q <= 1, as no mean exists then."""
        return self.p * self.v / (self.q - 1) if self.q > 1 else float("nan")

    def expected_value(self, frequency: ArrayLike, mean_value: ArrayLike) -> Floats:
        """Expected value per purchase, in the unit of the values, for customers of shape (customers,).

        Frequency 0 gives the population mean, whatever the value says; NaN stands where no mean exists
        (p * frequency + q <= 1); empty in, empty out. Source: Fader and Hardie, note 025.

        >>> fit = GammaGamma(p=6.25, q=3.74, v=15.44, log_likelihood=0)
        >>> fit.expected_value([2, 1, 0], [22.35, 11.77, 0]).round(1).tolist()
        [24.7, 18.9, 35.2]
        """
        counts, values = _columns(frequency, mean_value)
        below = self.p * counts + self.q - 1
        with np.errstate(divide="ignore", invalid="ignore"):
            expected = self.p * (self.v + np.where(counts > 0, counts * values, 0)) / below
        return np.asarray(np.where(below > 0, expected, np.nan))


def fit_gamma_gamma(frequency: ArrayLike, mean_value: ArrayLike) -> GammaGamma:
    """Fit how many purchases were seen (whole counts) and their mean value (> 0), of shape (customers,).

    Customers without a repeat purchase (frequency 0) carry no evidence and are left out. The maximum is met to 1e-4.
    The model holds only where value and frequency are unrelated: look at their correlation first. Bad values raise
    ValueError with field and value, fewer than two customers NotEnoughEvidence, rows without a maximum
    NoConvergence. Source: Fader, Hardie and Lee (2005), "RFM and CLV"; Fader and Hardie, note 025.

    >>> fit = fit_gamma_gamma([2, 1, 4, 3, 2, 5], [22.4, 11.8, 73.7, 18.0, 35.0, 40.0])
    >>> round(fit.population_mean, 1)
    36.0
    """
    counts, values = _columns(frequency, mean_value)
    seen = counts > 0
    counts, values = counts[seen], values[seen]
    if len(counts) < 2:
        raise columns.NotEnoughEvidence(
            f"not enough evidence: {len(counts)} repeat buyers, at least 2 are needed"
        )
    columns.must("mean_value", values, values > 0, "must be above 0 where there were purchases")
    unit = float(values.mean())
    steps = [-(-len(counts) // size) for size in (4_000, 60_000)]
    samples = [_sample(counts[::step], values[::step] / unit) for step in steps if step > 1]
    top = fitting.maximise([*samples, _sample(counts, values / unit)], _STARTS, _NAMES)
    p, q, v = top.parameters
    height = top.log_likelihood - len(counts) * float(np.log(unit))
    return GammaGamma(p, q, v * unit, height, top.log_covariance)


def _columns(frequency: ArrayLike, mean_value: ArrayLike) -> tuple[Floats, Floats]:
    counts = columns.numbers("frequency", frequency)
    values = columns.numbers("mean_value", mean_value)
    columns.must("frequency", counts, counts == np.floor(counts), "must be whole")
    counts, values = np.broadcast_arrays(counts, values)
    return counts, values


def _sample(counts: Floats, values: Floats) -> fitting.Sample:
    return fitting.Sample(len(counts), Likelihood(counts, values))


class Likelihood:
    """Sum of log-likelihoods and gradient; one logarithm per customer, the rest per purchase count."""

    def __init__(self, counts: Floats, values: Floats) -> None:
        self._counts, where = np.unique(counts, return_inverse=True)
        order = np.argsort(where, kind="stable")
        self._frequency = counts[order]
        self._spent = (counts * values)[order]
        self._rows_of = np.bincount(where).astype(np.float64)
        logs = np.log(values)
        self._logs_of = np.bincount(where, logs)
        self._logs = float(logs.sum())

    def __call__(self, place: Floats) -> tuple[float, Floats]:
        p, q, v = np.exp(place)
        x, n = self._counts, self._rows_of
        shape = p * x
        height = n @ (gammaln(shape + q) - gammaln(shape) - gammaln(q) + q * np.log(v) + shape * np.log(x))
        height += p * (x @ self._logs_of) - self._logs
        slope = np.array(
            [
                (n * x) @ (digamma(shape + q) - digamma(shape) + np.log(x)) + x @ self._logs_of,
                n @ (digamma(shape + q) - digamma(q) + np.log(v)),
                n.sum() * q / v,
            ]
        )
        for part in evidence.chunks(len(self._spent), _CHUNK):
            power, whole = p * self._frequency[part] + q, self._spent[part] + v
            logs = np.log(whole)
            height -= power @ logs
            slope[0] -= self._frequency[part] @ logs
            slope[1] -= logs.sum()
            slope[2] -= (power / whole).sum()
        return float(height), slope * np.array([p, q, v])
