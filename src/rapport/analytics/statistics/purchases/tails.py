"""The one integral of Pareto/NBD, for many customers at once: no hypergeometric function is needed.

With `f(y) = (alpha + y)^-(r + x) * (beta + y)^-(s + 1)` the model asks for the tail of f beyond an age y. Its
ratio to f(y) is smooth in log(min(alpha, beta) + y) and depends, for one purchase count x, on y alone: it is
integrated at a few ages and read off a Chebyshev polynomial at all others.
"""

from dataclasses import dataclass

import numpy as np

from rapport.analytics.statistics.columns import Floats

_PRECISION_LOG = 28.0
_MOST_NODES = 64
_FARTHEST = 600.0
# Double exponential points for an integrand that falls off exponentially (Takahasi and Mori 1974).
_GRID = np.arange(-3.7, 4.6, 0.07)
_STRETCH = np.exp(_GRID - np.exp(-_GRID))
_STRETCH_WEIGHTS = 0.07 * (1 + np.exp(-_GRID)) * _STRETCH


@dataclass(frozen=True)
class Shape:
    """The four parameters of Pareto/NBD, in the order of its publication."""

    r: float
    alpha: float
    s: float
    beta: float

    @property
    def nearest(self) -> float:
        return min(self.alpha, self.beta)


@dataclass(frozen=True)
class Tails:
    """Chebyshev coefficients of ln(tail / f) for each count, and of the tail's slopes in the four parameters.

    `levels` has shape (counts, nodes), `slopes` (counts, 4, nodes).
    """

    nearest: float
    middle: float
    half: float
    levels: Floats
    slopes: Floats

    @property
    def nodes(self) -> int:
        return int(self.levels.shape[1])

    def basis(self, ages: Floats) -> Floats:
        """Chebyshev polynomials at these ages, shape (nodes, ages)."""
        place = (np.log(ages + self.nearest) - self.middle) / self.half
        table = np.empty((self.nodes, len(ages)))
        table[0], table[1] = 1, place
        twice = 2 * place
        for degree in range(2, self.nodes):
            np.multiply(twice, table[degree - 1], out=table[degree])
            table[degree] -= table[degree - 2]
        return table


def tails(shape: Shape, counts: Floats, oldest: float) -> Tails:
    """Tails for these purchase counts, good for every age from 0 to `oldest` to about 11 digits."""
    low, high = np.log(shape.nearest), np.log(shape.nearest + oldest)
    middle, half = (low + high) / 2, max((high - low) / 2, 1e-3)
    nodes = _nodes_for(half)
    angles = np.pi * (np.arange(nodes) + 0.5) / nodes
    ages = np.maximum(np.exp(middle + half * np.cos(angles)) - shape.nearest, 0)
    transform = np.cos(np.outer(angles, np.arange(nodes))) * (2 / nodes)
    transform[:, 0] /= 2
    levels, slopes = _integrals(shape, counts, ages)
    return Tails(shape.nearest, float(middle), float(half), levels @ transform, slopes @ transform)


def _nodes_for(half: float) -> int:
    """Enough for 12 digits: the nearest singularity lies pi beside the interval."""
    reach = np.pi / half
    growth = np.log(reach + np.hypot(reach, 1))
    return int(np.clip(np.ceil(_PRECISION_LOG / growth) + 2, 8, _MOST_NODES))


def _integrals(shape: Shape, counts: Floats, ages: Floats) -> tuple[Floats, Floats]:
    levels = np.empty((len(counts), len(ages)))
    slopes = np.empty((len(counts), 4, len(ages)))
    for column, age in enumerate(ages):
        levels[:, column], slopes[:, :, column] = _integrals_from(shape, counts, float(age))
    return levels, slopes


def _integrals_from(shape: Shape, counts: Floats, age: float) -> tuple[Floats, Floats]:
    """ln(tail / f) at one age for every count, and d ln(tail) / d(r, alpha, s, beta)."""
    r, alpha, s, beta = shape.r, shape.alpha, shape.s, shape.beta
    power = (r + counts)[:, None]
    # q = ln((nearest + tau) / (nearest + age)) runs from 0 to infinity, in units of its own decay: that of
    # its far end or, where one of alpha and beta is far larger than the other, that of its beginning.
    near = shape.nearest + age
    unit = np.maximum(
        1 / (power + s), np.log1p(1 / (near * (power / (alpha + age) + (s + 1) / (beta + age))))
    )
    q = np.minimum(_STRETCH * unit, _FARTHEST)
    further = near * np.expm1(q)
    by_alpha, by_beta = np.log1p(further / (alpha + age)), np.log1p(further / (beta + age))
    density = np.exp(q - power * by_alpha - (s + 1) * by_beta)
    weights = density * _STRETCH_WEIGHTS * (near * unit)
    whole = weights.sum(axis=1)
    share = weights / whole[:, None]
    slopes = np.stack(
        [
            -np.log(alpha + age) - (share * by_alpha).sum(axis=1),
            -(r + counts) * (share / (alpha + age + further)).sum(axis=1),
            -np.log(beta + age) - (share * by_beta).sum(axis=1),
            -(s + 1) * (share / (beta + age + further)).sum(axis=1),
        ],
        axis=1,
    )
    return np.log(whole), slopes
