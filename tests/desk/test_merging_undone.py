"""Merges, splits and moves in any order, undone in any order: the desk stands as it did before."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.desk.shop import MINUTE, answer, asked, colleague, now_of

from rapport.channels.threads.models import Message
from rapport.kernel.refusals import NotFound
from rapport.service.desk import commands as desk
from rapport.service.desk import queries
from rapport.service.desk.commands import counting
from rapport.service.desk.models import Case, CaseState, Filing, Merge, Move
from rapport.staff.roles.rules import EVERYTHING, Operator

pytestmark = pytest.mark.django_db
BY = Operator()


def two_cases(now: datetime) -> tuple[Case, Case]:
    """Two matters of one customer: the first answered and closed a month ago, and the second waiting."""
    first = asked(now)
    desk.close(first.pk, by=BY, at=now)
    second = asked(now + timedelta(days=30), "Another matter")
    desk.reopen(first.pk, by=BY, at=now + timedelta(days=30))
    return now_of(first), now_of(second)


def test_a_merged_case_is_read_in_the_other_and_leads_there(now: datetime) -> None:
    first, second = two_cases(now)
    desk.merge(first.pk, second.pk, by=BY, at=now)
    assert queries.row(first.pk, reach=EVERYTHING) == second
    assert len(queries.conversation(second.pk, reach=EVERYTHING)) == 2
    assert [row.case for row in queries.cases(queries.View(name="open"), reach=EVERYTHING).rows] == [second]
    assert [one.pk for one in queries.case(second.pk, reach=EVERYTHING, at=now).merged] == [first.pk]


def test_what_is_said_to_a_merged_case_goes_to_the_one_that_stands_for_it(now: datetime) -> None:
    first, second = two_cases(now)
    desk.merge(first.pk, second.pk, by=BY, at=now)
    message = desk.reply(first.pk, answer(to=second), by=BY, at=now)
    assert Filing.objects.get(message=message).case == second
    desk.unmerge(first.pk, by=BY, at=now)
    assert Filing.objects.get(message=message).case == second


def test_a_customer_who_waits_in_a_merged_case_waits_in_the_one_that_stands_for_it(now: datetime) -> None:
    first, second = two_cases(now)
    desk.merge(second.pk, first.pk, by=BY, at=now)
    assert now_of(first).waiting_since == now + timedelta(days=30)
    assert now_of(second).waiting_since is None
    desk.unmerge(second.pk, by=BY, at=now)
    assert now_of(first).waiting_since is None
    assert now_of(second).waiting_since == now + timedelta(days=30)


def test_cases_of_two_customers_are_not_one(now: datetime) -> None:
    mine, other = asked(now), asked(now, sender="tom@mail.example")
    with pytest.raises(desk.CannotMerge):
        desk.merge(mine.pk, other.pk, by=BY, at=now)
    with pytest.raises(desk.CannotMove):
        desk.move(mine.pk, [mine.last_word_id], other.pk, by=BY, at=now)
    with pytest.raises(desk.CannotMerge):
        desk.merge(mine.pk, mine.pk, by=BY, at=now)


def test_a_message_of_another_case_is_not_moved_by_way_of_this_one(now: datetime) -> None:
    mine, other = asked(now), asked(now, sender="tom@mail.example")
    with pytest.raises(desk.CannotMove):
        desk.split(mine.pk, [other.last_word_id], "Theirs", by=BY, at=now)


def test_a_split_case_waits_for_its_own_words(now: datetime) -> None:
    case, ben = asked(now), colleague("Ben")
    second = asked(now + MINUTE, "And my invoice is wrong.")
    made = desk.split(case.pk, [second.last_word_id], "Invoice", by=ben, at=now + MINUTE)
    part = now_of(made.to_case)
    assert (part.waiting_since, part.kind, part.subject) == (now + MINUTE, "new", "Invoice")
    assert now_of(case).waiting_since == now
    desk.undo_move(made.pk, by=ben, at=now + MINUTE)
    assert queries.row(part.pk, reach=EVERYTHING) == case
    assert len(queries.conversation(case.pk, reach=EVERYTHING)) == 2


def test_a_move_is_undone_only_while_its_messages_lie_where_it_put_them(now: datetime) -> None:
    first, second = two_cases(now)
    word = Filing.objects.filter(case=first).first().message_id
    made = desk.move(first.pk, [word], second.pk, by=BY, at=now)
    third = desk.split(second.pk, [now_of(second).last_word_id], "A third", by=BY, at=now).to_case
    again = desk.move(second.pk, [word], third.pk, by=BY, at=now)
    with pytest.raises(desk.MovedOnSince):
        desk.undo_move(made.pk, by=BY, at=now)
    desk.undo_move(again.pk, by=BY, at=now)
    desk.undo_move(made.pk, by=BY, at=now)
    with pytest.raises(NotFound):
        desk.undo_move(made.pk, by=BY, at=now)


def stands(cases: list[Case]) -> list[tuple[object, ...]]:
    """Everything about the cases that merging and moving could change."""
    fields = ("id", "merged_into_id", "waiting_since", "last_word_id", "kind", "owner_id", "closed_at")
    rows = Case.objects.filter(pk__in=[one.pk for one in cases]).order_by("id").values_list(*fields)
    return [*rows, *Filing.objects.order_by("message_id").values_list("message_id", "case_id", "settled_at")]


def laid_in(now: datetime) -> list[Case]:
    """Four matters of one customer: answered, waiting, closed, and waiting for them; three words in each."""
    cases = []
    for number in range(4):
        case = Case.objects.filter(pk=asked(now + number * timedelta(days=40)).pk).get()
        desk.reply(case.pk, answer(to=case), by=BY, at=case.opened_at + MINUTE)
        asked(case.opened_at + 2 * MINUTE, "Thank you")
        desk.close(case.pk, by=BY, at=case.opened_at + 3 * MINUTE)
        cases.append(case)
    desk.reopen(cases[0].pk, by=BY, at=cases[3].opened_at + timedelta(hours=1))
    desk.reopen(cases[1].pk, by=BY, at=cases[3].opened_at + timedelta(hours=1))
    Filing.objects.filter(case=cases[1]).update(settled_at=None)
    fresh = Case.objects.get(pk=cases[1].pk)
    counting.recount(fresh)
    fresh.save()
    desk.set_state(
        cases[3].pk,
        CaseState.objects.get(kind="theirs").pk,
        by=BY,
        at=cases[3].opened_at + timedelta(hours=1),
    )
    return cases


def is_true_to_a_recount(case: Case) -> bool:
    fresh = Case.objects.get(pk=case.pk)
    before = (fresh.waiting_since, fresh.last_word_id)
    counting.recount(fresh)
    return before == (fresh.waiting_since, fresh.last_word_id)


ACT = st.tuples(
    st.sampled_from(["merge", "merge", "split", "move", "unmerge", "undo"]),
    st.integers(0, 11),
    st.integers(0, 11),
    st.sets(st.integers(0, 11), min_size=1, max_size=4),
)


def act_at_random(act: tuple[str, int, int, set[int]], now: datetime) -> None:
    """Do one thing if it can be done."""
    name, one, other, chosen = act
    numbers = list(Case.objects.order_by("id").values_list("id", flat=True))
    case, to = numbers[one % len(numbers)], numbers[other % len(numbers)]
    words = list(Message.objects.order_by("id").values_list("id", flat=True))
    root = Case.objects.get(pk=case).merged_into_id or case
    group = [root, *Case.objects.filter(merged_into=root).values_list("id", flat=True)]
    there = list(Filing.objects.filter(case__in=group).values_list("message_id", flat=True))
    picked = [word for word in {words[n % len(words)] for n in chosen} if word in there]
    try:
        if name == "merge":
            desk.merge(case, to, by=BY, at=now)
        elif name == "unmerge":
            desk.unmerge(case, by=BY, at=now)
        elif name == "split":
            desk.split(case, picked, "Part", by=BY, at=now)
        elif name == "move":
            desk.move(case, picked, to, by=BY, at=now)
        else:
            moves = list(Move.objects.filter(undone_at=None).order_by("id"))
            desk.undo_move(moves[one % len(moves)].pk if moves else 0, by=BY, at=now)
    except (desk.CannotMerge, desk.CannotMove, desk.MovedOnSince, NotFound):
        return


def undo_everything(now: datetime, order: int) -> None:
    """Take back whatever can be, in an order of its own, until nothing is left to be taken back."""
    while True:
        splits = set(Move.objects.filter(is_split=True).values_list("to_case_id", flat=True))
        moves = [("move", one.pk) for one in Move.objects.filter(undone_at=None).order_by("id")]
        merges = [
            ("merge", one.case_id)
            for one in Merge.objects.filter(undone_at=None).exclude(case_id__in=splits).order_by("id")
        ]
        left = moves + merges
        if not left:
            return
        turn = order % len(left)
        for kind, number in left[turn:] + left[:turn]:
            try:
                if kind == "move":
                    desk.undo_move(number, by=BY, at=now)
                else:
                    desk.unmerge(number, by=BY, at=now)
                break
            except desk.MovedOnSince:
                continue


@pytest.mark.timeout(900)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACT, min_size=1, max_size=8), order=st.integers(0, 50))
def test_whatever_was_joined_and_parted_is_undone_exactly(
    acts: list[tuple[str, int, int, set[int]]], order: int, now: datetime
) -> None:
    with transaction.atomic():
        cases = laid_in(now)
        later = now + timedelta(days=300)
        before = stands(cases)
        for act in acts:
            act_at_random(act, later)
            assert all(is_true_to_a_recount(one) for one in Case.objects.filter(merged_into=None)), (
                "what a case says of waiting is what its words say"
            )
        undo_everything(later, order)
        assert stands(cases) == before
        transaction.set_rollback(True)
