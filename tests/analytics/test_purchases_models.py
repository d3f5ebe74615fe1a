"""The models against brute force and planted truths, and what they say to bad evidence."""

import doctest
import importlib
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import roots_genlaguerre, roots_jacobi

from rapport.analytics.statistics import purchases
from rapport.analytics.statistics.purchases import geometric, pareto, spending
from rapport.analytics.statistics.purchases.evidence import Floats, Purchases
from rapport.analytics.statistics.purchases.tails import Shape, tails

R, ALPHA, A, B, S, BETA = 0.6, 8.0, 0.8, 2.5, 0.7, 14.0
HISTORIES = [
    (0, 0.0, 30.0),
    (1, 0.4, 30.0),
    (2, 29.0, 30.0),
    (7, 12.0, 38.86),
    (25, 20.0, 22.0),
    (3, 9.0, 9.0),
]


def given(history: tuple[int, float, float]) -> Purchases:
    return Purchases(*(np.array([float(value)]) for value in history))


def rates(shape: float, rate: float, seen: float) -> tuple[Floats, Floats]:
    """Points and weights over Gamma(shape, rate), gathered where a customer of age `seen` is likely."""
    points, weights = roots_genlaguerre(120, shape - 1)
    scale = rate + seen
    return points / scale, weights / weights.sum() * (rate / scale) ** shape * np.exp(points * seen / scale)


def geometric_world(
    history: tuple[int, float, float], *, first: bool
) -> tuple[Floats, Floats, Floats, Floats]:
    """Rate, chance to leave, likelihood of still being there and of having left, on a grid with its weights in."""
    x, last, age = history
    rate, of_rate = rates(R, ALPHA, last)
    points, weights = roots_jacobi(80, B - 1, A - 1)
    leave, of_leave = (points + 1) / 2, weights / weights.sum()
    rate, leave = rate[:, None], leave[None, :]
    together = of_rate[:, None] * of_leave[None, :] * rate**x
    stayed = (1 - leave) ** (x + first) * np.exp(-rate * age)
    left = leave * (1 - leave) ** (x - 1 + first) * np.exp(-rate * last) if x or first else 0 * rate * leave
    return rate, leave, together * stayed, together * left


@pytest.mark.parametrize("history", HISTORIES)
@pytest.mark.parametrize("first", [0, 1], ids=["BG/NBD", "MBG/NBD"])
def test_geometric_models_equal_the_average_over_all_customers_there_could_be(
    history: tuple[int, float, float], first: int
) -> None:
    rate, leave, there, gone = geometric_world(history, first=bool(first))
    whole = there.sum() + gone.sum()
    weeks = 39.0
    model = (purchases.MbgNbd if first else purchases.BgNbd)(R, ALPHA, A, B, 0)

    height, _ = geometric.Likelihood(given(history), leaves_at_first=bool(first))(np.log([R, ALPHA, A, B]))

    assert height == pytest.approx(np.log(whole), rel=1e-9)
    assert model.probability_alive(*history)[0] == pytest.approx(there.sum() / whole, rel=1e-8)
    expected = (there * -np.expm1(-rate * leave * weeks) / leave).sum() / whole
    assert model.expected_purchases(weeks, *history)[0] == pytest.approx(expected, rel=1e-6)
    active = (there * -np.expm1(-rate * weeks)).sum() / whole
    assert model.probability_active(weeks, *history)[0] == pytest.approx(active, rel=1e-6)


@pytest.mark.parametrize("history", HISTORIES)
@pytest.mark.parametrize(("alpha", "beta"), [(8.0, 14.0), (14.0, 8.0), (5.0, 5.0)])
def test_pareto_nbd_equals_the_average_over_all_customers_there_could_be(
    history: tuple[int, float, float], alpha: float, beta: float
) -> None:
    x, last, age = history
    rate, of_rate = (column[:, None] for column in rates(R, alpha, last))
    leave, of_leave = (column[None, :] for column in rates(S, beta, last))
    both = rate + leave
    together = of_rate * of_leave * rate**x
    there = together * np.exp(-both * age)
    gone = together * leave / both * np.exp(-both * last) * -np.expm1(-both * (age - last))
    whole, weeks = there.sum() + gone.sum(), 39.0
    model = purchases.ParetoNbd(R, alpha, S, beta, 0)

    height, _ = pareto.Likelihood(given(history))(np.log([R, alpha, S, beta]))

    assert height == pytest.approx(np.log(whole), rel=1e-8)
    assert model.probability_alive(*history)[0] == pytest.approx(there.sum() / whole, rel=1e-7)
    expected = (there * rate * -np.expm1(-leave * weeks) / leave).sum() / whole
    assert model.expected_purchases(weeks, *history)[0] == pytest.approx(expected, rel=1e-6)
    active = (there * rate / both * -np.expm1(-both * weeks)).sum() / whole
    assert model.probability_active(weeks, *history)[0] == pytest.approx(active, rel=1e-6)


