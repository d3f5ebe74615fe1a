"""Cases: opened by what customers say, answered once by whoever has seen it all, settled, and opened again."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from tests.desk.shop import AMINA, MINUTE, answer, asked, colleague, identifier, now_of, our_mailbox, written

from rapport.channels.outbound.models import Dispatch
from rapport.customers.directory import commands as directory
from rapport.interactions.log.models import Interaction
from rapport.kernel.refusals import NotAllowed, NotFound
from rapport.live.events.models import Event
from rapport.service.clocks import commands as clocks
from rapport.service.clocks.rules.running import Aim
from rapport.service.desk import commands as desk
from rapport.service.desk import queries
from rapport.service.desk.models import Case, CaseEvent, Draft, Filing
from rapport.service.desk.rules.acts import NewCase, Note, Reply
from rapport.staff.audit.models import AuditEntry
from rapport.staff.departments import commands as departments
from rapport.staff.roles import queries as roles
from rapport.staff.roles.rules import EVERYTHING, Operator

pytestmark = pytest.mark.django_db


def kinds_in_log() -> list[str]:
    return list(Interaction.objects.order_by("id").values_list("kind", flat=True))


def test_the_first_word_of_a_customer_opens_a_case_that_waits_since_then(now: datetime) -> None:
    case = asked(now)
    assert (case.kind, case.waiting_since, case.subject, case.channel) == ("new", now, "My parcel", "email")
    assert case.queue.name == "Everybody"
    assert kinds_in_log() == ["message", "case_opened"]
    assert {f"case:{case.pk}", "desk", f"queue:{case.queue_id}"} <= set(
        Event.objects.values_list("topic", flat=True)
    )


def test_the_same_message_taken_in_twice_is_filed_once(now: datetime) -> None:
    message = written(now)
    first, second = desk.take_in(message.pk, at=now), desk.take_in(message.pk, at=now + MINUTE)
    assert first.pk == second.pk
    assert Filing.objects.count() == Case.objects.count() == 1


def test_what_a_customer_says_next_joins_the_open_case_and_waits_since_the_oldest_word(now: datetime) -> None:
    case = asked(now)
    again = asked(now + 5 * MINUTE, "Hello?")
    assert again.pk == case.pk
    assert now_of(case).waiting_since == now


def test_a_customer_known_by_two_addresses_has_one_open_case(now: datetime) -> None:
    case = asked(now)
    other = identifier("okafor@work.example", now)
    directory.link(identifier(AMINA, now), other, by=Operator(), why="the same", at=now)
    assert asked(now + MINUTE, sender="okafor@work.example").pk == case.pk


def test_an_answer_ends_the_waiting_and_leaves_after_a_moment(now: datetime) -> None:
    case, ben = asked(now), colleague("Ben")
    message = desk.reply(case.pk, answer(to=case), by=ben, at=now + MINUTE)
    case = now_of(case)
    assert (case.waiting_since, case.kind, case.owner) == (None, "theirs", ben)
    sent = Dispatch.objects.get(message=message)
    assert (sent.address, sent.state, sent.due_at) == (AMINA, "held", now + MINUTE + timedelta(seconds=15))
    line = queries.conversation(case.pk, reach=EVERYTHING)[-1]
    assert line.can_be_taken_back
    assert AuditEntry.objects.filter(act="desk.reply", subject=f"case:{case.pk}").exists()


def test_what_was_said_meanwhile_is_not_answered_unseen(now: datetime) -> None:
    case, ben = asked(now), colleague("Ben")
    late = answer(to=case)
    asked(now + MINUTE, "It came, thank you!")
    with pytest.raises(desk.SomethingNewWasSaid):
        desk.reply(case.pk, late, by=ben, at=now + 2 * MINUTE)
    assert Dispatch.objects.count() == 0


def test_nothing_is_answered_by_two(now: datetime) -> None:
    case, ben, cleo = asked(now), colleague("Ben"), colleague("Cleo")
    both_saw = answer(to=case)
    desk.claim(case.pk, by=ben, at=now)
    with pytest.raises(desk.ClaimedBySomebodyElse) as held:
        desk.reply(case.pk, both_saw, by=cleo, at=now)
    assert held.value.value == "ben@shop.example"
    desk.reply(case.pk, both_saw, by=ben, at=now)
    with pytest.raises(desk.SomethingNewWasSaid):
        desk.reply(case.pk, both_saw, by=cleo, at=now)


def test_a_claim_that_nobody_renewed_is_taken_over(now: datetime) -> None:
    case, ben, cleo = asked(now), colleague("Ben"), colleague("Cleo")
    desk.claim(case.pk, by=ben, at=now)
    desk.claim(case.pk, by=ben, at=now + 2 * MINUTE)
    with pytest.raises(desk.ClaimedBySomebodyElse):
        desk.claim(case.pk, by=cleo, at=now + 4 * MINUTE)
    desk.claim(case.pk, by=cleo, at=now + 6 * MINUTE)
    assert queries.case(case.pk, reach=EVERYTHING, at=now + 6 * MINUTE).held.name == "Cleo"


def test_an_answer_taken_back_lets_the_customer_wait_as_before_and_is_a_draft_again(now: datetime) -> None:
    case, ben = asked(now), colleague("Ben")
    message = desk.reply(case.pk, answer("It comes tomorow.", to=case), by=ben, at=now + MINUTE)
    desk.take_back(message.pk, by=ben, at=now + MINUTE + timedelta(seconds=5))
    case = now_of(case)
    assert (case.kind, case.waiting_since, case.owner) == ("new", now, None)
    assert Dispatch.objects.get().state == "taken_back"
    assert queries.draft(case.pk, ben.pk).content["text"] == "It comes tomorow."
    desk.reply(case.pk, answer(to=case), by=ben, at=now + 2 * MINUTE)
    assert now_of(case).waiting_since is None
    assert Draft.objects.filter(sent_at=None).count() == 0


def test_a_machine_that_answers_neither_waits_nor_opens(now: datetime) -> None:
    case, ben = asked(now), colleague("Ben")
    desk.reply(case.pk, answer(to=case), by=ben, at=now + MINUTE)
    desk.close(case.pk, by=ben, at=now + 2 * MINUTE)
    asked(now + 3 * MINUTE, "I am away.", is_automatic=True)
    assert (now_of(case).kind, now_of(case).waiting_since) == ("done", None)
    assert len(queries.conversation(case.pk, reach=EVERYTHING)) == 3


def test_a_word_soon_after_the_end_opens_the_case_again_and_a_late_one_begins_another(now: datetime) -> None:
    case, ben = asked(now), colleague("Ben")
    desk.close(case.pk, outcome="delivered", by=ben, at=now + MINUTE)
    assert now_of(case).waiting_since is None
    again = asked(now + timedelta(days=3), "It is broken.")
    assert (again.pk, again.kind, again.waiting_since) == (case.pk, "ours", now + timedelta(days=3))
    desk.close(case.pk, by=ben, at=now + timedelta(days=4))
    late = asked(now + timedelta(days=30), "Something else.")
    assert late.pk != case.pk
    assert kinds_in_log().count("case_reopened") == 1
    assert kinds_in_log().count("case_closed") == 2


def test_closing_a_closed_case_is_refused(now: datetime) -> None:
    case = asked(now)
    desk.close(case.pk, by=Operator(), at=now)
    with pytest.raises(desk.CaseAlreadyClosed):
        desk.close(case.pk, by=Operator(), at=now)
    desk.reopen(case.pk, by=Operator(), at=now)
    with pytest.raises(desk.CaseStillOpen):
        desk.reopen(case.pk, by=Operator(), at=now)


def test_what_a_junk_sender_writes_next_is_junk_until_somebody_says_otherwise(now: datetime) -> None:
    case = asked(now, "Buy now", sender="offers@spam.example")
    desk.mark_junk(case.pk, by=Operator(), at=now)
    again = asked(now + MINUTE, "Buy again", sender="offers@spam.example")
    assert (again.kind, again.waiting_since) == ("junk", None)
    desk.reopen(again.pk, by=Operator(), at=now + 2 * MINUTE)
    assert asked(now + 3 * MINUTE, "I am real", sender="offers@spam.example").waiting_since


def test_a_note_is_for_staff_and_tells_whom_it_names(now: datetime) -> None:
    case, ben, cleo = asked(now), colleague("Ben"), colleague("Cleo")
    desk.note(case.pk, Note(text="@cleo do you know this? not a@b.example"), by=ben, at=now)
    told = queries.notifications(cleo.pk, reach=EVERYTHING)[0]
    assert [(one.kind, one.case_id) for one in told] == [("mentioned", case.pk)]
    assert now_of(case).waiting_since == now
    assert Dispatch.objects.count() == 0
    assert desk.see(case.pk, by=cleo, at=now) == 1


def test_a_viewer_sees_cases_and_does_nothing_to_them(now: datetime) -> None:
    case, vera = asked(now), colleague("Vera", "viewer")
    assert queries.row(case.pk, reach=roles.reach(vera)).pk == case.pk
    for act in (
        lambda: desk.reply(case.pk, answer(to=case), by=vera, at=now),
        lambda: desk.note(case.pk, Note(text="x"), by=vera, at=now),
        lambda: desk.claim(case.pk, by=vera, at=now),
        lambda: desk.close(case.pk, by=vera, at=now),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_cases_of_another_department_are_not_there(now: datetime) -> None:
    departments.set_access_rules(is_sight_limited=True, second_step_roles=[], by=Operator(), at=now)
    departments.add_department("Sales", by=Operator(), at=now)
    case, ben = asked(now), colleague("Ben", department="Care")
    Case.objects.update(department="Sales")
    assert queries.cases(queries.View(), reach=roles.reach(ben)).rows == ()
    for act in (
        lambda: queries.row(case.pk, reach=roles.reach(ben)),
        lambda: desk.reply(case.pk, answer(to=case), by=ben, at=now),
        lambda: desk.save_draft(case.pk, "reply", {"text": "x"}, version=0, by=ben, at=now),
        lambda: desk.be_present(case.pk, is_writing=False, by=ben, at=now),
    ):
        with pytest.raises(NotFound):
            act()


def test_who_is_answered_while_a_list_is_read_does_not_wait_in_it(now: datetime) -> None:
    case = asked(now)
    asked_for: list[str] = []

    def answer_in_between(execute: Any, sql: str, *more: Any) -> Any:
        asked_for.append(sql)
        if len(asked_for) == 2:
            Case.objects.filter(pk=case.pk).update(waiting_since=None)
        return execute(sql, *more)

    with connection.execute_wrapper(answer_in_between):
        found = queries.cases(queries.View(), reach=EVERYTHING)

    assert len(asked_for) > 2
    assert found.rows == ()


def test_lists_go_by_the_longest_wait_page_by_page(now: datetime) -> None:
    for number in range(7):
        asked(now - number * MINUTE, sender=f"c{number}@mail.example")
    first = queries.cases(queries.View(), reach=EVERYTHING, limit=3)
    rest = queries.cases(queries.View(), reach=EVERYTHING, after=first.after, limit=10)
    waits = [row.case.waiting_since for row in (*first.rows, *rest.rows)]
    assert waits == sorted(waits)
    assert (len(waits), rest.after) == (7, None)
    assert first.rows[0].preview == "Where is my parcel?"
    assert queries.count(queries.View(name="unassigned"), reach=EVERYTHING) == 7


def test_a_case_is_found_by_its_words(now: datetime) -> None:
    case = asked(now)
    rows, _, _ = queries.search("parc", reach=EVERYTHING)
    assert [row.case.pk for row in rows] == [case.pk]


def test_a_case_written_down_by_hand_is_answered_where_the_customer_can_be_reached(now: datetime) -> None:
    ben, shop = colleague("Ben"), our_mailbox(now)
    new = NewCase(identifier_id=identifier(AMINA, now), subject="Called about an invoice", channel="voice")
    case = desk.open_case(new, by=ben, at=now)
    assert (case.owner, case.waiting_since) == (ben, None)
    with pytest.raises(desk.NoWayToAnswer):
        desk.reply(case.pk, Reply(text="As promised", seen=0), by=ben, at=now)
    desk.reply(case.pk, Reply(text="As promised", seen=0, endpoint_id=shop.pk), by=ben, at=now)
    assert Dispatch.objects.get().address == AMINA


def running(case: Case) -> list[str]:
    return sorted(case.clocks.filter(ended_at=None, since_at__isnull=False).values_list("kind", flat=True))


def test_clocks_run_with_the_case(now: datetime) -> None:
    aims = {kind: Aim(timedelta(hours=4)) for kind in ("first_answer", "next_answer", "resolution")}
    clocks.add_policy(clocks.Description("All", aims), by=Operator(), at=now)
    case, ben = asked(now), colleague("Ben")
    assert running(case) == ["first_answer", "resolution"]
    message = desk.reply(case.pk, answer(to=case), by=ben, at=now + MINUTE)
    assert running(case) == []
    desk.take_back(message.pk, by=ben, at=now + MINUTE)
    assert running(case) == ["first_answer", "resolution"]
    desk.reply(case.pk, answer(to=case), by=ben, at=now + 2 * MINUTE)
    asked(now + 3 * MINUTE, "And now?")
    assert running(case) == ["next_answer", "resolution"]
    desk.close(case.pk, by=ben, at=now + 4 * MINUTE)
    assert running(case) == []
    desk.reopen(case.pk, by=ben, at=now + 5 * MINUTE)
    assert running(case) == ["resolution"]


def test_history_says_what_was_done_and_by_whom(now: datetime) -> None:
    case, ben = asked(now), colleague("Ben")
    desk.reply(case.pk, answer(to=case), by=ben, at=now)
    kinds = list(CaseEvent.objects.filter(case=case).order_by("id").values_list("kind", flat=True))
    assert kinds == ["opened", "heard", "answered", "state"]
    assert queries.history(case.pk, reach=EVERYTHING)[0].staff == ben
