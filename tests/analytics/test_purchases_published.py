"""The numbers of the literature, from the literature's own data: 1 in 10 of CDNOW's customers, first bought in 1997."""

import csv
import gzip
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from rapport.analytics.statistics import purchases
from rapport.analytics.statistics.purchases.evidence import Floats

pytestmark = pytest.mark.shared_data
FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "purchases"
CALIBRATION_ENDS, HOLDOUT_WEEKS = date(1997, 9, 30), 39


@pytest.fixture(autouse=True)
def data_is_here(shared_data: Path) -> Path:
    return shared_data


@cache
def cdnow() -> tuple[Floats, Floats, Floats, Floats]:
    """Repeat purchases, week of the last one, weeks since the first, mean value: as published."""
    with gzip.open(FOLDER / "cdnow_customers_summary_with_transactions.csv.gz", "rt") as lines:
        rows = list(csv.DictReader(lines))
    columns = [np.array([float(row[name]) for row in rows]) for name in ("x", "t_x", "T", "zbar")]
    return columns[0], columns[1], columns[2], columns[3]


@cache
def holdout() -> Floats:
    """On how many days of the 39 weeks after the calibration each customer bought."""
    days: dict[int, set[str]] = {}
    with gzip.open(FOLDER / "cdnow_sample.txt.gz", "rt") as lines:
        for line in lines:
            _, customer, day, *_ = line.split()
            after = date.fromisoformat(f"{day[:4]}-{day[4:6]}-{day[6:]}") > CALIBRATION_ENDS
            days.setdefault(int(customer), set()).update({day} if after else ())
    return np.array([float(len(days[customer])) for customer in sorted(days)])


@cache
def bg_nbd() -> purchases.BgNbd:
    return purchases.fit_bg_nbd(*cdnow()[:3])


@cache
def pareto_nbd() -> purchases.ParetoNbd:
    return purchases.fit_pareto_nbd(*cdnow()[:3])


def test_bg_nbd_finds_table_2_of_fader_hardie_and_lee_2005() -> None:
    fit = bg_nbd()

    assert (fit.r, fit.alpha) == pytest.approx((0.2426, 4.4135), abs=2e-4)
    assert (fit.a, fit.b) == pytest.approx((0.7929, 2.4258), abs=2e-4)
    assert fit.log_likelihood == pytest.approx(-9582.43, abs=0.01)


def test_mbg_nbd_finds_the_parameters_of_batislam_as_btydplus_prints_them() -> None:
    fit = purchases.fit_mbg_nbd(*cdnow()[:3])

    assert (fit.r, fit.alpha, fit.a, fit.b) == pytest.approx((0.525, 6.183, 0.891, 1.614), abs=1e-3)


def test_pareto_nbd_finds_the_parameters_of_schmittlein_in_table_2_of_fader_hardie_and_lee_2005() -> None:
    fit = pareto_nbd()

    assert (fit.r, fit.s) == pytest.approx((0.5533, 0.6062), abs=1e-4)
    assert (fit.alpha, fit.beta) == pytest.approx((10.578, 11.668), abs=1e-3)
    assert fit.log_likelihood == pytest.approx(-9594.97, abs=0.01)


def test_gamma_gamma_finds_the_parameters_and_first_ten_values_of_note_025() -> None:
    frequency, _, _, value = cdnow()

    fit = purchases.fit_gamma_gamma(frequency, value)

    assert (fit.p, fit.q, fit.v) == pytest.approx((6.249, 3.745, 15.448), abs=1e-3)
    assert fit.population_mean == pytest.approx(35.17, abs=0.005)
    first_ten = [24.66, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]
    assert fit.expected_value(frequency[:10], value[:10]) == pytest.approx(first_ten, abs=0.006)


REGULAR = [1000, 631, 468, 382, 326, 289, 262, 241]
HIGH_END = [1000, 869, 743, 653, 593, 551, 517, 491]


@pytest.mark.parametrize(
    ("cohort", "alpha", "beta", "log_likelihood"),
    [(REGULAR, 0.704, 1.182, -1680.27), (HIGH_END, 0.668, 3.806, -1611.16)],
    ids=["Regular", "High End"],
)
def test_shifted_beta_geometric_finds_both_segments_of_fader_and_hardie_2007(
    cohort: list[int], alpha: float, beta: float, log_likelihood: float
) -> None:
    fit = purchases.fit_sbg(cohort)

    assert (fit.alpha, fit.beta) == pytest.approx((alpha, beta), abs=6e-4)
    assert fit.log_likelihood == pytest.approx(log_likelihood, abs=0.006)


def test_retention_of_the_high_end_segment_rises_as_table_1_of_fader_and_hardie_2007_shows() -> None:
    shares = purchases.fit_sbg(HIGH_END).retention_share([1, 2, 3, 4, 5])

    assert shares == pytest.approx([0.851, 0.878, 0.897, 0.911, 0.921], abs=6e-4)


def test_bg_nbd_expects_1_226_further_purchases_of_the_customer_of_note_027() -> None:
    assert bg_nbd().expected_purchases(39, [2], [30.43], [38.86])[0] == pytest.approx(1.226, abs=5e-4)


def test_bg_nbd_expects_of_new_customers_what_the_spreadsheet_of_note_008_shows() -> None:
    expected = [
        float(bg_nbd().expected_purchases(weeks, 0, 0, 0)[0]) for weeks in (0.1429, 1, 3, 31.8571, 32)
    ]

    assert expected == pytest.approx([0.0078, 0.0532, 0.1506, 1.0405, 1.0437], abs=6e-5)


