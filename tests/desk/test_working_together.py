"""Colleagues at one desk: whose case it is, who looks at it, what is drafted, put off, sent later, done to many."""

from datetime import datetime, timedelta

import pytest
from tests.desk.shop import MINUTE, answer, asked, colleague, now_of, our_mailbox

from rapport.channels.outbound.models import Dispatch
from rapport.interactions.log.models import Interaction
from rapport.jobs.queue.models import Job
from rapport.kernel.refusals import NotAllowed, NotFound
from rapport.service.desk import commands as desk
from rapport.service.desk import queries
from rapport.service.desk.commands import scheduling, snoozing
from rapport.service.desk.models import Case, CaseState, Draft, Presence
from rapport.service.desk.rules.acts import Note
from rapport.service.routing.models import Queue
from rapport.staff.departments import commands as departments
from rapport.staff.roles import queries as roles
from rapport.staff.roles.rules import EVERYTHING, Operator

pytestmark = pytest.mark.django_db


def told(staff_id: int) -> list[tuple[str, int]]:
    return [(one.kind, one.times) for one in queries.notifications(staff_id, reach=EVERYTHING)[0]]


def test_a_case_is_given_to_a_colleague_who_is_told(now: datetime) -> None:
    case, ben, cleo = asked(now), colleague("Ben"), colleague("Cleo")
    desk.assign(case.pk, cleo.pk, by=ben, at=now)
    assert now_of(case).owner == cleo
    assert told(cleo.pk) == [("assigned", 1)]
    desk.assign(case.pk, ben.pk, by=ben, at=now)
    assert told(ben.pk) == [], "nobody is told what they did themselves"


def test_a_case_is_not_given_to_who_cannot_answer_it(now: datetime) -> None:
    case, vera = asked(now), colleague("Vera", "viewer")
    with pytest.raises(desk.CannotOwn):
        desk.assign(case.pk, vera.pk, by=Operator(), at=now)
    with pytest.raises(NotFound):
        desk.assign(case.pk, 999, by=Operator(), at=now)


def test_words_of_the_customer_are_counted_up_until_they_are_seen(now: datetime) -> None:
    case, ben = asked(now), colleague("Ben")
    desk.assign(case.pk, ben.pk, by=Operator(), at=now)
    asked(now + MINUTE, "Hello?")
    asked(now + 2 * MINUTE, "Hello??")
    assert ("customer_wrote", 2) in told(ben.pk)
    assert queries.unseen(ben.pk) == 2
    desk.see(None, by=ben, at=now)
    assert queries.unseen(ben.pk) == 0


def test_who_follows_a_case_hears_of_it_and_who_chose_not_to_does_not(now: datetime) -> None:
    case, cleo, dan = asked(now), colleague("Cleo"), colleague("Dan")
    for one in (cleo, dan):
        desk.follow(case.pk, by=one, at=now)
    desk.choose("followed", on_screen=False, by_mail=False, by=dan, at=now)
    asked(now + MINUTE, "Hello?")
    desk.unfollow(case.pk, by=cleo, at=now)
    asked(now + 2 * MINUTE, "Hello??")
    assert told(cleo.pk) == [("followed", 1)]
    assert told(dan.pk) == []


def test_a_note_that_calls_everybody_calls_twenty(now: datetime) -> None:
    case = asked(now)
    people = [colleague(f"Agent{number}") for number in range(30)]
    desk.note(case.pk, Note(text=" ".join(f"@agent{number}" for number in range(30))), by=Operator(), at=now)
    assert sum(bool(told(one.pk)) for one in people) == 20


def test_a_case_passed_on_takes_its_word_along_and_leaves_the_screens_of_the_others(now: datetime) -> None:
    departments.set_access_rules(is_sight_limited=True, second_step_roles=[], by=Operator(), at=now)
    departments.add_department("Billing", by=Operator(), at=now)
    ben = colleague("Ben", department="Care")
    billing = Queue.objects.create(name="Billing", department="Billing", opened_at=now)
    case = asked(now)
    desk.save_draft(case.pk, "reply", {"text": "I look into it"}, version=0, by=ben, at=now)
    desk.transfer(case.pk, billing.pk, why="Please check the invoice.", by=ben, at=now)
    case = now_of(case)
    assert (case.queue, case.department, case.owner) == (billing, "Billing", None)
    assert Interaction.objects.filter(kind="transfer").count() == 1
    event = queries.history(case.pk, reach=EVERYTHING)[0]
    assert event.detail["why"] == "Please check the invoice."
    with pytest.raises(NotFound):
        queries.row(case.pk, reach=roles.reach(ben))
    assert Draft.objects.get().content["text"] == "I look into it", "nothing written is lost"
    rows, _, _ = queries.search("parcel", reach=roles.reach(ben))
    assert rows == []


