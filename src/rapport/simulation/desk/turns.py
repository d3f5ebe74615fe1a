"""What happens in a scene, done through the desk's own commands: nothing is written that a person could not do."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from rapport.service.desk import commands as desk
from rapport.service.desk import queries as cases
from rapport.service.desk.commands import Forward
from rapport.service.desk.rules.acts import NewCase, Note, Reply
from rapport.service.promises import commands as promises
from rapport.service.promises import queries as promised
from rapport.service.promises.commands import NewPromise
from rapport.simulation import wording
from rapport.simulation.desk import arriving
from rapport.simulation.desk.cast import Cast, Player
from rapport.simulation.desk.furniture import HELP, Desk
from rapport.simulation.desk.scenes import Scene, Turn
from rapport.staff.roles.rules import EVERYTHING

DEPOT = "depot@parcels.example"


@dataclass(frozen=True, slots=True)
class Played:
    """How far a scene has come: its case, and the one that is to be joined to it (0: there is none)."""

    case_id: int = 0
    other_id: int = 0


@dataclass(frozen=True, slots=True)
class Moment:
    """One turn of a scene, at the moment when it is done."""

    scene: Scene
    turn: Turn
    played: Played
    cast: Cast
    desk: Desk
    at: datetime

    @property
    def agent(self) -> Player:
        return self.cast.colleagues[self.scene.agent]

    @property
    def other(self) -> Player:
        return self.cast.colleagues[self.scene.other]

    @property
    def case(self) -> Any:
        return cases.row(self.played.case_id, reach=EVERYTHING)


def do(moment: Moment) -> Played:
    """Let the turn happen; how far the scene has come then. Of a settled case nothing more is asked."""
    return _ACTS[moment.turn.act](moment)


def _write(moment: Moment) -> Played:
    letter = arriving.first_mail(moment.scene, moment.turn.text, moment.at)
    case_id = arriving.take_in_mail(moment.desk, letter, at=moment.at)
    return replace(moment.played, case_id=case_id or moment.played.case_id)


def _advertise(moment: Moment) -> Played:
    letter = arriving.advertisement(moment.scene, moment.turn.text, moment.at)
    return replace(moment.played, case_id=arriving.take_in_mail(moment.desk, letter, at=moment.at) or 0)


def _write_again(moment: Moment) -> Played:
    letter = arriving.answer_to(moment.case, moment.scene, moment.turn.text, moment.at)
    arriving.take_in_mail(moment.desk, letter, at=moment.at)
    return moment.played


def _away(moment: Moment) -> Played:
    answer = arriving.answer_to(moment.case, moment.scene, moment.turn.text, moment.at)
    subject = f"Automatic reply: {moment.case.subject}"
    letter = replace(answer, subject=subject, headers=(("Auto-Submitted", "auto-replied"),))
    arriving.take_in_mail(moment.desk, letter, at=moment.at)
    return moment.played


def _stranger(moment: Moment) -> Played:
    letter = arriving.from_a_stranger(moment.case, moment.turn.more["who"], moment.at)
    arriving.take_in_mail(moment.desk, letter, at=moment.at)
    return moment.played


def _bounce(moment: Moment) -> Played:
    arriving.take_in_bounce(moment.desk, moment.case, at=moment.at)
    return moment.played


def _depot(moment: Moment) -> Played:
    letter = arriving.from_the_depot(moment.case, DEPOT, moment.turn.text, moment.at)
    arriving.take_in_mail(moment.desk, letter, at=moment.at)
    return moment.played


def _say(moment: Moment) -> Played:
    case_id = arriving.take_in_words(moment.desk, moment.scene, moment.turn.text, at=moment.at)
    return replace(moment.played, case_id=case_id or moment.played.case_id)


def _leave(moment: Moment) -> Played:
    arriving.leave_chat(moment.desk, moment.scene, at=moment.at)
    return moment.played


def _answer(moment: Moment) -> Played:
    case = moment.case
    if case.closed_at is None:
        new = Reply(text=moment.turn.text, seen=case.last_word_id or 0, then=moment.turn.more["then"])
        desk.reply(case.pk, new, by=moment.agent, at=moment.at)
    return moment.played


def _close(moment: Moment) -> Played:
    if moment.case.closed_at is None:
        desk.close(moment.case.pk, outcome=moment.turn.text, by=moment.agent, at=moment.at)
    return moment.played


def _note(moment: Moment) -> Played:
    is_visitor = moment.turn.more["names"] == "visitor"
    handle = "robin" if is_visitor else moment.cast.handles[moment.scene.other]
    text = wording.filled(moment.scene.matter, moment.turn.text.replace("{colleague}", handle))
    desk.note(moment.played.case_id, Note(text=text), by=moment.agent, at=moment.at)
    return moment.played


def _take(moment: Moment) -> Played:
    desk.assign(moment.played.case_id, moment.agent.pk, by=moment.agent, at=moment.at)
    return moment.played


def _give(moment: Moment) -> Played:
    desk.assign(moment.played.case_id, moment.cast.visitor.pk, by=moment.agent, at=moment.at)
    return moment.played


def _transfer(moment: Moment) -> Played:
    queue = moment.desk.queues[moment.turn.more["to"]]
    if moment.case.queue_id != queue:
        desk.transfer(moment.played.case_id, queue, why=moment.turn.text, by=moment.agent, at=moment.at)
    return moment.played


def _promise(moment: Moment) -> Played:
    new = NewPromise(
        identifier_id=moment.case.identifier_id,
        what=moment.turn.text,
        due_at=moment.at + timedelta(seconds=moment.turn.more["due"]),
        case_id=moment.played.case_id,
    )
    promises.make(new, by=moment.agent, at=moment.at)
    return moment.played


def _keep(moment: Moment) -> Played:
    made = promised.of_cases([moment.played.case_id], reach=EVERYTHING)[moment.played.case_id]
    for one in made:
        if one.kept_at is None and one.withdrawn_at is None:
            promises.keep(one.pk, by=moment.agent, at=moment.at)
    return moment.played


def _forward(moment: Moment) -> Played:
    new = Forward(
        address=DEPOT,
        text=moment.turn.text,
        endpoint_id=moment.desk.channels[HELP],
        subject=f"Parcel of order {moment.scene.matter.order}",
        name="Depot",
    )
    desk.forward(moment.played.case_id, new, by=moment.agent, at=moment.at)
    return moment.played


def _ring(moment: Moment) -> Played:
    case = moment.case
    new = NewCase(
        identifier_id=case.identifier_id, subject=case.subject, channel="voice", queue_id=case.queue_id
    )
    made = desk.open_case(new, by=moment.other, at=moment.at)
    desk.note(made.pk, Note(text=moment.turn.text), by=moment.other, at=moment.at)
    return replace(moment.played, other_id=made.pk)


def _join(moment: Moment) -> Played:
    desk.merge(moment.played.other_id, moment.played.case_id, by=moment.agent, at=moment.at)
    return moment.played


def _snooze(moment: Moment) -> Played:
    until = moment.at + timedelta(seconds=moment.turn.more["until"])
    if moment.case.closed_at is None:
        desk.snooze(moment.played.case_id, until, by=moment.agent, at=moment.at)
    return moment.played


def _asked_again(moment: Moment) -> Played:
    desk.mark_asked_again(moment.played.case_id, what=moment.turn.text, by=moment.agent, at=moment.at)
    return moment.played


def _refuse(moment: Moment) -> Played:
    desk.mark_refusal(moment.played.case_id, why=moment.turn.text, by=moment.agent, at=moment.at)
    return moment.played


def _junk(moment: Moment) -> Played:
    desk.mark_junk(moment.played.case_id, by=moment.agent, at=moment.at)
    return moment.played


_ACTS: dict[str, Callable[[Moment], Played]] = {
    "write": _write,
    "write_again": _write_again,
    "advertise": _advertise,
    "away": _away,
    "stranger": _stranger,
    "bounce": _bounce,
    "depot": _depot,
    "say": _say,
    "leave": _leave,
    "answer": _answer,
    "close": _close,
    "note": _note,
    "take": _take,
    "give": _give,
    "transfer": _transfer,
    "promise": _promise,
    "keep": _keep,
    "forward": _forward,
    "ring": _ring,
    "join": _join,
    "snooze": _snooze,
    "asked_again": _asked_again,
    "refuse": _refuse,
    "junk": _junk,
}
BY_CUSTOMERS = frozenset(
    {"write", "write_again", "advertise", "away", "stranger", "bounce", "depot", "say", "leave"}
)
"""What others do; all else is done by colleagues."""
