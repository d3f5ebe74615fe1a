"""Agents at one queue, a thread each, answering whatever waits longest; started by test_many_agents."""

import json
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import django

CUSTOMERS, WORDS, LONGEST_SECONDS = 12, 8, 150


def now() -> datetime:
    return datetime.now(UTC)


def lay(agents: int) -> None:
    """A mailbox, colleagues, and customers who all wrote."""
    from tests.desk.shop import asked, colleague

    for number in range(agents):
        colleague(f"Agent{number}")
    for number in range(CUSTOMERS):
        asked(now(), sender=f"c{number}@mail.example")


class Agent:
    """Takes one of the first cases that wait, claims it, thinks, and answers; as long as anything waits."""

    def __init__(self, name: str, seed: int) -> None:
        self.email, self.chance = f"{name.lower()}@shop.example", random.Random(seed)
        self.answered: list[int] = []
        self.refused: dict[str, int] = {}

    def run(self) -> None:
        from django.db import OperationalError, connection

        from rapport.channels.threads.models import Message
        from rapport.kernel.refusals import Refusal
        from rapport.staff.people.models import StaffMember

        self.me = StaffMember.objects.get(email=self.email)
        begun = time.monotonic()
        while time.monotonic() < begun + LONGEST_SECONDS:
            try:
                if not self.take_one():
                    if Message.objects.filter(direction="in").count() == CUSTOMERS + WORDS:
                        break
                    time.sleep(0.1)
            except Refusal as refusal:
                name = type(refusal).__name__
                self.refused[name] = self.refused.get(name, 0) + 1
                time.sleep(self.chance.random() / 5)
            except OperationalError:
                time.sleep(self.chance.random() / 10)
        connection.close()

    def take_one(self) -> bool:
        from rapport.service.desk import commands as desk
        from rapport.service.desk import queries
        from rapport.service.desk.rules.acts import Reply
        from rapport.staff.roles.rules import EVERYTHING

        rows = queries.cases(queries.View(), reach=EVERYTHING, limit=5).rows
        if not rows:
            return False
        case = self.chance.choice(rows).case
        seen = case.last_word_id
        if self.chance.random() < 0.7:
            desk.claim(case.pk, by=self.me, at=now())
            time.sleep(self.chance.random() / 100)
        reply = Reply(text=f"An answer of {self.email} to {seen}", seen=seen)
        self.answered.append(desk.reply(case.pk, reply, by=self.me, at=now()).pk)
        return True


def work(first: int, count: int) -> None:
    """So many agents at once, until nobody waits; then one line: what they answered and were refused."""
    agents = [Agent(f"Agent{first + number}", first + number) for number in range(count)]
    with ThreadPoolExecutor(count) as threads:
        for done in [threads.submit(agent.run) for agent in agents]:
            done.result()
    refused: dict[str, int] = {}
    for agent in agents:
        for name, times in agent.refused.items():
            refused[name] = refused.get(name, 0) + times
    told = {
        "answered": [one for agent in agents for one in agent.answered],
        "refused": refused,
    }
    sys.stdout.write(json.dumps(told) + "\n")


def write() -> None:
    """Customers go on writing while they are answered."""
    from django.db import OperationalError
    from tests.desk.shop import asked

    chance, left = random.Random(7), WORDS
    while left:
        try:
            asked(now(), "And now?", sender=f"c{chance.randrange(CUSTOMERS)}@mail.example")
            left -= 1
        except OperationalError:
            time.sleep(0.02)


def main() -> None:
    django.setup()
    act, *values = sys.argv[1:]
    if act == "lay":
        lay(int(values[0]))
    elif act == "work":
        work(int(values[0]), int(values[1]))
    else:
        write()


if __name__ == "__main__":
    main()
