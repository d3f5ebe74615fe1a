"""Shifted beta-geometric: customers under contract, each of whom cancels with a chance of their own."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaln, digamma

from rapport.analytics.statistics import columns
from rapport.analytics.statistics.columns import Floats
from rapport.analytics.statistics.purchases import fitting

_STARTS = ((1.0, 1.0), (0.5, 4.0), (4.0, 0.5))
_NAMES = ("alpha", "beta")


@dataclass(frozen=True)
class ShiftedBetaGeometric:
    """Chance to cancel at each renewal Beta(alpha, beta) over customers; `log_covariance` of their logarithms."""

    alpha: float
    beta: float
    log_likelihood: float
    log_covariance: tuple[tuple[float, ...], ...] = ()

    def survival_share(self, period: ArrayLike) -> Floats:
        """Share (0 to 1) of customers still there after so many periods (>= 0); empty in, empty out.

        >>> fit = ShiftedBetaGeometric(alpha=0.668, beta=3.806, log_likelihood=-1611.16)
        >>> fit.survival_share([0, 1, 12]).round(3).tolist()
        [1.0, 0.851, 0.378]
        """
        periods = columns.numbers("period", period)
        return np.asarray(np.exp(betaln(self.alpha, self.beta + periods) - betaln(self.alpha, self.beta)))

    def retention_share(self, period: ArrayLike) -> Floats:
        """Share (0 to 1) of those who began a period (1, 2, ...) and renewed at its end; it rises by itself.

        >>> fit = ShiftedBetaGeometric(alpha=0.668, beta=3.806, log_likelihood=-1611.16)
        >>> fit.retention_share([1, 2, 3, 4, 5]).round(3).tolist()
        [0.851, 0.878, 0.897, 0.911, 0.921]
        """
        periods = columns.numbers("period", period)
        columns.must("period", periods, periods >= 1, "must be 1 or more")
        return np.asarray((self.beta + periods - 1) / (self.alpha + self.beta + periods - 1))


def fit_sbg(active_by_period: ArrayLike) -> ShiftedBetaGeometric:
    """Fit one cohort: how many were there at the start and after each period, of shape (periods + 1,).

    Whole counts that never rise; at least two periods, with someone lost and someone kept, or
    NotEnoughEvidence. Bad values raise ValueError with field and value, counts without a maximum (the same share
    lost in each period) NoConvergence. Source: Fader and Hardie (2007), "How to project customer retention".

    >>> fit = fit_sbg([1000, 869, 743, 653, 593, 551, 517, 491])
    >>> round(fit.alpha, 3), round(fit.beta, 3), round(fit.log_likelihood, 2)
    (0.668, 3.806, -1611.16)
    """
    active = columns.numbers("active_by_period", active_by_period)
    columns.must("active_by_period", active, active == np.floor(active), "must be whole")
    columns.must("active_by_period", active, np.diff(active, prepend=active[:1]) <= 0, "must never rise")
    if len(active) < 3 or active[-1] in (0, active[0]):
        raise columns.NotEnoughEvidence(
            "not enough evidence: two periods are needed, with customers lost and customers kept"
        )
    sample = fitting.Sample(int(active[0]), Likelihood(active))
    top = fitting.maximise([sample], _STARTS, _NAMES)
    alpha, beta = top.parameters
    return ShiftedBetaGeometric(alpha, beta, top.log_likelihood, top.log_covariance)


class Likelihood:
    """Log-likelihood of who left when and how many were kept, and its gradient."""

    def __init__(self, active: Floats) -> None:
        self._lost, self._kept = -np.diff(active), float(active[-1])
        self._period = np.arange(1, len(active), dtype=np.float64)

    def __call__(self, place: Floats) -> tuple[float, Floats]:
        alpha, beta = np.exp(place)
        lost, kept, t = self._lost, self._kept, self._period
        end, everyone = t[-1], lost.sum() + kept
        height = lost @ betaln(alpha + 1, beta + t - 1) + kept * betaln(alpha, beta + end)
        height -= everyone * betaln(alpha, beta)
        both = lost @ digamma(alpha + beta + t) + kept * digamma(alpha + beta + end)
        both -= everyone * digamma(alpha + beta)
        of_alpha = lost.sum() * digamma(alpha + 1) + kept * digamma(alpha) - everyone * digamma(alpha)
        of_beta = lost @ digamma(beta + t - 1) + kept * digamma(beta + end) - everyone * digamma(beta)
        return float(height), np.array([(of_alpha - both) * alpha, (of_beta - both) * beta])
