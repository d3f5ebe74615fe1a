"""How long purchase models take beside lifetimes 0.11.3, on customers no two of whom are alike."""

import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.report import Row
from rapport.analytics.statistics import purchases
from rapport.analytics.statistics.purchases import geometric, pareto, spending
from rapport.analytics.statistics.purchases.evidence import Floats, Purchases

_ALIKE = 1e-3
"""What lifetimes may lie above ours in log-likelihood, which is the accuracy that ours promises."""


def measure(customers: int = 1_000_000, beside: int = 1_000_000) -> list[Row]:
    """Seconds per fit: both libraries on `beside` customers, ours alone on `customers`."""
    return [row for size in sorted({beside, customers}) for row in _measure(size, with_peer=size == beside)]


def _measure(size: int, *, with_peer: bool) -> list[Row]:
    frequency, recency, age = made_up(size)
    columns = frequency, recency, age
    values = np.random.default_rng(8).gamma(6 * np.maximum(frequency, 1), 5) / np.maximum(frequency, 1)
    values *= np.random.default_rng(9).gamma(4, 0.3, size)
    buyers = frequency > 0
    spent = frequency[buyers], values[buyers]
    fits: list[tuple[str, Callable[..., Any], tuple[Floats, ...], str]] = [
        ("BG/NBD", purchases.fit_bg_nbd, columns, "<= 5 s for 1,000,000"),
        ("MBG/NBD", purchases.fit_mbg_nbd, columns, "<= 5 s for 1,000,000"),
        ("Pareto/NBD", purchases.fit_pareto_nbd, columns, "<= 15 s for 1,000,000"),
        ("Gamma-Gamma", purchases.fit_gamma_gamma, spent, "<= 1 s for 1,000,000"),
    ]
    return [_row(name, fit, rows, aim, with_peer=with_peer) for name, fit, rows, aim in fits]


def _row(name: str, fit: Callable[..., Any], rows: tuple[Floats, ...], aim: str, *, with_peer: bool) -> Row:
    seconds, found = _timed(fit, *rows)
    what = f"{name}, {len(rows[0]):,} different customers"
    if not with_peer:
        return Row(what, seconds, "s", aim=aim)
    theirs, height = _peer(name, rows)
    if found.log_likelihood < height - _ALIKE:
        raise AssertionError(f"{name}: lifetimes found {height}, we only {found.log_likelihood}")
    return Row(what, seconds, "s", theirs, "lifetimes 0.11.3", aim)


def _peer(name: str, rows: tuple[Floats, ...]) -> tuple[float, float]:
    """Seconds lifetimes takes, and the log-likelihood it reaches."""
    import lifetimes

    fitter = {
        "BG/NBD": lifetimes.BetaGeoFitter,
        "MBG/NBD": lifetimes.ModifiedBetaGeoFitter,
        "Pareto/NBD": lifetimes.ParetoNBDFitter,
        "Gamma-Gamma": lifetimes.GammaGammaFitter,
    }[name]()
    with warnings.catch_warnings():
        # It was last released in 2020 and uses what NumPy and pandas have given up since.
        warnings.simplefilter("ignore")
        seconds, _ = _timed(fitter.fit, *rows)
    return seconds, _height(name, rows, np.asarray(list(fitter.params_.values), dtype=float))


def _height(name: str, rows: tuple[Floats, ...], parameters: Floats) -> float:
    """The log-likelihood at their parameters, by our own likelihood: theirs leaves constants out."""
    likelihood: Callable[[Floats], tuple[float, Floats]]
    if name == "Gamma-Gamma":
        likelihood = spending.Likelihood(*rows)
    elif name == "Pareto/NBD":
        likelihood = pareto.Likelihood(Purchases(*rows))
    else:
        likelihood = geometric.Likelihood(Purchases(*rows), leaves_at_first=name == "MBG/NBD")
    return likelihood(np.log(parameters))[0]


def _timed(fit: Callable[..., Any], *rows: Floats) -> tuple[float, Any]:
    begun = time.perf_counter()
    found = fit(*rows)
    return time.perf_counter() - begun, found


def made_up(customers: int) -> tuple[Floats, Floats, Floats]:
    """Customers of Pareto/NBD with CDNOW's parameters, seen for 27 to 39 weeks to the second: no two alike."""
    chance = np.random.default_rng(7)
    age = chance.uniform(27, 39, customers)
    rate = chance.gamma(0.5533, 1 / 10.578, customers)
    there = np.minimum(chance.exponential(1 / chance.gamma(0.6062, 1 / 11.668, customers)), age)
    frequency = chance.poisson(rate * there).astype(float)
    last = there * chance.random(customers) ** (1 / np.maximum(frequency, 1))
    return frequency, np.where(frequency > 0, last, 0), age
