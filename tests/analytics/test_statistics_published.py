"""Published numbers of intervals, limits, weights and shares; each test names where they come from."""

import numpy as np
import pytest

from rapport.analytics.statistics import intervals, reach, shares, variation
from rapport.analytics.statistics.columns import NoConvergence, NotEnoughEvidence


def test_the_variance_of_a_net_score_is_that_of_one_answer_counted_as_1_0_or_minus_1() -> None:
    """Half promoters, a third passive, a sixth detractors: the variance is 5/9."""
    assert intervals.net_variance(1 / 2, 1 / 6) == pytest.approx(5 / 9, rel=1e-12)


def test_the_adjusted_wald_interval_of_rocks_2016() -> None:
    found = intervals.net_promoter_interval(100, 60, 200)
    assert (found.value, found.low, found.high) == pytest.approx((0.1970, 0.0774, 0.3167), abs=1e-4)


def test_the_wilson_interval_covers_as_it_says_where_the_usual_one_fails() -> None:
    """Exactly, over every count of successes: 20 trials with a chance of 5 %."""
    rng = np.random.default_rng(3)
    hits = np.bincount(rng.binomial(20, 0.05, 40_000), minlength=21) / 40_000
    ends = [intervals.wilson_interval(k, 20) for k in range(21)]
    covered = sum(hits[k] for k, one in enumerate(ends) if one.low <= 0.05 <= one.high)
    assert 0.92 < covered < 0.98


@pytest.mark.parametrize(
    ("rank", "count", "share"), [(1, 2, 2 / 3), (2, 2, 1 / 3), (1, 3, 1 / 2), (2, 3, 1 / 3), (3, 3, 1 / 6)]
)
def test_the_share_from_rank_of_keiningham_2011(rank: int, count: int, share: float) -> None:
    assert shares.share_from_rank(rank, count) == pytest.approx(share, rel=1e-12)


def test_earned_growth_of_reichheld_2021() -> None:
    assert shares.earned_growth(0.85, 0.25) == pytest.approx(0.10)
    assert shares.earned_share(0.85, 0.25, 0.30) == pytest.approx(1 / 3)


def test_the_limits_of_a_series_as_statprocon_has_them() -> None:
    found = variation.xmr_limits([10, 50, 40, 30])
    assert (found.mean, found.upper, found.lower) == pytest.approx((32.5, 85.7, -20.7))
    assert found.range_limit == pytest.approx(65.36)


def test_the_limits_around_a_mean_as_spc_plotly_has_them() -> None:
    found = variation.limits_around(2820.63, 571.89)
    assert (found.upper, found.range_limit) == pytest.approx((4341.86, 1868.94), abs=0.01)


RAKED = [
    [64.56, 46.23, 35.38, 3.82],
    [49.97, 68.16, 156.50, 25.37],
    [56.72, 144.43, 145.08, 53.77],
    [28.75, 41.18, 63.03, 17.03],
]
"""The table of four rows and columns after fitting, as in the encyclopaedia's article on the method."""


def test_raking_gives_the_published_table() -> None:
    before = np.array([[40, 30, 20, 10], [35, 50, 100, 75], [30, 80, 70, 120], [20, 30, 40, 50]], float)
    rows, columns = (place.ravel() for place in np.indices(before.shape))
    found = reach.rake(
        [rows, columns],
        [dict(enumerate([150, 300, 400, 150])), dict(enumerate([200, 300, 400, 100]))],
        weights=before.ravel(),
    )
    assert found.reshape(4, 4) == pytest.approx(np.array(RAKED), abs=0.006)


@pytest.mark.parametrize(("weights", "effect"), [((0, 1, 2, 3), 1.5556), ((1, 1, 1000), 2.988)])
def test_the_design_effect_of_kish(weights: tuple[float, ...], effect: float) -> None:
    assert reach.kish_design_effect(weights) == pytest.approx(effect, abs=1e-4)
    assert reach.effective_sample_size(weights) == pytest.approx(len(weights) / effect, rel=1e-4)


def test_the_worst_case_of_manski() -> None:
    """14 % answered, of whom some 61 % are active: all that can be said is 8.5 % to 94.7 %."""
    found = reach.worst_case_band(0.085 / 0.14, 0.14)
    assert (found.low, found.high) == pytest.approx((0.085, 0.945), abs=0.003)


