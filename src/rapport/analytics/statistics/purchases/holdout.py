"""How well a forecast met what happened, and the two-line heuristic that has to stand beside every model."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import rankdata

from rapport.analytics.statistics import columns
from rapport.analytics.statistics.columns import Floats, NotEnoughEvidence
from rapport.analytics.statistics.purchases import evidence


@dataclass(frozen=True)
class Forecast:
    """One score beside what customers did afterwards; NaN where the purchases do not allow the number.

    `total_ratio` is forecast to actual purchases, `buys_auc` the chance that a buyer outranks a non-buyer,
    `top_fifth_share` the share of all purchases made by the highest-ranked fifth of customers. A rank forecasts
    no number of purchases: its `total_ratio` and `root_mean_square_error` are NaN.
    """

    total_ratio: float
    correlation: float
    root_mean_square_error: float
    buys_auc: float
    top_fifth_share: float


@dataclass(frozen=True)
class Comparison:
    """A model and the heuristic, judged by the same purchases."""

    model: Forecast
    heuristic: Forecast


def heuristic_rank(frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Floats:
    """Rank by purchases plus rank by how recent the last one is, higher is better, of shape (customers,).

    From 2 to twice the number of customers, ties share their mean rank; empty in, empty out; bad values raise
    ValueError.
    Source: after Wuebben and von Wangenheim (2008), who found such heuristics at least as good as the models
    for telling single customers apart.

    >>> heuristic_rank([0, 3, 1], [0, 30, 2], [35, 35, 35]).tolist()
    [2.0, 6.0, 4.0]
    """
    found = evidence.purchases(frequency, recency, age)
    if len(found) == 0:
        return np.empty(0)
    hiatus = found.age - found.recency
    return np.asarray(rankdata(found.frequency) + rankdata(-hiatus))


def compare_with_heuristic(
    expected: ArrayLike, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, *, holdout: ArrayLike
) -> Comparison:
    """A model's expected purchases and the heuristic against the purchases of the holdout, all (customers,).

    Raises NotEnoughEvidence on empty input, ValueError on bad values. Source: the measures of Fader, Hardie and
    Lee (2005) for totals and of Wuebben and von Wangenheim (2008) for single customers.

    >>> found = compare_with_heuristic([0.2, 2.5, 0.4], [0, 3, 1], [0, 30, 2], [35, 35, 35], holdout=[0, 2, 0])
    >>> round(found.model.total_ratio, 2), found.model.buys_auc, found.heuristic.buys_auc
    (1.55, 1.0, 1.0)
    """
    forecast = columns.numbers("expected", expected)
    bought = columns.numbers("holdout", holdout)
    order = heuristic_rank(frequency, recency, age)
    if len(bought) == 0:
        raise NotEnoughEvidence("not enough evidence: no customers were given")
    missed = float(np.sqrt(np.mean((forecast - bought) ** 2)))
    total = float(bought.sum())
    ratio = float(forecast.sum()) / total if total else float("nan")
    nan = float("nan")
    return Comparison(_judge(forecast, bought, ratio, missed), _judge(order, bought, nan, nan))


def ranking_auc(score: ArrayLike, happened: ArrayLike) -> float:
    """Chance (0 to 1) that one to whom it happened has the higher score; ties count half.

    NaN where it happened to all or to none. Source: Mann and Whitney (1947).

    >>> ranking_auc([0.1, 0.4, 0.35, 0.8], [False, False, True, True])
    0.75
    """
    ranks = rankdata(np.asarray(score, dtype=np.float64))
    yes = np.asarray(happened, dtype=bool)
    ones, others = int(yes.sum()), int((~yes).sum())
    if not ones or not others:
        return float("nan")
    return float((ranks[yes].sum() - ones * (ones + 1) / 2) / (ones * others))


def _judge(score: Floats, bought: Floats, ratio: float, missed: float) -> Forecast:
    varied = bool(np.ptp(score) and np.ptp(bought))
    return Forecast(
        total_ratio=ratio,
        correlation=float(np.corrcoef(score, bought)[0, 1]) if varied else float("nan"),
        root_mean_square_error=missed,
        buys_auc=ranking_auc(score, bought > 0),
        top_fifth_share=_captured(score, bought, round(len(score) / 5)) if bought.any() else float("nan"),
    )


def _captured(score: Floats, bought: Floats, best: int) -> float:
    """Share of purchases by the `best` highest scores; ties at the border share what places are left."""
    if best == 0:
        return 0.0
    border = np.partition(score, -best)[-best]
    above, at_border = score > border, score == border
    left = best - int(above.sum())
    return float((bought[above].sum() + bought[at_border].mean() * left) / bought.sum())