def test_a_draft_saved_in_two_windows_is_not_written_over(now: datetime) -> None:
    case, ben = asked(now), colleague("Ben")
    first = desk.save_draft(case.pk, "reply", {"text": "one"}, version=0, by=ben, at=now)
    desk.save_draft(case.pk, "reply", {"text": "two"}, version=first.version, by=ben, at=now)
    with pytest.raises(desk.DraftChangedElsewhere):
        desk.save_draft(case.pk, "reply", {"text": "three"}, version=first.version, by=ben, at=now)
    assert queries.draft(case.pk, ben.pk).content == {"text": "two"}


def test_each_has_a_draft_of_their_own_whoever_owns_the_case(now: datetime) -> None:
    case, ben, cleo = asked(now), colleague("Ben"), colleague("Cleo")
    desk.save_draft(case.pk, "reply", {"text": "ben's"}, version=0, by=ben, at=now)
    desk.save_draft(case.pk, "reply", {"text": "cleo's"}, version=0, by=cleo, at=now)
    desk.assign(case.pk, cleo.pk, by=ben, at=now)
    desk.reply(case.pk, answer(to=case), by=cleo, at=now)
    assert queries.draft(case.pk, ben.pk).content["text"] == "ben's"
    assert queries.draft(case.pk, cleo.pk) is None


def test_who_has_a_case_before_them_is_shown_while_they_do(now: datetime) -> None:
    case, ben = asked(now), colleague("Ben")
    desk.be_present(case.pk, is_writing=True, by=ben, at=now)
    shown = queries.case(case.pk, reach=EVERYTHING, at=now + timedelta(seconds=30))
    assert [(one.name, one.is_writing) for one in shown.present] == [("Ben", True)]
    assert queries.case(case.pk, reach=EVERYTHING, at=now + MINUTE).present == ()
    desk.go_away(case.pk, by=ben, at=now)
    assert Presence.objects.count() == 0


def test_a_case_put_off_comes_back_at_its_time(now: datetime) -> None:
    case, ben = asked(now), colleague("Ben")
    desk.assign(case.pk, ben.pk, by=ben, at=now)
    later = now + timedelta(hours=2)
    desk.snooze(case.pk, later, by=ben, at=now)
    assert queries.cases(queries.View(), reach=EVERYTHING).rows == ()
    assert Job.objects.get(task="desk.wake").due_at == later
    snoozing.wake_due(case.pk, at=later)
    assert now_of(case).snoozed_until is None
    assert told(ben.pk) == [("woken", 1)]
    assert len(queries.cases(queries.View(), reach=EVERYTHING).rows) == 1


def test_a_case_put_off_comes_back_with_a_word_of_the_customer(now: datetime) -> None:
    case, ben = asked(now), colleague("Ben")
    desk.snooze(case.pk, now + timedelta(hours=2), by=ben, at=now)
    asked(now + MINUTE, "It is urgent!")
    assert now_of(case).snoozed_until is None
    with pytest.raises(desk.BadMoment):
        desk.snooze(case.pk, now, by=ben, at=now)


def scheduled(case: Case, ben: object, now: datetime) -> Draft:
    desk.save_draft(case.pk, "reply", {"text": "Good morning!"}, version=0, by=ben, at=now)
    return desk.schedule(case.pk, now + timedelta(hours=20), by=ben, at=now)


def test_an_answer_is_sent_at_its_moment(now: datetime) -> None:
    case, ben = asked(now), colleague("Ben")
    draft = scheduled(case, ben, now)
    scheduling.send_due(draft.pk, at=now + timedelta(hours=19))
    assert Dispatch.objects.count() == 0
    scheduling.send_due(draft.pk, at=now + timedelta(hours=20))
    assert Dispatch.objects.get().state == "queued"
    assert now_of(case).owner == ben


def test_an_answer_sent_later_is_not_sent_past_what_was_said_meanwhile(now: datetime) -> None:
    case, ben = asked(now), colleague("Ben")
    draft = scheduled(case, ben, now)
    asked(now + MINUTE, "It came, thank you!")
    scheduling.send_due(draft.pk, at=now + timedelta(hours=20))
    assert Dispatch.objects.count() == 0
    assert queries.draft(case.pk, ben.pk).content["text"] == "Good morning!"
    assert ("returned", 1) in told(ben.pk)


