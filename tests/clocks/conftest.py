"""A house with a queue, hours in Leeds, a customer, and cases whose clocks tests let run."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from tests import made_up

from rapport.customers.directory.models import Identifier
from rapport.service.clocks import commands as clocks
from rapport.service.clocks.models import Clock, ClockEvent
from rapport.service.clocks.rules.choosing import Matter
from rapport.service.clocks.rules.hours import Hours, periods_of
from rapport.service.clocks.rules.running import BY_POLICY, Aim
from rapport.service.desk.models import Case, CaseState
from rapport.service.routing.models import Queue
from rapport.staff.roles.rules import Operator

HOUR = timedelta(hours=1)
OFFICE = Hours("Europe/London", (periods_of("9:00-12:30, 13:30-17:00"),) * 5 + ((), ()))
AIMS = {
    "first_answer": Aim(4 * HOUR, HOUR),
    "next_answer": Aim(2 * HOUR, HOUR / 2),
    "resolution": Aim(14 * HOUR, 2 * HOUR),
}

NewCase = Callable[..., Case]


@pytest.fixture
def amina(db: None, noon: datetime) -> Identifier:  # noqa: ARG001 - for its effect
    return known_by("amina@okafor.example", noon)


def known_by(address: str, at: datetime) -> Identifier:
    """A customer who is known by this address alone."""
    made_up.record(made_up.event("question", f"email={address}", at=at), at=at)
    return made_up.identifier_of(f"email={address}")


@pytest.fixture
def queue(db: None, noon: datetime) -> Queue:  # noqa: ARG001 - for its effect
    return Queue.objects.create(name="Letters", opened_at=noon)


@pytest.fixture
def new_case(amina: Identifier, queue: Queue, noon: datetime) -> NewCase:
    """Opens cases of Amina's; what is given goes before what is usual."""
    state = CaseState.objects.create(kind="new", name="Untouched")

    def open_case(**given: object) -> Case:
        usual = {
            "identifier": amina,
            "queue": queue,
            "state": state,
            "kind": "new",
            "channel": "email",
            "subject": "Charged twice",
            "opened_at": noon,
            "changed_at": noon,
        }
        return Case.objects.create(**(usual | given))

    return open_case


@pytest.fixture
def policy(db: None, noon: datetime) -> clocks.Description:  # noqa: ARG001 - for its effect
    """The rule of the house, in force: by the hours of the office."""
    calendar = clocks.add_calendar("Leeds", OFFICE, by=Operator(), at=noon)
    described = clocks.Description("House", AIMS, calendar_id=calendar.pk)
    clocks.add_policy(described, by=Operator(), at=noon)
    return described


def matter_of(case: Case, kind: str = "") -> Matter:
    return Matter(case.pk, case.identifier_id, case.queue_id, kind, case.channel)


def begin(case: Case, at: datetime, kinds: tuple[str, ...] = BY_POLICY) -> None:
    clocks.start([matter_of(case)], kinds, at=at)


def clock_of(case: Case, kind: str = "first_answer") -> Clock:
    """The newest clock of this kind."""
    found = Clock.objects.filter(case=case, kind=kind).order_by("-id").first()
    assert found is not None
    return found


def story(clock: Clock) -> list[str]:
    """What happened to a clock, in order."""
    return list(ClockEvent.objects.filter(clock=clock).order_by("id").values_list("kind", flat=True))
