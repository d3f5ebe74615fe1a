"""Which clocks run for a case, how long each has, and what a change of policy, queue or calendar does to them."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from msgspec import structs
from tests.clocks.conftest import AIMS, HOUR, OFFICE, NewCase, begin, clock_of, known_by, matter_of, story

from rapport.kernel.refusals import NotAllowed, NotFound
from rapport.service.clocks import commands as clocks
from rapport.service.clocks import queries
from rapport.service.clocks.commands import AutomaticAnswer, BadCalendar, Description
from rapport.service.clocks.models import Clock, Policy, PolicyVersion
from rapport.service.clocks.rules.choosing import BadPolicy
from rapport.service.clocks.rules.hours import Holiday, periods_of
from rapport.service.clocks.rules.running import Aim
from rapport.service.routing.models import Queue
from rapport.staff.audit import queries as audit
from rapport.staff.roles.rules import EVERYTHING, Operator, Reach


def add(name: str, hours: float, at: datetime, **scope: object) -> Policy:
    aims = {"first_answer": Aim(hours * HOUR)}
    return clocks.add_policy(Description(name, aims, **scope), by=Operator(), at=at)  # type: ignore[arg-type]


def test_a_new_case_has_a_clock_for_the_first_answer_and_one_for_the_end(
    new_case: NewCase, policy: Description, noon: datetime
) -> None:
    case = new_case()

    begin(case, noon)

    assert {one.kind for one in Clock.objects.all()} == {"first_answer", "resolution"}
    assert clock_of(case).due_at == noon.replace(hour=17), "half an hour before lunch, three and a half after"
    assert clock_of(case).calendar_version is not None
    assert policy.calendar_id is not None


def test_the_next_answer_is_waited_for_once_the_first_was_given(
    new_case: NewCase, policy: Description, noon: datetime
) -> None:
    case = new_case()
    begin(case, noon)
    begin(case, noon + HOUR / 2, ("next_answer",))
    clocks.fulfil([case.pk], at=noon + HOUR, is_automatic=False)
    begin(case, noon + 2 * HOUR, ("next_answer",))
    begin(case, noon + 3 * HOUR, ("next_answer",))

    waiting = Clock.objects.unfinished().get(kind="next_answer")

    assert waiting.since_at == noon + 2 * HOUR, "the second question did not move the clock of the first"
    assert policy.aims["next_answer"].target == 2 * HOUR


def test_an_automatic_message_satisfies_no_clock(
    new_case: NewCase, policy: Description, noon: datetime
) -> None:
    case = new_case()
    begin(case, noon)

    with pytest.raises(AutomaticAnswer):
        clocks.fulfil([case.pk], at=noon + HOUR, is_automatic=True)

    assert clock_of(case).ended_at is None
    assert policy.name == "House"


def test_what_says_most_wins(new_case: NewCase, queue: Queue, noon: datetime) -> None:
    case = new_case(channel="chat")
    add("House", 8, noon)
    add("Chat", 7, noon, channel="chat")
    add("Complaints", 6, noon, kind="complaint")
    add("Letters", 5, noon, queue_id=queue.pk)
    add("Other queue", 1, noon, queue_id=Queue.objects.create(name="Parcels", opened_at=noon).pk)
    add("Other customer", 1, noon, identifier_id=known_by("ben@lee.example", noon).pk)

    def hours_of(kind: str) -> float:
        terms = queries.Policies().terms_of([matter_of(case, kind)])[case.pk]
        return terms.aims["first_answer"].target / HOUR

    assert hours_of("question") == 5
    agreed = add("Agreed with Amina", 4, noon, identifier_id=case.identifier_id)
    assert hours_of("question") == 4
    clocks.retire_policy(agreed.pk, by=Operator(), at=noon)
    letters = Policy.objects.get(name="Letters")
    clocks.retire_policy(letters.pk, by=Operator(), at=noon)
    assert hours_of("complaint") == 6
    assert hours_of("question") == 7


def test_what_was_agreed_with_a_customer_holds_for_each_of_their_addresses(
    new_case: NewCase, noon: datetime
) -> None:
    from tests import made_up

    made_up.record(
        made_up.event("login", "user_id=amina", "email=amina@okafor.example", at=noon, proof="login"), at=noon
    )
    account = made_up.identifier_of("user_id=amina")
    add("House", 8, noon)
    add("Agreed", 4, noon, identifier_id=account.pk)
    case = new_case()
    assert case.identifier_id != account.pk

    begin(case, noon)

    assert clock_of(case).target == 4 * HOUR


def test_what_was_agreed_with_an_organisation_holds_for_its_people(new_case: NewCase, noon: datetime) -> None:
    from tests import made_up

    firm = made_up.claim("organisation_id=okafor-and-sons")
    made_up.record(
        made_up.event("membership", "email=amina@okafor.example", at=noon, organisation=firm), at=noon
    )
    add("House", 8, noon)
    add("Okafor & Sons", 4, noon, identifier_id=made_up.identifier_of("organisation_id=okafor-and-sons").pk)
    of_the_firm = new_case()
    of_nobody = new_case(identifier=known_by("ben@lee.example", noon))

    clocks.start([matter_of(of_the_firm), matter_of(of_nobody)], ["first_answer"], at=noon)

    assert clock_of(of_the_firm).target == 4 * HOUR
    assert clock_of(of_nobody).target == 8 * HOUR


def test_an_answer_taken_back_lets_its_clocks_run_again(
    new_case: NewCase, policy: Description, noon: datetime
) -> None:
    case = new_case()
    begin(case, noon)
    due_at = clock_of(case).due_at
    answered_at = noon + timedelta(minutes=5)
    clocks.fulfil([case.pk], at=answered_at, is_automatic=False)

    revived = clocks.revive([case.pk], fulfilled_at=answered_at, at=answered_at + timedelta(seconds=10))

    assert revived == 1
    assert (clock_of(case).due_at, clock_of(case).is_fulfilled) == (due_at, False)
    assert story(clock_of(case)) == ["start", "fulfil", "revive"]
    assert clocks.revive([case.pk], fulfilled_at=answered_at, at=noon + HOUR) == 0
    assert policy


def test_without_a_policy_no_clock_runs(new_case: NewCase, noon: datetime) -> None:
    case = new_case()

    begin(case, noon)

    assert not Clock.objects.exists()


def test_a_changed_policy_sets_the_clocks_that_start_later(
    new_case: NewCase, policy: Description, noon: datetime
) -> None:
    old, new = new_case(), new_case()
    begin(old, noon)
    number = Policy.objects.get().pk

    quicker = replace(policy, aims={"first_answer": Aim(HOUR)})
    clocks.change_policy(number, quicker, by=Operator(), at=noon + HOUR)
    begin(new, noon + HOUR)

    assert clock_of(old).target == 4 * HOUR
    assert clock_of(new).target == HOUR
    assert PolicyVersion.objects.filter(policy=number).count() == 2


def test_a_case_that_moves_to_another_queue_keeps_the_time_it_used(
    new_case: NewCase, policy: Description, queue: Queue, noon: datetime
) -> None:
    case = new_case()
    begin(case, noon)
    urgent = Queue.objects.create(name="Urgent", opened_at=noon)
    add("Urgent", 1, noon, queue_id=urgent.pk)

    later = noon.replace(hour=14)
    clocks.retarget([replace(matter_of(case), queue_id=urgent.pk)], at=later)

    clock = clock_of(case)
    assert clock.used == HOUR, "noon to half past, half past one to two"
    assert (clock.due_at, clock.queue_id) == (later, urgent.pk)
    assert story(clock) == ["start", "retarget"]
    assert clock_of(case, "resolution").ended_at == later, "the urgent policy waits for no resolution"
    assert queue.pk != urgent.pk
    assert policy.queue_id is None


def test_states_that_the_policy_names_pause_and_others_do_not(
    new_case: NewCase, policy: Description, noon: datetime
) -> None:
    case = new_case()
    begin(case, noon)

    assert clocks.follow_state([case.pk], "third", at=noon + timedelta(minutes=10)) == 0
    clocks.follow_state([case.pk], "theirs", at=noon + timedelta(minutes=30))
    assert clock_of(case, "resolution").due_at is None
    clocks.follow_state([case.pk], "ours", at=noon + 2 * HOUR)
    clocks.follow_state([case.pk], "done", at=noon + 3 * HOUR)

    assert story(clock_of(case, "resolution")) == ["start", "pause", "resume", "fulfil"]
    assert clock_of(case, "resolution").used == 1.5 * HOUR
    assert story(clock_of(case)) == ["start", "pause", "resume", "stop"]
    assert policy.pauses_in == ("theirs",)


def test_a_case_opened_again_goes_on_with_what_it_had_used(
    new_case: NewCase, policy: Description, noon: datetime
) -> None:
    case = new_case()
    begin(case, noon)
    clocks.follow_state([case.pk], "done", at=noon.replace(hour=15))

    again = noon.replace(hour=16)
    clocks.start([matter_of(case)], ["resolution"], at=again, goes_on=True)

    assert clock_of(case, "resolution").used == 2 * HOUR
    assert Clock.objects.filter(kind="resolution").count() == 2
    assert policy.aims["resolution"].target == 14 * HOUR


def test_junk_ends_every_clock_without_a_verdict(
    new_case: NewCase, policy: Description, noon: datetime
) -> None:
    case = new_case()
    begin(case, noon)

    clocks.follow_state([case.pk], "junk", at=noon + HOUR)

    assert not Clock.objects.unfinished().exists()
    assert not Clock.objects.filter(is_fulfilled=True).exists()
    assert policy


def test_a_holiday_more_moves_what_runs_and_what_is_paused(
    new_case: NewCase, policy: Description, noon: datetime
) -> None:
    running, paused = new_case(), new_case()
    begin(running, noon.replace(hour=16))
    begin(paused, noon.replace(hour=16))
    clocks.pause([paused.pk], at=noon.replace(hour=16, minute=30))
    assert policy.calendar_id is not None

    closed = structs.replace(OFFICE, holidays=(Holiday(date(2026, 3, 3), "Moving house"),))
    evening = noon.replace(hour=18)
    clocks.change_calendar(policy.calendar_id, "Leeds", closed, by=Operator(), at=evening)
    assert clocks.follow_calendars(at=evening) == 4
    assert clocks.follow_calendars(at=evening) == 0
    clocks.resume([paused.pk], at=evening)

    wednesday = noon.replace(day=4)
    assert clock_of(running).due_at == wednesday.replace(hour=12)
    assert clock_of(running).used == HOUR
    assert clock_of(paused).due_at == wednesday.replace(hour=12, minute=30)


def test_hours_in_which_a_policy_would_take_decades_are_refused(policy: Description, noon: datetime) -> None:
    scant = structs.replace(OFFICE, week=(periods_of("9:00-10:00"), *((),) * 6))
    yearly = replace(policy, aims={"resolution": Aim(2000 * HOUR)})
    clocks.change_policy(Policy.objects.get().pk, yearly, by=Operator(), at=noon)

    with pytest.raises(BadPolicy, match="decades"):
        clocks.change_calendar(policy.calendar_id or 0, "Leeds", scant, by=Operator(), at=noon)


def test_a_calendar_in_use_is_not_closed(policy: Description, noon: datetime) -> None:
    with pytest.raises(BadCalendar, match="House"):
        clocks.close_calendar(policy.calendar_id or 0, by=Operator(), at=noon)

    clocks.retire_policy(Policy.objects.get().pk, by=Operator(), at=noon)
    clocks.close_calendar(policy.calendar_id or 0, by=Operator(), at=noon)

    assert queries.all_calendars() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "faulty",
    [
        {"name": " "},
        {"aims": {}},
        {"aims": {"first_answer": Aim(timedelta())}},
        {"aims": {"first_answer": Aim(HOUR, HOUR)}},
        {"aims": {"resolution": Aim(timedelta(days=40_000))}},
        {"kind": "nonsense"},
        {"channel": "pigeon"},
        {"pauses_in": ("done",)},
        {"identifier_id": 987_654},
    ],
)
def test_a_policy_that_means_nothing_is_refused(faulty: dict[str, object], noon: datetime) -> None:
    described = replace(Description("House", AIMS), **faulty)  # type: ignore[arg-type]

    with pytest.raises(BadPolicy):
        clocks.add_policy(described, by=Operator(), at=noon)


@pytest.mark.django_db
def test_two_policies_of_one_name_are_refused_until_one_is_retired(noon: datetime) -> None:
    house = add("House", 1, noon)
    with pytest.raises(BadPolicy, match="already"):
        add("House", 2, noon)

    clocks.retire_policy(house.pk, by=Operator(), at=noon)

    add("House", 2, noon)
    with pytest.raises(NotFound):
        clocks.retire_policy(house.pk, by=Operator(), at=noon)


@pytest.mark.django_db
def test_an_agent_sets_no_policy(noon: datetime) -> None:
    class Agent:
        role = "agent"
        audit_name = "Ben"

    with pytest.raises(NotAllowed):
        clocks.add_policy(Description("Mine", AIMS), by=Agent(), at=noon)
    with pytest.raises(NotAllowed):
        clocks.add_calendar("Mine", OFFICE, by=Agent(), at=noon)


def test_every_change_stands_in_the_audit_log(policy: Description, noon: datetime) -> None:
    clocks.change_policy(Policy.objects.get().pk, policy, by=Operator(), at=noon)

    acts = [one.act for one in audit.newest(reach=EVERYTHING)[0]]

    assert acts == ["policies.change", "policies.add", "calendars.add"]


def test_clocks_are_seen_with_their_cases(new_case: NewCase, policy: Description, noon: datetime) -> None:
    case = new_case(department="Retail")
    begin(case, noon)
    retail, other = (Reach(EVERYTHING.permissions, frozenset({one})) for one in ("Retail", "Shops"))

    assert len(queries.of_cases([case.pk], reach=retail)[case.pk]) == 2
    assert queries.of_cases([case.pk], reach=other)[case.pk] == []
    assert queries.history(case.pk, reach=other) == []
    assert len(queries.history(case.pk, reach=EVERYTHING)) == 2
    assert policy


def test_many_cases_are_paused_with_a_few_statements(
    new_case: NewCase, policy: Description, noon: datetime, django_assert_max_num_queries: object
) -> None:
    cases = [new_case() for _ in range(100)]
    clocks.start([matter_of(one) for one in cases], ["first_answer", "resolution"], at=noon)

    with django_assert_max_num_queries(12):  # type: ignore[operator]
        paused = clocks.pause([one.pk for one in cases], at=noon + HOUR)

    assert paused == 200
    assert policy