def test_what_is_done_to_many_is_reported_case_by_case(now: datetime) -> None:
    ben = colleague("Ben")
    cases = [asked(now, sender=f"c{number}@mail.example").pk for number in range(5)]
    desk.close(cases[2], by=ben, at=now)
    outcomes = desk.do_to_all([*cases, 999_999], "close", {"outcome": "storm"}, by=ben, at=now)
    assert [one.is_done for one in outcomes] == [True, True, False, True, True, False]
    assert Case.objects.filter(kind="done").count() == 5
    with pytest.raises(desk.UnknownAct):
        desk.do_to_all(cases, "erase", {}, by=ben, at=now)
    with pytest.raises(desk.UnknownAct):
        desk.do_to_all(range(2_000), "close", {}, by=ben, at=now)


def test_a_macro_does_all_its_acts_or_none(now: datetime) -> None:
    case, lead = asked(now), colleague("Lea", "lead")
    state = CaseState.objects.get(kind="third")
    good = desk.add_macro(
        desk.NewMacro(name="To the carrier", acts=[{"act": "state", "state": state.pk}, {"act": "follow"}]),
        by=lead,
        at=now,
    )
    desk.run_macro(case.pk, good.pk, by=lead, at=now)
    assert now_of(case).kind == "third"
    bad = desk.add_macro(
        desk.NewMacro(name="Twice", acts=[{"act": "close"}, {"act": "close"}]), by=lead, at=now
    )
    with pytest.raises(desk.CaseAlreadyClosed):
        desk.run_macro(case.pk, bad.pk, by=lead, at=now)
    assert now_of(case).kind == "third"


def test_a_canned_answer_fills_declared_tags_and_nothing_else(now: datetime) -> None:
    case, ben = asked(now), colleague("Ben")
    text = "Dear {{customer.first_name}}, case {{case.number}}. {% debug %} {0.__class__} {{agent.name}}"
    macro = desk.add_macro(desk.NewMacro(name="Hello", text=text, is_own=True), by=ben, at=now)
    said = queries.rendered(macro.pk, case.pk, ben, reach=EVERYTHING)
    assert said == f"Dear Amina, case {case.pk}. {{% debug %}} {{0.__class__}} Ben"
    for wrong in ("{{settings.SECRET_KEY}}", "{{ ''.__class__ }}"):
        with pytest.raises(desk.BadMacro):
            desk.add_macro(desk.NewMacro(name="Bad", text=wrong, is_own=True), by=ben, at=now)


def test_macros_for_everybody_are_kept_by_those_who_lead(now: datetime) -> None:
    ben, cleo = colleague("Ben"), colleague("Cleo")
    with pytest.raises(NotAllowed):
        desk.add_macro(desk.NewMacro(name="Hello", text="x"), by=ben, at=now)
    own = desk.add_macro(desk.NewMacro(name="Hello", text="x", is_own=True), by=ben, at=now)
    assert queries.macros(cleo.pk, reach=EVERYTHING) == []
    with pytest.raises(NotFound):
        desk.run_macro(asked(now).pk, own.pk, by=cleo, at=now)


def test_what_broke_down_is_marked_with_one_key(now: datetime) -> None:
    case, ben = asked(now), colleague("Ben")
    desk.mark_asked_again(case.pk, what="the order number", by=ben, at=now)
    desk.mark_refusal(case.pk, why="No refunds after 30 days", by=ben, at=now)
    found = list(Interaction.objects.filter(kind__in=["asked_again", "refusal"]).order_by("id"))
    assert [(one.kind, one.text) for one in found] == [
        ("asked_again", "the order number"),
        ("refusal", "No refunds after 30 days"),
    ]
    with pytest.raises(desk.NoReason):
        desk.mark_refusal(case.pk, why=" ", by=ben, at=now)


def test_an_answer_does_not_leave_by_a_mailbox_of_another_department(now: datetime) -> None:
    departments.set_access_rules(is_sight_limited=True, second_step_roles=[], by=Operator(), at=now)
    departments.add_department("Billing", by=Operator(), at=now)
    other = our_mailbox(now, "billing@shop.example", "Billing")
    case, ben = asked(now), colleague("Ben", department="Care")
    with pytest.raises(desk.NoWayToAnswer):
        desk.reply(case.pk, answer(to=case, endpoint_id=other.pk), by=ben, at=now)
