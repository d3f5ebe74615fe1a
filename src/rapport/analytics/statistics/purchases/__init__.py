"""How often customers will buy again, whether they still do, and what they will spend: models from the literature.

Beside each model stands the two-line heuristic (`heuristic_rank`), which ranks single customers at least as well;
the models are for totals.
"""

from rapport.analytics.statistics.columns import NoConvergence, NotEnoughEvidence
from rapport.analytics.statistics.purchases.contracts import ShiftedBetaGeometric, fit_sbg
from rapport.analytics.statistics.purchases.geometric import BgNbd, MbgNbd, fit_bg_nbd, fit_mbg_nbd
from rapport.analytics.statistics.purchases.holdout import (
    Comparison,
    Forecast,
    compare_with_heuristic,
    heuristic_rank,
    ranking_auc,
)
from rapport.analytics.statistics.purchases.pareto import ParetoNbd, fit_pareto_nbd
from rapport.analytics.statistics.purchases.spending import GammaGamma, fit_gamma_gamma

__all__ = [
    "BgNbd",
    "Comparison",
    "Forecast",
    "GammaGamma",
    "MbgNbd",
    "NoConvergence",
    "NotEnoughEvidence",
    "ParetoNbd",
    "ShiftedBetaGeometric",
    "compare_with_heuristic",
    "fit_bg_nbd",
    "fit_gamma_gamma",
    "fit_mbg_nbd",
    "fit_pareto_nbd",
    "fit_sbg",
    "heuristic_rank",
    "ranking_auc",
]
