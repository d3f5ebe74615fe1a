"""Handing out: the longest wait first, to who can, has room and is there; what was let lie goes back to its place."""

from datetime import datetime, timedelta

import pytest
from tests.desk.handing import availability_of, handed_out, owner_of, skill, stays, there
from tests.desk.shop import MINUTE, answer, asked, colleague, identifier, now_of

from rapport.customers.directory import commands as directory
from rapport.customers.directory.rules import Claim, Sighting
from rapport.jobs.queue.models import Job
from rapport.service.desk import commands as desk
from rapport.service.desk.commands.handing import HAND_OUT
from rapport.service.desk.models import Case
from rapport.service.routing import commands as routing
from rapport.service.routing import queries
from rapport.service.routing.models import Handout
from rapport.staff.roles.rules import EVERYTHING, Operator, System

pytestmark = pytest.mark.django_db


def hand_out(at: datetime) -> list[tuple[int, str]]:
    """Which cases went to whom, in their order."""
    return [(one.case_id, one.staff.name) for one in routing.hand_out(at=at)]


def test_whoever_waits_longest_is_handed_out_first(now: datetime) -> None:
    handed_out(now)
    cases = [asked(now + number * MINUTE, sender=f"{number}@mail.example") for number in (2, 0, 1)]
    there("Ben", now, written=2)

    given = hand_out(now + 5 * MINUTE)

    assert given == [(cases[1].pk, "Ben"), (cases[2].pk, "Ben")]
    assert owner_of(cases[0]) == "", "there is no room for a third"


def test_handing_out_again_changes_nothing(now: datetime) -> None:
    handed_out(now)
    asked(now)
    there("Ben", now)
    assert len(hand_out(now)) == 1

    assert hand_out(now) == []


def test_where_people_take_the_next_nothing_is_handed_out(now: datetime) -> None:
    routing.add_queue(routing.QueueDescription(name="Everybody"), by=Operator(), at=now)
    case = asked(now)
    ben = there("Ben", now)

    assert hand_out(now) == []
    assert not Job.objects.filter(task=HAND_OUT).exists()
    assert routing.take_next(by=ben, at=now).pk == case.pk


def test_nobody_is_handed_more_than_they_can_do_at_once(now: datetime) -> None:
    handed_out(now)
    cases = [asked(now + number * MINUTE, sender=f"{number}@mail.example") for number in range(3)]
    ben = there("Ben", now, written=1)
    later = now + 5 * MINUTE
    hand_out(later)
    assert [owner_of(one) for one in cases] == ["Ben", "", ""]

    desk.reply(cases[0].pk, answer(to=cases[0]), by=ben, at=later)
    hand_out(later)

    assert [owner_of(one) for one in cases] == ["Ben", "Ben", ""], "the answer left room for one"


@pytest.mark.parametrize("act", ["close", "snooze", "transfer", "reply", "assign", "junk"])
def test_whatever_leaves_room_has_the_router_look(now: datetime, act: str) -> None:
    handed_out(now)
    other = handed_out(now, "Others")
    case = asked(now)
    ben, amina = there("Ben", now, written=1), colleague("Amina")
    hand_out(now)
    Job.objects.all().delete()

    {
        "close": lambda: desk.close(case.pk, by=ben, at=now),
        "snooze": lambda: desk.snooze(case.pk, now + MINUTE, by=ben, at=now),
        "transfer": lambda: desk.transfer(case.pk, other.pk, by=ben, at=now),
        "reply": lambda: desk.reply(case.pk, answer(to=case), by=ben, at=now),
        "assign": lambda: desk.assign(case.pk, amina.pk, by=ben, at=now),
        "junk": lambda: desk.mark_junk(case.pk, by=ben, at=now),
    }[act]()

    assert Job.objects.filter(task=HAND_OUT, finished_at=None).count() == 1


def test_a_new_case_and_somebody_coming_have_the_router_look_once(now: datetime) -> None:
    handed_out(now)
    Job.objects.all().delete()

    asked(now)
    asked(now, sender="tom@mail.example")
    there("Ben", now)

    assert Job.objects.filter(task=HAND_OUT).count() == 1, "many askings are one look"


def test_a_case_goes_to_who_can_do_what_it_needs(now: datetime) -> None:
    handed_out(now)
    french = skill(now, "French", "fr")
    case, plain = asked(now), asked(now + MINUTE, sender="tom@mail.example")
    desk.need(case.pk, [french.pk], by=Operator(), at=now)
    there("Ben", now, written=5)
    hand_out(now + 2 * MINUTE)
    assert (owner_of(case), owner_of(plain)) == ("", "Ben")

    there("Amina", now + 3 * MINUTE, french)
    hand_out(now + 3 * MINUTE)

    assert owner_of(case) == "Amina"


