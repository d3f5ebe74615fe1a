"""One block of the made-up company from chance to interactions, with its truths. Blocks know nothing of each other."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from operator import itemgetter
from typing import Any

import msgspec
import numpy as np

from rapport.simulation import (
    feelings,
    occasions,
    people,
    service,
    tell_asking,
    tell_buying,
    tell_relation,
    tell_speaking,
    voices,
)
from rapport.simulation.company import Register
from rapport.simulation.days import DAY, Calendar
from rapport.simulation.plan import Plan
from rapport.simulation.tell_relation import Campaign, Relation
from rapport.simulation.telling import Teller, Told
from rapport.simulation.truths import Truth, truth_of
from rapport.simulation.voices import Lived, Reasons, Voices


@dataclass(frozen=True, slots=True)
class Block:
    """What happened to up to BLOCK customers, in order of time, and what is true of each."""

    told: list[Told]
    truths: list[Truth]


def blocks(plan: Plan, register: Register) -> Iterator[Block]:
    """The whole company, block by block: memory does not grow with the number of customers."""
    calendar = Calendar(plan)
    mailings = tell_relation.campaigns(calendar)
    for number in range(plan.all_blocks):
        yield block(plan, number, calendar, mailings, register)


def block(plan: Plan, number: int, calendar: Calendar, mailings: list[Campaign], register: Register) -> Block:
    """One block. It depends on the plan and its number alone."""
    rng = plan.generator(number)
    drawn = people.draw(rng, number)
    if number >= plan.blocks:
        drawn = people.as_newcomers(drawn, first=1.0, last=calendar.span / calendar.count)
    at = occasions.draw(rng, drawn, calendar)
    bought = service.orders(rng, drawn, at, calendar)
    asked = service.contacts(rng, drawn, at, bought, calendar)
    felt = feelings.live(rng, drawn, at, bought, asked)
    lived = Lived(drawn, at, bought, asked, felt)
    spoken = voices.speak(rng, lived)
    reasons = voices.reasons(rng, lived, asked_at=int(plan.ends_at.timestamp()))
    story = _Story(plan, lived, spoken, reasons, calendar)
    reached = tell_relation.receivers(rng, mailings, drawn.is_member)
    persons = people.described(drawn, plan.seed)
    as_of_now = replace(lived, felt=replace(felt, bond=felt.bond_at(at, calendar.ends)))
    told: list[Told] = []
    truths: list[Truth] = []
    for position in range(plan.people_in(number)):
        teller = Teller(
            persons[position], f"{plan.seed}-{persons[position].number}-", calendar.ends, register, told
        )
        if not story.has_begun(position):
            continue
        left_at = story.tell(teller, position, [mailings[n] for n in reached[position]])
        truths.append(truth_of(as_of_now, reasons, position, persons[position], left_at))
    told.sort(key=itemgetter(0))
    return Block(told, _among_themselves(truths))


def _among_themselves(truths: list[Truth]) -> list[Truth]:
    """Somebody's other record is only named once it exists."""
    here = {truth.number for truth in truths} | {None}
    return [
        truth if truth.same_person_as in here else msgspec.structs.replace(truth, same_person_as=None)
        for truth in truths
    ]