def test_the_tail_of_pareto_nbd_is_exact_for_every_kind_of_parameter() -> None:
    chance = np.random.default_rng(1)
    worst = 0.0
    for _ in range(12):
        shape = Shape(*np.exp(chance.uniform(np.log([0.05] * 4), np.log([5, 300, 5, 300]))))
        counts = np.array([0.0, 1, 7, 40, 2000])
        table = tails(shape, counts, 78.0)
        for column, count in enumerate(counts):
            for age in (0.0, 0.3, 7.0, 78.0):
                read = np.exp(table.levels[column] @ table.basis(np.array([age])))[0]
                worst = max(worst, abs(read / tail_by_quadrature(shape, count, age) - 1))

    assert worst < 1e-9


def tail_by_quadrature(shape: Shape, count: float, age: float) -> float:
    near = shape.nearest + age

    def log_density(q: float) -> float:
        if q > 600:
            return -np.inf
        further = near * np.expm1(q)
        falls = (shape.r + count) * np.log1p(further / (shape.alpha + age))
        return float(q - falls - (shape.s + 1) * np.log1p(further / (shape.beta + age)) + np.log(near))

    edges = [0.0, *np.geomspace(1e-6, 300 / min(shape.r + count + shape.s, 1), 40)]
    return sum(
        quad(lambda q: np.exp(log_density(q)), low, high, epsabs=0, epsrel=1e-12, limit=200)[0]
        for low, high in pairwise(edges)
        if log_density(low) > log_density(0) - 60
    )


def slope_by_differences(likelihood: Callable[[Floats], tuple[float, Floats]], place: Floats) -> list[float]:
    return [
        (likelihood(place + 1e-5 * axis)[0] - likelihood(place - 1e-5 * axis)[0]) / 2e-5
        for axis in np.eye(len(place))
    ]


@pytest.mark.parametrize("alpha", [2.0, 14.0, 90.0])
def test_every_gradient_is_the_slope_of_its_likelihood(alpha: float) -> None:
    frequency, recency, age = bought_until_they_left(np.random.default_rng(3), 400)
    rows = Purchases(frequency, recency, age)
    place = np.log([R, alpha, S, BETA])
    values = np.random.default_rng(4).gamma(5, 7, len(age))
    buyers = frequency > 0

    for likelihood, at in (
        (geometric.Likelihood(rows, leaves_at_first=False), place),
        (geometric.Likelihood(rows, leaves_at_first=True), place),
        (pareto.Likelihood(rows), place),
        (spending.Likelihood(frequency[buyers], values[buyers]), np.log([3.0, 2.5, alpha])),
    ):
        assert likelihood(at)[1] == pytest.approx(slope_by_differences(likelihood, at), rel=1e-5, abs=1e-4)


def bought_until_they_left(chance: np.random.Generator, customers: int) -> tuple[Floats, Floats, Floats]:
    """Customers of Pareto/NBD with R, ALPHA, S, BETA, seen for 50 to 100 weeks."""
    age = chance.uniform(50, 100, customers)
    rate = chance.gamma(R, 1 / ALPHA, customers)
    there = np.minimum(chance.exponential(1 / chance.gamma(S, 1 / BETA, customers)), age)
    frequency = chance.poisson(rate * there).astype(float)
    last = there * chance.random(customers) ** (1 / np.maximum(frequency, 1))
    return frequency, np.where(frequency > 0, last, 0), age


def bought_and_chose(chance: np.random.Generator, customers: int) -> tuple[Floats, Floats, Floats]:
    """Customers of BG/NBD with R, ALPHA, A, B, seen for 50 to 100 weeks."""
    age = chance.uniform(50, 100, customers)
    rate = np.maximum(chance.gamma(R, 1 / ALPHA, customers), 1e-12)
    leave = chance.beta(A, B, customers)
    frequency, last = np.zeros(customers), np.zeros(customers)
    there = np.ones(customers, bool)
    while there.any():
        following = last + chance.exponential(1 / rate)
        there &= following < age
        frequency += there
        last = np.where(there, following, last)
        there &= chance.random(customers) > leave
    return frequency, last, age


def standard_errors_off(fit: object, names: str, planted: tuple[float, ...]) -> Floats:
    """By how many standard errors each parameter misses the planted one."""
    covariance = np.array(fit.log_covariance)  # type: ignore[attr-defined]
    misses = [np.log(getattr(fit, name) / true) for name, true in zip(names.split(), planted, strict=True)]
    return np.array(misses) / np.sqrt(np.diag(covariance))


def test_planted_parameters_lie_within_their_intervals_as_often_as_promised() -> None:
    chance = np.random.default_rng(11)
    off = {"BG": [], "Pareto": [], "Gamma-Gamma": []}
    for _ in range(30):
        fit = purchases.fit_bg_nbd(*bought_and_chose(chance, 3000))
        off["BG"].append(standard_errors_off(fit, "r alpha a b", (R, ALPHA, A, B)))
    for _ in range(12):
        other = purchases.fit_pareto_nbd(*bought_until_they_left(chance, 3000))
        off["Pareto"].append(standard_errors_off(other, "r alpha s beta", (R, ALPHA, S, BETA)))
    for _ in range(30):
        count = chance.poisson(2, 3000) + 1.0
        mean = chance.gamma(6 * count, 1 / chance.gamma(4, 1 / 15, 3000)) / count
        spent = purchases.fit_gamma_gamma(count, mean)
        off["Gamma-Gamma"].append(standard_errors_off(spent, "p q v", (6, 4, 15)))

    for name, rows in off.items():
        within = np.mean(np.abs(np.array(rows)) < 1.96)
        assert 0.88 <= within <= 0.995, (name, within)


