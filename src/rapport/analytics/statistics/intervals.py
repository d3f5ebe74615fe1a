"""How far a share or a net score of those who answered may be off by chance."""

from dataclasses import dataclass
from math import isfinite, sqrt

from scipy.special import ndtri

MARK = "Net Promoter and NPS are registered marks of Bain & Company, NICE Satmetrix and Fred Reichheld."
"""Stands wherever the score is shown: the method is free, the name is theirs."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A value and between what it lies with the confidence asked for; all in the unit of the value."""

    value: float
    low: float
    high: float


def wilson_interval(successes: float, total: float, *, confidence: float = 0.95) -> Interval:
    """The share of successes (0 to 1) with Wilson's interval, which holds for small counts and at 0 and 1.

    Counts need not be whole: of weighted answers they are effective counts. `total` is more than 0 and `successes`
    0 to `total`, else ValueError. Source: Wilson (1927).

    >>> found = wilson_interval(8, 10)
    >>> round(found.value, 3), round(found.low, 3), round(found.high, 3)
    (0.8, 0.49, 0.943)
    """
    _counted("total", total)
    _within("successes", successes, total)
    z, share = normal_quantile(confidence), successes / total
    middle = share + z * z / (2 * total)
    half = z * sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    low = 0.0 if successes == 0 else (middle - half) / scale
    high = 1.0 if successes == total else (middle + half) / scale
    return Interval(share, low, high)


def net_promoter_interval(
    promoters: float, detractors: float, total: float, *, confidence: float = 0.95
) -> Interval:
    """The share of promoters less that of detractors (-1 to 1), with the adjusted Wald interval.

    Three answers are added, of which three quarters to promoters and to detractors each; `value` is the adjusted
    score, the middle of the interval. Counts need not be whole; ValueError names what cannot be. Source: Rocks
    (2016); best coverage of those that MeasuringU compared.

    >>> found = net_promoter_interval(100, 60, 200)
    >>> round(found.value, 4), round(found.low, 4), round(found.high, 4)
    (0.197, 0.0774, 0.3167)
    """
    _counted("total", total)
    _within("promoters", promoters, total)
    _within("detractors", detractors, total - promoters)
    adjusted = total + 3
    pro, con = (promoters + 0.75) / adjusted, (detractors + 0.75) / adjusted
    half = normal_quantile(confidence) * sqrt(net_variance(pro, con) / adjusted)
    return Interval(pro - con, max(-1.0, pro - con - half), min(1.0, pro - con + half))


def net_variance(promoters: float, detractors: float) -> float:
    """The variance of one answer counted as 1, 0 or -1, from the shares (0 to 1) of promoters and detractors.

    >>> round(net_variance(1 / 2, 1 / 6) * 9, 9)
    5.0
    """
    _within("promoters", promoters, 1)
    _within("detractors", detractors, 1 - promoters)
    return promoters + detractors - (promoters - detractors) ** 2


def normal_quantile(confidence: float) -> float:
    """So many standard errors to each side hold the share `confidence` (more than 0, less than 1) of a normal curve.

    >>> round(normal_quantile(0.95), 4)
    1.96
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}; it must lie between 0 and 1")
    return float(ndtri((1 + confidence) / 2))


def _counted(name: str, value: float) -> None:
    if not isfinite(value) or value <= 0:
        raise ValueError(f"{name} is {value}; of nothing there is no share")


def _within(name: str, value: float, most: float) -> None:
    if not 0 <= value <= most + 1e-12:
        raise ValueError(f"{name} is {value}; it must be 0 to {most:g}")