class _Story:
    """The columns of a block as rows of plain values, to be told customer by customer."""

    def __init__(
        self, plan: Plan, lived: Lived, spoken: Voices, reasons: Reasons, calendar: Calendar
    ) -> None:
        self.seed, self.lived, self.reasons, self.calendar = plan.seed, lived, reasons, calendar
        facts = lived.at, lived.bought, lived.asked
        self.columns = {f.name: getattr(part, f.name).tolist() for part in facts for f in fields(part)}
        self.moments = lived.at.moment.tolist()
        self.team, self.colleague = lived.bought.team.tolist(), lived.bought.colleague.tolist()
        self.wait = lived.bought.wait.tolist()
        self.voices = {f.name: getattr(spoken, f.name).tolist() for f in fields(spoken)}
        self.blame = _blamed(lived)
        self.people = {name: getattr(lived.people, name).tolist() for name in people.People.__slots__}
        self.left = lived.felt.left_turn.tolist()
        self.leave, self.is_told = reasons.leave.tolist(), reasons.is_told.tolist()
        self.stay = reasons.stay.tolist()

    def has_begun(self, position: int) -> bool:
        """Whether the customer is known before the end."""
        return self._relation(self._row(position), position).begins <= self.calendar.ends

    def tell(self, teller: Teller, position: int, mailings: list[Campaign]) -> int | None:
        """One customer's whole story; the moment they left, if they did before the end."""
        row = self._row(position)
        relation = self._relation(row, position)
        teller.open("first.")
        tell_relation.tell_first(teller, relation)
        left_at = self._live(teller, row, position)
        until = left_at or teller.ends
        if row["is_member"]:
            teller.open("member.")
            tell_relation.tell_membership(teller, relation, until)
        if row["agrees_marketing"]:
            teller.open("mailing.")
            tell_relation.tell_campaigns(teller, relation, mailings, until)
        return left_at if left_at is not None and left_at <= teller.ends else None

    def _live(self, teller: Teller, row: dict[str, Any], position: int) -> int | None:
        """All occasions until they leave, and when that is; what only begins after the end is left untold."""
        first, count, left = (
            self.columns["first"][position],
            self.columns["count"][position],
            self.left[position],
        )
        lived = range(first, first + (count if left < 0 else left + 1))
        told = [index for index in lived if self.columns["day"][index] <= self.calendar.last_day]
        for index in told:
            teller.open(f"{index - first + 1}.")
            self._occasion(teller, index, row, position)
        if left < 0 or len(told) < len(lived):
            return None
        teller.open("leaving.")
        return self._leave(teller, row, position)

    def _row(self, position: int) -> dict[str, Any]:
        return {name: column[position] for name, column in self.people.items()}

    def _relation(self, row: dict[str, Any], position: int) -> Relation:
        first, count = self.columns["first"][position], self.columns["count"][position]
        start = row["joined_share"] * self.calendar.count if row["is_new"] else 0
        opened = int(self.calendar.midnight[int(start)]) + 9 * 3600 + row["chance"] % 30_000
        begins = min(opened, self.moments[first] - 900) if count else opened
        return Relation(
            begins=begins,
            is_web=row["has_account"],
            is_member=row["is_member"],
            has_account=row["has_account"],
            agrees_marketing=row["agrees_marketing"],
            agrees_surveys=row["agrees_surveys"],
            is_new=row["is_new"],
            town=row["town"],
            luck=row["chance"],
        )

    def _occasion(self, teller: Teller, index: int, row: dict[str, Any], position: int) -> None:
        order = f"W{teller.person.number}-{index - self.columns['first'][position] + 1}"
        values = {name: column[index] for name, column in self.columns.items() if name in _PER_OCCASION}
        spoken = {name: column[index] for name, column in self.voices.items()}
        common = {"town": row["town"], "order": order, "luck": spoken["luck"]}
        purchase = {name: values[name] for name in _BUYING} | {
            "moment": self.moments[index],
            "team": self.team[index],
            "colleague": self.colleague[index],
            "wait": self.wait[index],
            "uses_app": row["uses_app"],
            "has_account": row["has_account"],
        }
        tell_buying.tell(teller, tell_buying.Purchase(**purchase, **common))
        if values["is_made"]:
            contact = {name: values[name] for name in _ASKING}
            tell_asking.tell(teller, tell_asking.Contact(**contact, **common, reference=f"{order}-q"))
        if (
            spoken["asked_at"]
            or spoken["review_at"]
            or spoken["feedback_at"]
            or spoken["recommended_at"]
            or spoken["gift_at"]
        ):
            tell_speaking.tell(
                teller,
                tell_speaking.Voice(
                    **spoken, stay=self.stay[position], blame=self.blame[index], items=values["items"],
                    town=row["town"], reference=order,
                ),
            )  # fmt: skip

    def _leave(self, teller: Teller, row: dict[str, Any], position: int) -> int:
        luck = row["chance"] >> 5
        left_at: int = teller.latest + DAY + luck % (20 * DAY)
        if self.is_told[position]:
            tell_speaking.tell_leaving(
                teller, moment=left_at, reason=self.leave[position], luck=luck, is_member=row["is_member"]
            )
        if row["agrees_marketing"] and luck % 3 == 0:
            tell_speaking.tell_win_back(teller, moment=left_at + (45 + luck % 60) * DAY, luck=luck)
        return left_at


_BUYING = frozenset(
    "is_web is_purchase items item_count amount is_as_quoted over_quote promised_at delivered_at is_late depot "  # noqa: SIM905
    "is_returned is_extra".split()
)
_ASKING = frozenset(field.name for field in fields(service.Contacts) if field.name != "is_made") | {"items"}
_PER_OCCASION = _BUYING | _ASKING | {"is_made"}


def _blamed(lived: Lived) -> list[str]:
    """The worst thing of each occasion, by its planted weight."""
    asked, bought = lived.asked, lived.bought
    late_wait = asked.wait > service.PROMISED[asked.used]
    broken = asked.is_made & (asked.call_back_done_at > asked.call_back_at)
    causes = (
        (bought.is_late, "late"),
        (~bought.is_as_quoted, "price"),
        (asked.is_made & asked.is_refused, "refused"),
        (asked.is_made & ~asked.is_solved_alone & ~asked.is_right, "not_right"),
        (broken, "promise"),
        (feelings.is_trapped(asked), "trapped"),
        (asked.is_asked_again, "asked_again"),
        (asked.is_made & late_wait, "wait"),
    )
    return [
        str(name) for name in np.select([fact for fact, _ in causes], [name for _, name in causes], "nothing")
    ]