def test_the_unit_of_time_changes_the_unit_of_the_answer_and_nothing_else() -> None:
    frequency, recency, age = bought_until_they_left(np.random.default_rng(5), 2000)

    weeks = purchases.fit_pareto_nbd(frequency, recency, age)
    days = purchases.fit_pareto_nbd(frequency, recency * 7, age * 7)

    assert (days.r, days.alpha / 7, days.s, days.beta / 7) == pytest.approx(
        (weeks.r, weeks.alpha, weeks.s, weeks.beta), rel=1e-3
    )
    assert days.expected_purchases(70, 2, 140, 210) == pytest.approx(
        weeks.expected_purchases(10, 2, 20, 30), rel=1e-4
    )


def test_an_expectation_has_no_hole_where_the_published_formula_divides_by_nought() -> None:
    at, beside = (
        purchases.BgNbd(R, ALPHA, a, B, 0).expected_purchases(39, 2, 20, 30)[0] for a in (1, 1 + 1e-7)
    )
    assert at == pytest.approx(beside, rel=1e-6)

    at, beside = (
        purchases.ParetoNbd(R, ALPHA, s, BETA, 0).expected_purchases(39, 2, 20, 30)[0] for s in (1, 1 + 1e-7)
    )
    assert at == pytest.approx(beside, rel=1e-6)


@pytest.mark.parametrize("fit", [purchases.fit_bg_nbd, purchases.fit_mbg_nbd, purchases.fit_pareto_nbd])
@pytest.mark.parametrize(
    ("columns", "says"),
    [
        (([1, 2], [3, -4], [5, 9]), "recency must not be negative: -4 in row 1"),
        (([1, 2], [3, 9.5], [5, 9]), "recency must not be later than the customer's age: 9.5 in row 1"),
        (([1, 2.5], [3, 4], [5, 9]), "frequency must be whole: 2.5 in row 1"),
        (([-1, 2], [3, 4], [5, 9]), "frequency must not be negative: -1 in row 0"),
        (([1, 2], [3, 4], [np.nan, 9]), "age must be a finite number: nan in row 0"),
        (([0, 2], [3, 4], [5, 9]), "recency must be 0 exactly where frequency is 0: 3 in row 0"),
        (([], [], []), "not enough evidence: no customers were given"),
        (([0, 0, 3], [0, 0, 4], [5, 5, 9]), "not enough evidence: 1 repeat buyers, at least 2 are needed"),
    ],
)
def test_bad_evidence_is_refused_with_field_and_value(
    fit: Callable[..., object], columns: tuple[list[float], ...], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        fit(*columns)


def test_purchases_that_settle_nothing_are_an_error_and_no_number() -> None:
    with pytest.raises(purchases.NoConvergence):
        purchases.fit_bg_nbd([3] * 40, [30] * 40, [39] * 40)
    with pytest.raises(purchases.NoConvergence):
        purchases.fit_pareto_nbd([3] * 40, [30] * 40, [39] * 40)
    with pytest.raises(purchases.NoConvergence):
        purchases.fit_sbg([1000, 500, 250, 125])


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        ([100, 110, 90], "active_by_period must never rise: 110 in row 1"),
        ([100, 90.5, 80], "active_by_period must be whole: 90.5 in row 1"),
        ([100, 90], "not enough evidence"),
        ([100, 100, 100], "not enough evidence"),
        ([], "not enough evidence"),
    ],
)
def test_a_cohort_that_cannot_be_is_refused(counts: list[float], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        purchases.fit_sbg(counts)


def test_values_of_nought_are_refused_where_there_were_purchases() -> None:
    with pytest.raises(ValueError, match="mean_value must be above 0 where there were purchases: 0 in row 1"):
        purchases.fit_gamma_gamma([2, 1, 0], [20, 0, 0])


def test_no_customers_give_no_numbers() -> None:
    nobody: tuple[list[float], ...] = ([], [], [])

    for fit in (purchases.BgNbd(R, ALPHA, A, B, 0), purchases.ParetoNbd(R, ALPHA, S, BETA, 0)):
        assert fit.expected_purchases(39, *nobody).shape == (0,)
        assert fit.probability_alive(*nobody).shape == (0,)
        assert fit.probability_active(39, *nobody).shape == (0,)
    assert purchases.heuristic_rank(*nobody).shape == (0,)


@pytest.mark.parametrize("part", ["geometric", "pareto", "spending", "contracts", "holdout"])
def test_examples_in_the_documentation_are_true(part: str) -> None:
    module = importlib.import_module(f"rapport.analytics.statistics.purchases.{part}")

    tried = doctest.testmod(module, optionflags=doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL)

    assert tried.attempted > 1
    assert tried.failed == 0
