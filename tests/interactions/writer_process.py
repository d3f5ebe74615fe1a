"""One of several processes that write the same overlapping batches at once; started by test_many_writers."""

import random
import sys
from datetime import UTC, datetime

import django

BATCHES, SIZE, IDS, PEOPLE = 40, 25, 600, 60


def main(seed: int) -> None:
    django.setup()
    from rapport.customers.directory.rules import Claim
    from rapport.interactions.log import commands
    from rapport.interactions.log.rules import Entry

    chance = random.Random(seed)
    at = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    source = commands.ensure_source("shop", at=at)
    for _ in range(BATCHES):
        numbers = [chance.randrange(IDS) for _ in range(SIZE)]
        entries = [
            Entry(
                message_id=f"m{number}",
                kind="purchase",
                occurred_at=at,
                claims=(
                    Claim("user_id", f"u{number % PEOPLE}"),
                    Claim("email", f"u{number % PEOPLE}@example.org"),
                    Claim("anonymous_id", "the tablet in the shop"),
                ),
                is_login=True,
                traits={"name": f"Person {number % PEOPLE}"},
                amount_minor=100,
                currency="EUR",
            )
            for number in numbers
        ]
        commands.record([commands.Batch(source, entries, at)])
        if chance.random() < 0.2:
            commands.catch_up()
        for number in numbers:
            sys.stdout.write(f"m{number}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))
