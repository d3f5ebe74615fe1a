"""Maximum likelihood for positive parameters: a sample first, everything last, and proof that it is the top."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from rapport.analytics.statistics.columns import Floats, NoConvergence

Objective = Callable[[Floats], tuple[float, Floats]]
"""Sum of log-likelihoods and its gradient at the logarithms of the parameters."""

GAIN_LEFT = 1e-4
"""What a further Newton step may still promise, in units of the log-likelihood, when a fit counts as done."""
_FARTHEST_LOG = 14.0
_LEAST_CURVATURE = 0.01
"""Below it the standard error of a parameter's logarithm is above 10: anything goes."""
_NEWTON_STEPS = 12
_DIFFERENCE = 1e-4


@dataclass(frozen=True)
class Sample:
    """A part of the rows: how many they are, and their log-likelihood."""

    size: int
    objective: Objective


@dataclass(frozen=True)
class Maximum:
    """The top of a log-likelihood: parameters, its height, and the covariance of the parameters' logarithms."""

    parameters: tuple[float, ...]
    log_likelihood: float
    log_covariance: tuple[tuple[float, ...], ...]


def maximise(samples: Sequence[Sample], starts: Sequence[Sequence[float]], names: Sequence[str]) -> Maximum:
    """The maximum over the last sample, climbed to from the best start by way of the smaller samples.

    Raises NoConvergence where a parameter runs to nought or infinity, or the top is not reached.
    """
    place = _climb_from_best(samples[0], [np.log(start) for start in starts])
    for sample in samples[1:]:
        place = _climb(sample, place)
    return _top(samples[-1], place, names)


def _climb_from_best(sample: Sample, starts: Sequence[Floats]) -> Floats:
    reached = [_climb(sample, start) for start in starts]
    return max(reached, key=lambda place: sample.objective(place)[0])


def _climb(sample: Sample, start: Floats) -> Floats:
    """Quasi-Newton towards the top; how near it came is judged later, by the curvature there."""

    def mean_loss(place: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[float, Floats]:
        if np.abs(place).max() > 2 * _FARTHEST_LOG:
            return np.inf, np.zeros_like(place)
        height, slope = sample.objective(place)
        return -height / sample.size, -slope / sample.size

    found = minimize(
        mean_loss, start.ravel(), jac=True, method="BFGS", options={"gtol": 1e-5, "maxiter": 200}
    )
    return np.asarray(found.x)


def _top(sample: Sample, place: Floats, names: Sequence[str]) -> Maximum:
    """Newton steps until the next one promises next to nothing."""
    height, slope = sample.objective(place)
    for _ in range(_NEWTON_STEPS):
        _refuse_runaway(place, names)
        curvature = -_second_derivatives(sample.objective, place)
        step = _newton_step(curvature, slope, place, names)
        gain = 0.5 * float(slope @ step)
        if gain < GAIN_LEFT:
            return _maximum(place, height, curvature)
        place, height, slope = _not_lower(sample.objective, place, step, height)
    raise NoConvergence(f"the fit stopped {gain:.3g} below the maximum of the log-likelihood")


def _not_lower(
    objective: Objective, place: Floats, step: Floats, height: float
) -> tuple[Floats, float, Floats]:
    """A step, halved until it leads upwards."""
    for halving in range(30):
        further = place + step * 0.5**halving
        reached, slope = objective(further)
        if reached >= height:
            return further, reached, slope
    raise NoConvergence("no step from here raises the log-likelihood, though it slopes")


def _second_derivatives(objective: Objective, place: Floats) -> Floats:
    rows = []
    for axis in range(len(place)):
        shift = np.zeros_like(place)
        shift[axis] = _DIFFERENCE
        rows.append((objective(place + shift)[1] - objective(place - shift)[1]) / (2 * _DIFFERENCE))
    matrix = np.array(rows)
    return np.asarray((matrix + matrix.T) / 2)


def _newton_step(curvature: Floats, slope: Floats, place: Floats, names: Sequence[str]) -> Floats:
    """Towards the top; where the ground is not curved downwards there is none near."""
    values, axes = np.linalg.eigh(curvature)
    if values[0] <= _LEAST_CURVATURE:
        flat = names[int(np.argmax(np.abs(axes[:, 0])))]
        shown = ", ".join(f"{name} {np.exp(at):.4g}" for name, at in zip(names, place, strict=True))
        raise NoConvergence(f"these rows do not settle {flat}: the log-likelihood is flat at {shown}")
    return np.asarray(np.linalg.solve(curvature, slope))


def _refuse_runaway(place: Floats, names: Sequence[str]) -> None:
    farthest = int(np.argmax(np.abs(place)))
    if abs(place[farthest]) > _FARTHEST_LOG:
        raise NoConvergence(f"{names[farthest]} has no best value: it ran to {np.exp(place[farthest]):.3g}")


def _maximum(place: Floats, height: float, curvature: Floats) -> Maximum:
    covariance = np.linalg.inv(curvature)
    rows = tuple(tuple(float(value) for value in row) for row in covariance)
    return Maximum(tuple(float(value) for value in np.exp(place)), float(height), rows)