def test_the_r_indicator_is_one_less_twice_the_spread_of_chances() -> None:
    assert reach.r_indicator([0.5] * 9) == 1
    chances = np.linspace(0.1, 0.9, 50)
    assert reach.r_indicator(chances) == pytest.approx(1 - 2 * np.std(chances, ddof=1), abs=1e-9)
    assert reach.r_indicator([0, 1] * 500) == 0
    assert reach.r_indicator([0.1, 0.4], [30, 10]) == pytest.approx(
        reach.r_indicator([0.1] * 30 + [0.4] * 10)
    )


def test_a_change_is_seen_and_mere_variation_is_not() -> None:
    rng = np.random.default_rng(11)
    usual = rng.normal(100, 10, 60)
    limits = variation.xmr_limits(usual[:30])
    moved = usual[30:] + 22
    assert {one.rule for one in variation.xmr_signals(moved, limits)} >= {"one side", "near a limit"}
    alarms = [
        bool(variation.xmr_signals(one[25:], variation.xmr_limits(one[:25])))
        for one in rng.normal(100, 10, (400, 35))
    ]
    assert np.mean(alarms) < 0.25, "ten values of an unchanged series"


def test_the_parts_of_variance_are_found_again() -> None:
    rng = np.random.default_rng(5)
    sizes = rng.integers(20, 200, 80)
    team = np.repeat(np.arange(80), sizes)
    values = rng.normal(0, 2, 80)[team] + rng.normal(50, 4, len(team))
    found = variation.variance_components(values, team)
    assert found.between == pytest.approx(4, rel=0.35)
    assert found.within == pytest.approx(16, rel=0.05)
    assert found.between_share == pytest.approx(found.between / (found.between + found.within))
    assert found.reliability(4) == pytest.approx(found.between / (found.between + found.within / 4))


def test_nothing_lies_between_teams_that_are_alike() -> None:
    found = variation.variance_components([1, 2, 3, 1, 2, 3], ["a"] * 3 + ["b"] * 3)
    assert (found.between, found.between_share) == (0, 0)


def test_what_cannot_be_is_refused_by_name() -> None:
    for refused, message in (
        (lambda: intervals.wilson_interval(3, 0), "total is 0"),
        (lambda: intervals.wilson_interval(3, 2), "successes is 3"),
        (lambda: intervals.net_promoter_interval(3, 3, 5), "detractors is 3"),
        (lambda: intervals.wilson_interval(1, 2, confidence=1), "confidence is 1"),
        (lambda: variation.xmr_limits([1]), "values has 1"),
        (lambda: variation.xmr_limits([1, float("nan")]), "values must be a finite number"),
        (lambda: variation.variance_components([1, 2], ["a", "a"]), "groups names 1 groups"),
        (lambda: reach.rake([["a"]], [{"b": 3}]), "say nothing of 'a'"),
        (lambda: reach.rake([["a"]], [{"a": 3, "b": 1}]), "nobody in 'b'"),
        (lambda: reach.rake([["a"], ["c"]], [{"a": 3}, {"c": 5}]), "must agree"),
        (lambda: reach.kish_design_effect([0, 0]), "weights are all 0"),
        (lambda: reach.r_indicator([0.2, 1.2]), "propensities must be at most 1"),
        (lambda: reach.follow_up_estimate([1], [1, 0], silent=1), "silent is 1"),
        (lambda: shares.share_from_rank(4, 3), "rank is 4"),
    ):
        with pytest.raises(ValueError, match=message):
            refused()
    with pytest.raises(NotEnoughEvidence):
        reach.follow_up_estimate([1, 0], [1], silent=50)


def test_totals_that_no_weights_meet_are_said_to_be_so() -> None:
    """Nobody is both old and near, nor new and far: no weights give other totals to the one than to the other."""
    with pytest.raises(NoConvergence, match="from their total"):
        reach.rake(
            [["old", "new"], ["far", "near"]],
            [{"old": 10, "new": 20}, {"far": 20, "near": 10}],
            most_rounds=50,
        )
