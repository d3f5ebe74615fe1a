"""What must hold of every customer's story, however chance falls."""

from collections import defaultdict
from datetime import datetime, timedelta

from tests.simulation import simulated

from rapport.interactions.log.rules import LONGEST_SUBJECT
from rapport.kernel import channels, kinds
from rapport.simulation.company import PLACES, STAFF_COUNT
from rapport.simulation.plan import ZONE
from rapport.simulation.properties import PROPERTIES


def test_every_message_id_is_given_once() -> None:
    ids = [entry.message_id for entry, _ in simulated.wrenfield().entries]
    assert len(ids) == len(set(ids))


def test_every_interaction_can_be_stored() -> None:
    for entry, _ in simulated.wrenfield().entries:
        assert entry.kind in kinds.KINDS
        assert entry.channel in channels.CHANNELS
        assert entry.direction in channels.DIRECTIONS
        assert entry.claims
        assert len(entry.subject) <= LONGEST_SUBJECT
        assert "{" not in entry.subject + entry.text
        assert 1 <= (entry.touchpoint_id or 0) <= len(PLACES)
        assert entry.staff_id is None or 1 <= entry.staff_id <= STAFF_COUNT


def test_every_property_is_explained() -> None:
    found = {name for _, properties in simulated.wrenfield().entries for name in properties}
    assert found <= set(PROPERTIES)
    assert set(PROPERTIES) <= found


def test_nothing_happens_after_the_end_or_long_before_the_beginning() -> None:
    moments = [entry.occurred_at for entry, _ in simulated.wrenfield().entries]
    assert max(moments) <= simulated.ENDS
    assert max(moments) > simulated.ENDS - timedelta(hours=2)
    assert min(moments) > simulated.ENDS - timedelta(days=2 * 366)


def test_whoever_has_left_only_hears_from_us() -> None:
    company = simulated.wrenfield()
    left = {n: simulated.moment(truth.left_at) for n, truth in company.truths.items() if truth.left_at}
    assert left
    for entry, _ in company.entries:
        gone = left.get(simulated.number_of(entry))
        if gone and entry.occurred_at > gone:
            assert entry.kind == "campaign"


def test_promises_are_made_before_they_fall_due_and_are_kept_or_broken_once() -> None:
    made_promises, ended = {}, defaultdict(list)
    company = simulated.wrenfield()
    for entry, properties in company.of_kind("promise_made"):
        due = simulated.moment(properties["due_at"])
        assert entry.occurred_at < due
        made_promises[properties["promise_id"]] = due
    for entry, properties in company.of_kind("promise_kept", "promise_broken"):
        due = made_promises[properties["promise_id"]]
        is_kept = entry.kind == "promise_kept"
        assert simulated.moment(properties["done_at"]) <= due if is_kept else entry.occurred_at > due
        ended[properties["promise_id"]].append(entry.kind)
    assert all(len(ends) == 1 for ends in ended.values())
    still_open = [due for promise, due in made_promises.items() if promise not in ended]
    assert still_open
    assert all(due >= simulated.ENDS - timedelta(seconds=1) for due in still_open)


def test_a_parcel_is_late_exactly_when_it_comes_after_the_promise() -> None:
    for _, properties in simulated.wrenfield().of_kind("delivery"):
        late = simulated.moment(properties["delivered_at"]) - simulated.moment(properties["promised_at"])
        assert properties["on_time"] == (late <= timedelta(0))
        assert properties["late_seconds"] == max(0, late.total_seconds())


def test_money_flows_the_right_way() -> None:
    company = simulated.wrenfield()
    orders = {}
    for entry, properties in company.of_kind("purchase"):
        assert entry.currency == "GBP"
        assert entry.amount_minor
        assert entry.amount_minor > 0
        assert sum(line["price_minor"] for line in properties["items"]) == properties["quoted_minor"]
        assert properties["price_as_quoted"] == (entry.amount_minor == properties["quoted_minor"])
        orders[properties["order_no"]] = entry
    for entry, properties in company.of_kind("refund"):
        assert entry.amount_minor
        assert entry.amount_minor < 0
        assert orders[properties["order_no"]].occurred_at < entry.occurred_at


def test_cases_open_close_and_open_again_in_that_order() -> None:
    steps = defaultdict(list)
    for entry, properties in simulated.wrenfield().of_kind("case_opened", "case_closed", "case_reopened"):
        steps[properties["case"]].append((entry.occurred_at, entry.kind))
    whole = ["case_opened", "case_closed", "case_reopened", "case_closed"]
    for case in steps.values():
        assert [kind for _, kind in sorted(case)] == whole[: len(case)]


def test_people_ring_when_the_help_line_is_open() -> None:
    calls = [e for e, p in simulated.wrenfield().of_kind("call") if e.direction == "in"]
    assert calls
    for call in calls:
        local = call.occurred_at.astimezone(ZONE)
        assert local.weekday() < 6
        assert 8 <= local.hour < 21


def test_marketing_writes_only_to_those_who_agreed_until_they_change_their_mind() -> None:
    company = simulated.wrenfield()
    refused: dict[int, datetime] = {}
    for entry, _ in company.entries:
        if entry.consents.get("marketing") == "denied":
            refused[simulated.number_of(entry)] = entry.occurred_at
    withdrawn = list(company.of_kind("consent"))
    assert withdrawn
    for entry, properties in company.of_kind("campaign"):
        if not properties.get("win_back"):
            assert entry.occurred_at <= refused.get(simulated.number_of(entry), simulated.ENDS)


def test_reviews_are_not_all_alike() -> None:
    texts = [entry.text for entry, _ in simulated.wrenfield().of_kind("review")]
    assert len(set(texts)) > len(texts) / 3


def test_nobody_is_passed_on_to_the_team_they_have_reached() -> None:
    for _, properties in simulated.wrenfield().of_kind("transfer"):
        assert properties["from_team"] == properties["team"] != properties["to_team"]