def test_a_queue_can_need_a_skill_of_all_who_serve_it(now: datetime) -> None:
    returns = skill(now, "Returns")
    handed_out(now, needs=[returns.pk])
    case = asked(now)
    ben = there("Ben", now)
    assert hand_out(now) == []
    with pytest.raises(routing.NobodyWaits):
        routing.take_next(by=ben, at=now)

    amina = there("Amina", now, returns)

    assert hand_out(now) == [(case.pk, "Amina")]
    assert amina.pk == now_of(case).owner_id


def test_who_can_do_more_is_kept_for_what_needs_it(now: datetime) -> None:
    handed_out(now)
    french = skill(now, "French", "fr")
    plain, special = asked(now), asked(now + MINUTE, sender="tom@mail.example")
    desk.need(special.pk, [french.pk], by=Operator(), at=now)
    there("Amina", now, french, written=1)
    there("Ben", now, written=1)

    hand_out(now + 2 * MINUTE)

    assert (owner_of(plain), owner_of(special)) == ("Ben", "Amina")


def test_a_skill_that_is_off_the_list_is_needed_no_more(now: datetime) -> None:
    handed_out(now)
    french = skill(now, "French", "fr")
    case = asked(now)
    desk.need(case.pk, [french.pk], by=Operator(), at=now)
    there("Ben", now)

    routing.close_skill(french.pk, by=Operator(), at=now)

    assert hand_out(now) == [(case.pk, "Ben")]


def test_a_returning_customer_comes_to_who_knows_them_if_they_have_room(now: datetime) -> None:
    handed_out(now)
    first = asked(now)
    amina = there("Amina", now, written=2)
    hand_out(now)
    desk.close(first.pk, by=amina, at=now)
    there("Ben", now, written=2)
    long_after = now + timedelta(days=30)
    for one in ("Amina", "Ben"):
        there(one, long_after, written=2)
    other = asked(long_after, sender="tom@mail.example")
    desk.assign(other.pk, amina.pk, by=Operator(), at=long_after)

    again = asked(long_after, "It is broken again.")
    hand_out(long_after)

    assert again.pk != first.pk
    assert owner_of(again) == "Amina", "though Ben has less to do"


def test_a_returning_customer_does_not_wait_for_who_knows_them(now: datetime) -> None:
    handed_out(now)
    first = asked(now)
    amina = there("Amina", now)
    hand_out(now)
    desk.close(first.pk, by=amina, at=now)
    routing.be("off", by=amina, at=now)
    long_after = now + timedelta(days=30)
    there("Ben", long_after)

    again = asked(long_after, "It is broken again.")
    hand_out(long_after)

    assert owner_of(again) == "Ben"


def test_what_is_not_opened_in_time_goes_back_and_keeps_its_place(now: datetime) -> None:
    handed_out(now)
    case = asked(now)
    ben = there("Ben", now, written=1)
    hand_out(now)
    later = asked(now + 3 * MINUTE, sender="tom@mail.example")
    amina = there("Amina", now + 5 * MINUTE, written=1)

    given = hand_out(now + 5 * MINUTE)

    assert given == [(case.pk, "Amina")], "before who came later"
    assert owner_of(later) == ""
    assert availability_of(ben) == "away", "who let it lie is handed no more until they say so"
    assert amina.pk == now_of(case).owner_id
    assert [one.ended_as for one in Handout.objects.order_by("id")] == ["returned", ""]


def test_what_is_opened_or_being_answered_stays(now: datetime) -> None:
    handed_out(now)
    opened, claimed = asked(now), asked(now, sender="tom@mail.example")
    ben = there("Ben", now)
    hand_out(now)
    routing.opened(opened.pk, by=ben, at=now + MINUTE)
    desk.claim(claimed.pk, by=ben, at=now + 4 * MINUTE)
    stays(ben, now + 4 * MINUTE)

    hand_out(now + 6 * MINUTE)

    assert (owner_of(opened), owner_of(claimed)) == ("Ben", "Ben")


def test_who_gave_no_sign_is_away_and_later_off_and_comes_back_by_a_sign(now: datetime) -> None:
    ben = there("Ben", now)
    routing.lapse_absent(at=now + 9 * MINUTE)
    assert availability_of(ben) == "available"

    routing.lapse_absent(at=now + 10 * MINUTE)
    assert availability_of(ben) == "away"
    routing.lapse_absent(at=now + 60 * MINUTE)
    assert availability_of(ben) == "off"

    stays(ben, now + 61 * MINUTE)
    assert availability_of(ben) == "available"


def test_who_said_that_they_are_away_stays_so_whatever_page_is_open(now: datetime) -> None:
    ben = there("Ben", now)
    routing.be("away", by=ben, at=now)

    stays(ben, now + 5 * MINUTE)

    assert availability_of(ben) == "away"


def test_who_is_gone_unnoticed_is_handed_nothing(now: datetime) -> None:
    handed_out(now)
    there("Ben", now)
    case = asked(now + 11 * MINUTE)

    assert hand_out(now + 11 * MINUTE) == []
    assert owner_of(case) == ""