def test_pareto_nbd_is_nearly_sure_of_the_customer_who_bought_26_times() -> None:
    assert pareto_nbd().probability_alive([26], [30.86], [31])[0] == pytest.approx(0.9979, abs=5e-5)


def test_totals_and_correlations_of_the_holdout_are_the_published_ones() -> None:
    frequency, recency, age, _ = cdnow()
    bought = holdout()
    assert bought.sum() == 1882

    found = {
        name: fit.expected_purchases(HOLDOUT_WEEKS, frequency, recency, age)
        for name, fit in (("BG", bg_nbd()), ("Pareto", pareto_nbd()))
    }
    judged = {name: compared(expected).model for name, expected in found.items()}

    assert found["BG"].sum() == pytest.approx(1653, abs=0.5)
    assert found["Pareto"].sum() == pytest.approx(1666, abs=0.5)
    assert [judged[name].total_ratio for name in found] == pytest.approx([0.879, 0.885], abs=5e-4)
    assert [judged[name].correlation for name in found] == pytest.approx([0.6256, 0.6302], abs=5e-5)
    assert judged["BG"].root_mean_square_error == pytest.approx(1.608, abs=5e-4)


def test_the_naive_rate_promises_56_percent_too_much() -> None:
    frequency, _, age, _ = cdnow()

    judged = compared(frequency / age * HOLDOUT_WEEKS).model

    assert judged.total_ratio == pytest.approx(1.56, abs=0.005)
    assert judged.root_mean_square_error == pytest.approx(2.212, abs=5e-4)


def test_cumulative_purchases_at_week_78_are_4_percent_too_low_for_bg_nbd() -> None:
    frequency, _, age, _ = cdnow()
    actual = frequency.sum() + holdout().sum()

    expected = sum(
        float(bg_nbd().expected_purchases(weeks, 0, 0, 0)[0]) * count
        for weeks, count in zip(*np.unique(age + HOLDOUT_WEEKS, return_counts=True), strict=True)
    )

    assert expected / actual - 1 == pytest.approx(-0.041, abs=5e-4)


def test_the_heuristic_tells_buyers_apart_better_than_any_model() -> None:
    frequency, recency, age, _ = cdnow()
    buys = holdout() > 0

    bg, pareto = (
        compared(fit.expected_purchases(HOLDOUT_WEEKS, frequency, recency, age))
        for fit in (bg_nbd(), pareto_nbd())
    )

    assert bg.heuristic.buys_auc == pytest.approx(0.7822, abs=5e-5)
    assert bg.model.buys_auc == pytest.approx(0.7725, abs=6e-5)
    assert pareto.model.buys_auc == pytest.approx(0.7787, abs=6e-5)
    assert purchases.ranking_auc(recency - age, buys) == pytest.approx(0.7714, abs=6e-5)
    assert purchases.ranking_auc(frequency, buys) == pytest.approx(0.7576, abs=5e-5)
    assert np.isnan(bg.heuristic.total_ratio)


def test_the_best_fifth_by_model_makes_633_in_1000_purchases_and_no_more_than_by_mere_frequency() -> None:
    """214 customers tie at the border of the best fifth by frequency: by their order it is 0.62 to 0.66."""
    frequency, recency, age, _ = cdnow()

    by_count = compared(frequency).model
    by_model = compared(bg_nbd().expected_purchases(HOLDOUT_WEEKS, frequency, recency, age)).model

    assert by_count.top_fifth_share == pytest.approx(0.633, abs=5e-4)
    assert by_model.top_fifth_share == pytest.approx(0.633, abs=5e-4)


def test_the_difference_between_heuristic_and_model_is_small_but_not_chance() -> None:
    frequency, recency, age, _ = cdnow()
    buys = holdout() > 0
    rank = purchases.heuristic_rank(frequency, recency, age)
    expected = bg_nbd().expected_purchases(HOLDOUT_WEEKS, frequency, recency, age)
    chance = np.random.default_rng(20)

    gaps = []
    for _ in range(1000):
        drawn = chance.integers(0, len(buys), len(buys))
        gaps.append(
            purchases.ranking_auc(rank[drawn], buys[drawn])
            - purchases.ranking_auc(expected[drawn], buys[drawn])
        )

    low, high = np.quantile(gaps, [0.025, 0.975])
    assert 0 < low < 0.0025
    assert high == pytest.approx(0.0186, abs=0.001)


def test_probability_alive_of_bg_nbd_is_one_for_every_one_time_buyer_and_ranks_worse_than_chance() -> None:
    frequency, recency, age, _ = cdnow()
    buys, repeated = holdout() > 0, frequency > 0

    alive = bg_nbd().probability_alive(frequency, recency, age)

    assert np.all(alive[~repeated] == 1)
    assert purchases.ranking_auc(alive, buys) == pytest.approx(0.316, abs=5e-4)
    assert purchases.ranking_auc(alive[repeated], buys[repeated]) == pytest.approx(0.698, abs=5e-4)
    pareto = pareto_nbd().probability_alive(frequency, recency, age)
    assert purchases.ranking_auc(pareto, buys) == pytest.approx(0.726, abs=5e-4)


def test_the_chance_of_a_purchase_ranks_well_where_probability_alive_does_not() -> None:
    columns = cdnow()[:3]
    buys = holdout() > 0

    active = [
        purchases.ranking_auc(fit.probability_active(HOLDOUT_WEEKS, *columns), buys)
        for fit in (pareto_nbd(), purchases.fit_mbg_nbd(*columns))
    ]

    assert min(active) > 0.75


def compared(expected: Floats) -> purchases.Comparison:
    frequency, recency, age, _ = cdnow()
    return purchases.compare_with_heuristic(expected, frequency, recency, age, holdout=holdout())
