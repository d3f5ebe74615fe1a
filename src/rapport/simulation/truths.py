"""What is true of the made-up company: what was planted, and what came of it. The oracle of later tests."""

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any, Self

import msgspec
import numpy as np

from rapport.simulation import company, planted
from rapport.simulation import plan as plans
from rapport.simulation.days import Floats, Ints
from rapport.simulation.people import Person
from rapport.simulation.plan import Plan
from rapport.simulation.telling import Told, iso
from rapport.simulation.voices import REASON_NAMES, STAY_NAMES, Lived, Reasons

FILE, CUSTOMERS_FILE = "truths.json", "truths-customers.jsonl"


class Truth(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is true of one customer. `user_id` and `email` find them in the record; see docs/reference."""

    number: int
    user_id: str
    email: str
    rate_per_year: float
    leaving_chance: float
    bond: float
    patience: float
    warmth: float
    price_sense: float
    voice: float
    stay_reason: str
    is_prospect: bool = False
    is_new: bool = False
    is_member: bool = False
    is_never_asked: bool = False
    left_at: str | None = None
    leave_reason: str | None = None
    told_reason: bool = False
    same_person_as: int | None = None
    family: int | None = None
    organisation: int | None = None


def truth_of(lived: Lived, reasons: Reasons, position: int, person: Person, left_at: int | None) -> Truth:
    """Everything planted in one customer, and what became of them."""
    people = lived.people
    block = person.number - position

    def figure(column: Floats) -> float:
        return round(float(column[position]), 4)

    def group(column: Ints) -> int | None:
        return block + int(column[position]) if column[position] >= 0 else None

    return Truth(
        number=person.number,
        user_id=person.account.value if people.has_account[position] else "",
        email=person.mail.value,
        rate_per_year=figure(people.rate_per_year),
        leaving_chance=figure(people.leaving_chance),
        bond=figure(lived.felt.bond),
        patience=figure(people.patience),
        warmth=figure(people.warmth),
        price_sense=figure(people.price_sense),
        voice=figure(people.voice),
        stay_reason=STAY_NAMES[reasons.stay[position]],
        is_prospect=bool(people.is_prospect[position]),
        is_new=bool(people.is_new[position]),
        is_member=bool(people.is_member[position]),
        is_never_asked=bool(people.is_never_asked[position]),
        left_at=iso(left_at) if left_at else None,
        leave_reason=REASON_NAMES[reasons.leave[position]] if left_at else None,
        told_reason=bool(left_at and reasons.is_told[position]),
        same_person_as=group(people.double_of),
        family=group(people.family),
        organisation=group(people.organisation),
    )


class TruthFile:
    """Writes the truths beside the data: one line per customer as they come, the planted figures at the end."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self._folder, self._plan = folder, plan
        self._lines = (folder / CUSTOMERS_FILE).open("wb")
        self._encoder = msgspec.json.Encoder()
        self.customers = 0
        self.kinds: Counter[str] = Counter()
        self.left: Counter[str] = Counter()
        self.told: Counter[str] = Counter()
        self.stay: Counter[str] = Counter()
        self.same_person: list[list[str]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._lines.close()

    def add(self, told: list[Told], truths: list[Truth]) -> None:
        """Take in one block."""
        self.kinds.update(one.entry.kind for one in told)
        self.customers += len(truths)
        emails = {truth.number: truth.email for truth in truths}
        for truth in truths:
            self.stay[truth.stay_reason] += 1
            if truth.leave_reason:
                self.left[truth.leave_reason] += 1
                self.told[truth.leave_reason] += truth.told_reason
            if truth.same_person_as is not None:
                self.same_person.append([emails[truth.same_person_as], truth.email])
        self._lines.write(self._encoder.encode_lines(truths))

    def finish(self) -> Path:
        """Write `truths.json`; its path."""
        path = self._folder / FILE
        plan = self._plan
        content = {
            "company": plans.NAME,
            "plan": asdict(plan)
            | {"ends_at": plan.ends_at.isoformat(), "until": plan.lived_until.isoformat()},
            "planted": planted_values(),
            "teams": [
                asdict(team) | {"mean_log_wait_seconds": mean_log_wait(n)}
                for n, team in enumerate(company.TEAMS)
            ],
            "customers": self.customers,
            "interactions": sum(self.kinds.values()),
            "interactions_by_kind": dict(sorted(self.kinds.items())),
            "left_by_reason": dict(sorted(self.left.items())),
            "left_and_told_by_reason": dict(sorted(self.told.items())),
            "customers_by_stay_reason": dict(sorted(self.stay.items())),
            "same_person": self.same_person,
            "customers_file": CUSTOMERS_FILE,
        }
        path.write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")
        return path


def planted_values() -> dict[str, Any]:
    """Every planted coefficient by its name in `planted`, in small letters."""
    return {name.lower(): value for name, value in vars(planted).items() if name.isupper()}


def mean_log_wait(team: int) -> float | None:
    """The planted mean logarithm of a wait (seconds) in an ordinary hour; None where nobody waits."""
    channels = {company.RETAIL: "in_person", "Help": "voice", "Chat": "chat", "Mail": "email"}
    chosen = company.TEAMS[team]
    channel = channels.get(chosen.department) or channels.get(chosen.name.split()[0])
    if channel is None:
        return None
    return round(float(np.log(planted.TYPICAL_WAIT_SECONDS[channel]) + chosen.slowness), 4)