def test_what_somebody_had_when_they_went_home_goes_back(now: datetime) -> None:
    handed_out(now)
    case = asked(now)
    ben = there("Ben", now)
    hand_out(now)
    routing.opened(case.pk, by=ben, at=now)
    amina = there("Amina", now + MINUTE)

    routing.be("off", by=ben, at=now + MINUTE)
    hand_out(now + MINUTE)

    assert now_of(case).owner_id == amina.pk


def test_a_customer_who_writes_to_somebody_who_went_home_is_not_left_waiting(now: datetime) -> None:
    handed_out(now)
    case = asked(now)
    ben = there("Ben", now)
    hand_out(now)
    desk.reply(case.pk, answer(to=case), by=ben, at=now + MINUTE)
    routing.be("off", by=ben, at=now + 2 * MINUTE)
    there("Amina", now + 3 * MINUTE)

    asked(now + 3 * MINUTE, "And now?")
    hand_out(now + 3 * MINUTE)

    assert owner_of(case) == "Amina"


def test_what_a_person_gave_to_somebody_who_is_off_is_left_with_them(now: datetime) -> None:
    handed_out(now)
    case = asked(now)
    ben = there("Ben", now)
    routing.be("off", by=ben, at=now)
    there("Amina", now)
    desk.assign(case.pk, ben.pk, by=Operator(), at=now + MINUTE)

    hand_out(now + 2 * MINUTE)

    assert owner_of(case) == "Ben"


def test_who_is_quicker_has_it(now: datetime) -> None:
    case = asked(now)
    ben, amina = colleague("Ben"), colleague("Amina")

    first = desk.give(case.pk, ben.pk, by=System(), at=now)
    second = desk.give(case.pk, amina.pk, by=System(), at=now)

    assert first is not None
    assert second is None
    assert owner_of(case) == "Ben"


def test_the_language_of_a_customer_is_needed_where_it_is_a_skill(now: datetime) -> None:
    handed_out(now)
    french = skill(now, "French", "fr")
    identifier("amina@mail.example", now)
    said = Sighting(
        claims=(Claim("email", "amina@mail.example"),), at=now, source="a test", traits={"language": "fr-CA"}
    )
    directory.observe([said])

    case = asked(now + MINUTE)

    assert list(case.needs.all()) == [french]


def test_a_queue_for_a_channel_or_a_customer_gets_their_new_cases(now: datetime) -> None:
    general = handed_out(now)
    mails = handed_out(now, "Mail", channel="email")
    chats = handed_out(now, "Chats", channel="chat")
    own = handed_out(now, "Tom's", identifier_id=identifier("tom@mail.example", now))

    assert asked(now).queue_id == mails.pk
    assert asked(now, sender="tom@mail.example").queue_id == own.pk
    assert {general.pk, chats.pk}.isdisjoint(Case.objects.values_list("queue", flat=True))


def test_a_queue_with_open_cases_is_not_closed(now: datetime) -> None:
    queue = handed_out(now)
    case = asked(now)
    with pytest.raises(routing.BadQueue):
        routing.close_queue(queue.pk, by=Operator(), at=now)

    desk.close(case.pk, by=Operator(), at=now)
    routing.close_queue(queue.pk, by=Operator(), at=now)

    assert queries.open_queues(reach=EVERYTHING) == []


def test_what_nobody_here_can_do_is_said_with_its_reason(now: datetime) -> None:
    handed_out(now)
    french, returns = skill(now, "French", "fr"), skill(now, "Returns")
    there("Ben", now, returns)
    case = asked(now)
    desk.need(case.pk, [french.pk, returns.pk], by=Operator(), at=now)
    lines = queries.queue_lines(reach=EVERYTHING)
    people = queries.people(reach=EVERYTHING, at=now)

    lost = queries.unmet(lines, [one.skill_ids for one in people], reach=EVERYTHING)

    assert [(one.languages, one.skills, one.waiting) for one in lost] == [(("French",), (), 1)]


def test_the_wait_is_told_once_enough_were_served(now: datetime) -> None:
    queue = handed_out(now)
    there("Ben", now, written=20)
    for number in range(7):
        asked(now, sender=f"{number}@mail.example")
    hand_out(now + 2 * MINUTE)
    assert queries.waits_of(queue.pk, at=now + 2 * MINUTE).median is None, "not enough evidence"

    asked(now, sender="amina@mail.example")
    hand_out(now + 2 * MINUTE)

    assert queries.waits_of(queue.pk, at=now + 2 * MINUTE).median == 120


def test_how_many_come_before_is_told(now: datetime) -> None:
    handed_out(now)
    asked(now)
    case = asked(now + MINUTE, sender="tom@mail.example")

    assert queries.ahead_of(now_of(case)) == 1
