"""A promise from the word to the deed: on a clock, in the log, and seen with its case."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from tests import made_up
from tests.clocks.conftest import HOUR, NewCase, story

from rapport.customers.directory.models import Identifier
from rapport.interactions.log.models import Interaction
from rapport.kernel.refusals import NotAllowed, NotFound
from rapport.live.events.models import Event
from rapport.service.clocks.models import Clock
from rapport.service.promises import commands, queries
from rapport.service.promises.commands import BadPromise, NewPromise, PromiseSettled
from rapport.service.promises.models import Promise
from rapport.staff.audit import queries as audit
from rapport.staff.people import commands as people
from rapport.staff.roles.rules import EVERYTHING, Operator, Reach
from rapport.wiring import clocks as wiring

TWO_DAYS = timedelta(days=2)


def promised(amina: Identifier, at: datetime, what: str = "Send the form", **more: Any) -> Promise:
    new = NewPromise(amina.pk, what, at + TWO_DAYS, **more)
    return commands.make(new, by=Operator(), at=at)


def logged() -> list[str]:
    return list(
        Interaction.objects.filter(kind__startswith="promise").order_by("id").values_list("kind", flat=True)
    )


def test_a_promise_is_on_the_timeline_and_on_a_clock(
    amina: Identifier, new_case: NewCase, noon: datetime
) -> None:
    case = new_case(channel="voice", department="Retail")

    promise = promised(amina, noon, case_id=case.pk)

    entry = Interaction.objects.get(kind="promise_made")
    assert (entry.identifier_id, entry.subject, entry.channel) == (amina.pk, "Send the form", "voice")
    assert entry.properties["due_at"] == "2026-03-04T12:00:00+00:00"
    assert (promise.clock.due_at, promise.clock.kind) == (noon + TWO_DAYS, "promise")
    assert promise.clock.warn_at == noon + TWO_DAYS - HOUR
    assert Event.objects.filter(topic=f"case:{case.pk}", department="Retail").exists()


def test_a_promise_kept_in_time_is_kept(amina: Identifier, noon: datetime) -> None:
    promise = promised(amina, noon)

    kept = commands.keep(promise.pk, by=Operator(), at=noon + TWO_DAYS)
    wiring.sweep(noon + 2 * TWO_DAYS)

    assert (kept.kept_at, kept.broken_at) == (noon + TWO_DAYS, None)
    assert logged() == ["promise_made", "promise_kept"]
    assert story(kept.clock) == ["start", "fulfil"]


def test_a_promise_is_broken_when_its_time_is_over_and_may_be_kept_late(
    amina: Identifier, noon: datetime
) -> None:
    promise = promised(amina, noon)
    late = noon + TWO_DAYS + timedelta(seconds=1)

    wiring.sweep(late)
    wiring.sweep(late)
    promise.refresh_from_db()
    assert promise.broken_at == noon + TWO_DAYS
    assert [one.pk for one in queries.open_promises([amina.pk], reach=EVERYTHING)] == [promise.pk], (
        "the customer still waits"
    )
    commands.keep(promise.pk, by=Operator(), at=late + HOUR)

    assert logged() == ["promise_made", "promise_broken", "promise_kept"]
    broken = Interaction.objects.get(kind="promise_broken")
    assert (broken.occurred_at, broken.received_at) == (noon + TWO_DAYS, late)
    assert queries.open_promises([amina.pk], reach=EVERYTHING) == []


def test_who_keeps_it_late_before_anybody_looked_breaks_it_too(amina: Identifier, noon: datetime) -> None:
    promise = promised(amina, noon)

    kept = commands.keep(promise.pk, by=Operator(), at=noon + TWO_DAYS + HOUR)
    wiring.sweep(noon + 2 * TWO_DAYS)

    assert kept.broken_at == noon + TWO_DAYS
    assert logged() == ["promise_made", "promise_broken", "promise_kept"]


def test_a_promise_withdrawn_says_why_and_is_never_broken(amina: Identifier, noon: datetime) -> None:
    promise = promised(amina, noon)

    commands.withdraw(promise.pk, "She found it herself", by=Operator(), at=noon + HOUR)
    wiring.sweep(noon + 2 * TWO_DAYS)

    promise.refresh_from_db()
    assert (promise.withdrawn_why, promise.broken_at) == ("She found it herself", None)
    assert queries.open_promises([amina.pk], reach=EVERYTHING) == []
    with pytest.raises(PromiseSettled):
        commands.keep(promise.pk, by=Operator(), at=noon + 2 * HOUR)


@pytest.mark.parametrize(
    ("faulty", "field"),
    [
        ({"what": "  "}, "what"),
        ({"what": "x" * 301}, "what"),
        ({"due_at": timedelta()}, "due_at"),
        ({"due_at": timedelta(days=4000)}, "due_at"),
    ],
)
def test_a_promise_that_nobody_could_keep_is_refused(
    amina: Identifier, noon: datetime, faulty: dict[str, Any], field: str
) -> None:
    due_at = noon + faulty.get("due_at", TWO_DAYS)
    with pytest.raises(BadPromise) as refused:
        commands.make(NewPromise(amina.pk, faulty.get("what", "Call"), due_at), by=Operator(), at=noon)

    assert refused.value.field == field


@pytest.mark.usefixtures("amina")
def test_a_promise_to_nobody_is_refused(noon: datetime) -> None:
    with pytest.raises(NotFound):
        commands.make(NewPromise(987_654, "Call", noon + HOUR), by=Operator(), at=noon)


def test_a_viewer_promises_nothing(amina: Identifier, noon: datetime) -> None:
    class Viewer:
        role = "viewer"
        audit_name = "Vera"

    promise = promised(amina, noon)
    for act in (
        lambda: commands.make(NewPromise(amina.pk, "Call", noon + HOUR), by=Viewer(), at=noon),
        lambda: commands.keep(promise.pk, by=Viewer(), at=noon),
        lambda: commands.withdraw(promise.pk, "no", by=Viewer(), at=noon),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_promise_names_the_colleague_and_leaves_lines_in_the_audit_log(
    amina: Identifier, noon: datetime
) -> None:
    new = people.NewStaffMember(
        email="ben@wrenfield.example", password="three-unrelated-words", role="agent", name="Ben Lee"
    )
    ben = people.create(new, by=Operator(), at=noon)

    made = commands.make(NewPromise(amina.pk, "Call", noon + HOUR), by=ben, at=noon)
    commands.keep(made.pk, by=ben, at=noon + HOUR / 2)

    made.refresh_from_db()
    assert (made.made_by_id, made.kept_by_id) == (ben.pk, ben.pk)
    assert {one.staff_id for one in Interaction.objects.filter(kind__startswith="promise")} == {ben.pk}
    assert [one.act for one in audit.newest(reach=EVERYTHING)[0]][:2] == ["promises.keep", "promises.make"]


def test_promises_are_seen_with_their_cases(amina: Identifier, new_case: NewCase, noon: datetime) -> None:
    case = new_case(department="Retail")
    promise = promised(amina, noon, case_id=case.pk)
    retail, shops = (Reach(EVERYTHING.permissions, frozenset({one})) for one in ("Retail", "Shops"))

    assert queries.of_cases([case.pk], reach=retail)[case.pk] == [promise]
    assert queries.of_cases([case.pk], reach=shops)[case.pk] == []
    assert queries.open_promises([amina.pk], reach=shops) == []


def test_open_promises_are_read_page_by_page(amina: Identifier, noon: datetime) -> None:
    made = [promised(amina, noon, f"Thing {number}") for number in range(5)]

    first = queries.open_page(reach=EVERYTHING, limit=3)
    second = queries.open_page(reach=EVERYTHING, after=first.more, limit=3)

    assert [one.pk for one in (*first.promises, *second.promises)] == [one.pk for one in made]
    assert second.more == ""


@pytest.mark.parametrize("after", ["x", "2026-03-02~1", "2026-03-02T12:00:00+00:00~x", "~", "9" * 40])
@pytest.mark.django_db
def test_a_place_that_no_page_gave_is_refused(after: str) -> None:
    with pytest.raises(queries.BadPlace):
        queries.open_page(reach=EVERYTHING, after=after)


def test_what_was_promised_goes_with_the_customer_and_how_long_stays(
    amina: Identifier, noon: datetime
) -> None:
    from rapport.kernel.persons import Person
    from rapport.service.promises.commands import privacy

    promise = promised(amina, noon)
    person = Person(amina.customer_id, (amina.pk,), ((amina.kind, amina.value),))
    (told,) = privacy.export(person)
    assert told.values["what"] == "Send the form"

    privacy.erase(person, at=noon + HOUR)

    assert not Promise.objects.exists()
    assert Clock.objects.get(pk=promise.clock_id).ended_at == noon + HOUR
    assert wiring.sweep(noon + 2 * TWO_DAYS) == 0
    assert made_up.customer_of("email=amina@okafor.example") == amina.customer_id
