"""A desk at work: customers write, routers hand out, agents answer what they have or take the next; a thread each.

Started by test_routing_fair. Whatever they do goes through the commands of the desk.
"""

import json
import random
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import django

LONGEST_SECONDS = 900


def now() -> datetime:
    return datetime.now(UTC)


def lay(agents: int) -> None:
    """A queue that is handed out, and people who are there: every third speaks French, each has room for two.

    On a busy machine a minute is nothing: whatever they are given, they have time to open it.
    """
    from tests.desk.handing import handed_out, skill, there

    from rapport.service.routing import commands as routing
    from rapport.staff.roles.rules import Operator

    routing.set_rules(live_capacity=3, written_capacity=2, open_minutes=1440, by=Operator(), at=now())
    handed_out(now())
    french = skill(now(), "French", "fr")
    for number in range(agents):
        there(f"Agent{number}", now(), *([french] if number % 3 == 0 else []), written=2)


def write(count: int) -> None:
    """Customers write one after the other; every fifth needs somebody who speaks French."""
    from tests.desk.shop import asked

    from rapport.service.desk import commands as desk
    from rapport.service.routing.models import Skill
    from rapport.staff.roles.rules import Operator

    french = Skill.objects.get(name="French").pk

    def one(number: int) -> None:
        from django.db import transaction

        with transaction.atomic():
            case = asked(now(), sender=f"c{number}@mail.example")
            if number % 5 == 0:
                desk.need(case.pk, [french], by=Operator(), at=now())

    for number in range(count):
        again(lambda number=number: one(number))


def again(act: Callable[[], object]) -> object:
    """Do it once the database has room for it."""
    from django.db import OperationalError

    while True:
        try:
            return act()
        except OperationalError:
            time.sleep(random.random() / 20)


def route(count: int) -> None:
    """Two routers at once hand out until all is answered."""
    from django.db import connection

    from rapport.service.routing import commands as routing

    def one() -> None:
        begun = time.monotonic()
        while not is_over(count) and time.monotonic() < begun + LONGEST_SECONDS:
            again(lambda: routing.hand_out(at=now()))
            time.sleep(0.2)
        connection.close()

    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(one) for _ in range(2)]:
            done.result()


def is_over(count: int) -> bool:
    from rapport.channels.threads.models import Message
    from rapport.service.desk.models import Case

    came = Message.objects.filter(direction="in").count()
    return bool(again(lambda: came == count and not Case.objects.waiting().exists()))


def work(first: int, agents: int, count: int) -> None:
    """So many agents answer what they were given; every fourth takes the next, too."""
    with ThreadPoolExecutor(agents) as threads:
        each = [threads.submit(agent, first + number, count) for number in range(agents)]
        answered = [one for done in each for one in done.result()]
    sys.stdout.write(json.dumps({"answered": answered}) + "\n")


def agent(number: int, count: int) -> list[int]:
    from django.db import connection

    from rapport.kernel.refusals import Refusal
    from rapport.service.desk import commands as desk
    from rapport.service.desk.models import Case
    from rapport.service.desk.rules.acts import Reply
    from rapport.service.routing import commands as routing
    from rapport.staff.people.models import StaffMember

    me, chance, answered = StaffMember.objects.get(name=f"Agent{number}"), random.Random(number), list[int]()
    begun = time.monotonic()
    while time.monotonic() < begun + LONGEST_SECONDS:
        again(lambda: routing.sign(me.pk, at=now()))
        own = list(Case.objects.waiting().filter(owner=me).order_by("waiting_since")[:2])
        try:
            if number % 4 == 0 and not own:
                own = [again(lambda: routing.take_next(by=me, at=now()))]  # type: ignore[list-item]
            for case in own:
                reply = Reply(text=f"An answer of {me}", seen=case.last_word_id or 0)
                done = again(lambda case=case, reply=reply: desk.reply(case.pk, reply, by=me, at=now()))
                answered.append(done.pk)  # type: ignore[attr-defined]
        except Refusal:
            own = []
        if not own:
            if is_over(count):
                break
            time.sleep(0.2 + chance.random() / 2)
    connection.close()
    return answered


def main() -> None:
    django.setup()
    act, *values = sys.argv[1:]
    {"lay": lay, "write": write, "route": route, "work": work}[act](*map(int, values))


if __name__ == "__main__":
    main()
