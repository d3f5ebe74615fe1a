"""What was planted can be found again in what was emitted."""

import math
from collections import Counter, defaultdict
from datetime import datetime

import numpy as np
import pytest
from tests.simulation import simulated

from rapport.simulation import company, planted
from rapport.simulation.plan import ZONE
from rapport.simulation.truths import mean_log_wait, planted_values


def is_december(at: datetime) -> bool:
    return at.astimezone(ZONE).month == 12


def test_each_teams_mean_wait_is_found_again() -> None:
    waits = defaultdict(list)
    for entry, properties in simulated.wrenfield().of_kind("waited"):
        if not is_december(entry.occurred_at):
            waits[properties["team"]].append(math.log(properties["wait_seconds"] + 0.5))
    uncensored = [n for n, team in enumerate(company.TEAMS) if team.department == company.RETAIL]
    for number in [*uncensored, company.MAIL_TEAM]:
        found = waits[company.TEAMS[number].name]
        assert len(found) > 50
        assert np.mean(found) == pytest.approx(
            mean_log_wait(number), abs=4 * np.std(found) / len(found) ** 0.5 + 0.02
        )


def test_monday_mornings_are_slower_on_the_help_line() -> None:
    waits: dict[bool, list[float]] = {True: [], False: []}
    for entry, properties in simulated.wrenfield().of_kind("waited", "contact_given_up"):
        local = entry.occurred_at.astimezone(ZONE)
        if properties["team"] == "Help line mornings" and local.hour < 12 and not is_december(local):
            waits[local.weekday() == 0].append(math.log(properties["wait_seconds"] + 0.5))
    assert np.mean(waits[True]) - np.mean(waits[False]) > 0.3 * planted.WAIT["monday_morning"]


def test_the_share_of_parcels_on_time_is_found_again_per_depot() -> None:
    found = defaultdict(list)
    for _entry, properties in simulated.wrenfield().of_kind("delivery"):
        ordered = simulated.moment(properties["promised_at"])
        if ordered.month not in (12, 1):
            found[properties["team"]].append(properties["on_time"])
    for number in (company.WAKEFIELD, company.AVONMOUTH):
        odds = planted.RATES["on_time"] / (1 - planted.RATES["on_time"]) * math.exp(company.CARE[number])
        share = odds / (1 + odds)
        seen = found[company.TEAMS[number].name]
        assert np.mean(seen) == pytest.approx(share, abs=4 * (share * (1 - share) / len(seen)) ** 0.5 + 0.01)


def test_people_buy_at_their_planted_rates_as_long_as_they_stay() -> None:
    """Purchases over rate times time observed is 1 for a Poisson process stopped at one of its own events."""
    whole = simulated.wrenfield()
    bought, last = Counter(), {}
    for entry, _ in whole.of_kind("purchase"):
        number = simulated.number_of(entry)
        bought[number] += 1
        last[number] = max(last.get(number, entry.occurred_at), entry.occurred_at)
    begins = {simulated.number_of(e): e.occurred_at for e, _ in reversed(list(whole.of_kind("profile")))}
    expected, seen = 0.0, 0
    for number, truth in whole.truths.items():
        if truth.is_prospect or truth.is_new:
            continue
        end = last[number] if truth.left_at else simulated.ENDS
        years = (end - begins[number]).total_seconds() / 86_400 / 365.25
        expected += truth.rate_per_year * years
        seen += bought[number]
    assert seen / expected == pytest.approx(1.0, abs=0.04)


def test_told_reasons_for_leaving_are_those_of_the_truths() -> None:
    whole = simulated.wrenfield()
    told = {
        simulated.number_of(entry): properties["reason"]
        for entry, properties in whole.of_kind("subscription_ended", "feedback")
        if properties["sort"] in ("leaving", "membership") and "reason" in properties
    }
    assert told == {n: t.leave_reason for n, t in whole.truths.items() if t.told_reason}
    left = [truth for truth in whole.truths.values() if truth.left_at]
    assert len(told) / len(left) == pytest.approx(planted.REASON_TOLD, abs=0.06)


def test_reasons_for_leaving_follow_the_planted_shares() -> None:
    shares = {True: planted.REASON_SHARES_UNHAPPY, False: planted.REASON_SHARES_CONTENT}
    left = [truth for truth in simulated.wrenfield().truths.values() if truth.left_at]
    for is_unhappy, planted_shares in shares.items():
        group = [t.leave_reason for t in left if (t.bond < planted.UNHAPPY_BELOW) == is_unhappy]
        counts = Counter(group)
        for reason, share in zip(planted.REASONS, planted_shares, strict=True):
            spread = 4 * (share * (1 - share) / len(group)) ** 0.5 + 0.01
            assert counts[reason] / len(group) == pytest.approx(share, abs=spread)


def test_bad_service_is_felt_and_drives_people_away() -> None:
    whole = simulated.wrenfield()
    bonds = defaultdict(list)
    for truth in whole.truths.values():
        if not truth.is_prospect:
            bonds[truth.left_at is not None].append(truth.bond)
    assert np.mean(bonds[False]) > np.mean(bonds[True])


@pytest.mark.parametrize(("kind", "least"), [("asked_again", 0.3), ("refusal", 0.3), ("case_reopened", 0.4)])
def test_what_went_wrong_shows_in_the_answers(kind: str, least: float) -> None:
    whole = simulated.wrenfield()
    wrong = {properties["contact_id"][:-2] for _, properties in whole.of_kind(kind)}
    faces: dict[bool, list[int]] = {True: [], False: []}
    for _, properties in whole.of_kind("answer"):
        if properties["survey"] == "after_contact":
            faces[properties["about"] in wrong].append(properties["face"])
    assert np.mean(faces[False]) - np.mean(faces[True]) > least


def test_the_never_asked_are_never_asked() -> None:
    whole = simulated.wrenfield()
    asked = {simulated.number_of(entry) for entry, _ in whole.of_kind("survey_asked", "answer")}
    unasked = {number for number, truth in whole.truths.items() if truth.is_never_asked}
    assert unasked
    assert not asked & unasked


def test_every_double_is_one_person_under_two_addresses() -> None:
    truths = simulated.wrenfield().truths
    doubles = [truth for truth in truths.values() if truth.same_person_as is not None]
    assert 30 < len(doubles) < 150
    for double in doubles:
        other = truths[double.same_person_as or 0]
        assert double.email != other.email
        assert (double.patience, double.warmth) == (other.patience, other.warmth)


def test_every_planted_figure_is_written_down() -> None:
    values = planted_values()
    assert values["feeling"] == planted.FEELING
    assert values["bond_on_leaving"] == planted.BOND_ON_LEAVING
