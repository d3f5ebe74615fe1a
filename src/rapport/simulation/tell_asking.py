"""Asking: self-service, waiting, giving up, being passed on, answers, refusals, call-backs, cases."""

from dataclasses import dataclass
from typing import Any

from rapport.simulation import company, planted, service, texts, wording
from rapport.simulation.plan import CURRENCY
from rapport.simulation.telling import (
    CHAT,
    HELP_LINE,
    HELP_PAGES,
    ROBOT,
    SERVICE_MAIL,
    SHOPS,
    Teller,
    iso,
    pick,
    yes,
)
from rapport.simulation.wording import Matter

_HOUR, _DAY = 3600, 86_400
_PASSED_TO = (company.LINE_MORNING, company.CHAT_NORTH, company.MAIL_TEAM)


@dataclass(slots=True)
class Contact:
    """One contact in plain values; see `service.Contacts` for units."""

    about: int
    moment: int
    wanted: int
    used: int
    team: int
    colleague: int
    inside: int
    is_solved_alone: bool
    is_unanswered: bool
    is_given_up: bool
    is_back: bool
    first_used: int
    first_team: int
    first_wait: int
    wait: int
    place: int
    transfers: int
    is_asked_again: bool
    is_history_seen: bool
    is_refused: bool
    is_right: bool
    call_back_at: int
    call_back_done_at: int
    concession: int
    items: int
    town: int
    order: str
    reference: str
    luck: int

    @property
    def starts(self) -> int:
        """When the contact that reached somebody began."""
        return self.moment + (self.first_wait + 900 if self.is_back else 0)

    @property
    def answered(self) -> int:
        """When somebody answered."""
        return self.starts + self.wait


def tell(teller: Teller, asked: Contact) -> None:
    """One contact, from the first try to the last call-back."""
    teller.met(asked.moment)
    if asked.inside:
        _try_alone(teller, asked)
    if asked.is_solved_alone:
        return
    if asked.is_unanswered:
        _say(teller, asked, asked.moment - 700, "call_unanswered")
    if asked.is_given_up:
        _give_up(teller, asked)
    if asked.is_given_up and not asked.is_back:
        return
    _ask(teller, asked)
    _be_passed_on(teller, asked)
    _be_answered(teller, asked)
    if asked.call_back_at:
        _be_called_back(teller, asked)
    if not asked.is_right or asked.luck % 4 == 0:
        _case(teller, asked)


def _say(teller: Teller, asked: Contact, moment: int, kind: str, **more: Any) -> None:
    """One interaction of this contact, where it takes place and with the claims it comes with."""
    used = asked.used
    place = {
        service.IN_PERSON: SHOPS[asked.town],
        service.VOICE: HELP_LINE,
        service.CHATTING: CHAT,
        service.MAIL: SERVICE_MAIL,
    }[used]
    person = teller.person
    claims = (person.at_till, person.by_phone, person.at_web, person.by_mail)[used]
    more.setdefault("properties", f"{{{_identity(asked)}}}")
    teller.tell(
        moment, kind, company.DESK, more.pop("place", place), claims=more.pop("claims", claims), **more
    )


def _identity(asked: Contact) -> str:
    return f'"contact_id":"{asked.reference}","team":"{company.TEAMS[asked.team].name}"'


def _try_alone(teller: Teller, asked: Contact) -> None:
    place = ROBOT if asked.first_used == service.VOICE else HELP_PAGES
    person, inside = teller.person, asked.inside
    claims = person.by_phone if place == ROBOT else person.at_web
    began = asked.moment - inside - 10
    teller.tell(
        began,
        "selfservice_entered",
        company.DESK,
        place,
        claims=claims,
        subject="looked for the answer alone",
        properties=f'{{"contact_id":"{asked.reference}","about":"{texts.ABOUT_NAMES[asked.about]}"}}',
    )
    is_reached = not asked.is_solved_alone and not (asked.is_given_up and not asked.is_back)
    outcome = "solved" if asked.is_solved_alone else "to_person" if is_reached else "given_up"
    to_person = asked.answered - began if is_reached else None
    teller.tell(
        asked.moment - 10,
        "selfservice_left",
        company.DESK,
        place,
        claims=claims,
        subject="with the answer" if asked.is_solved_alone else "without an answer",
        properties=f'{{"contact_id":"{asked.reference}","outcome":"{outcome}","seconds_inside":{inside},'
        f'"reached_person":{yes(is_reached)},"seconds_to_person":{to_person if is_reached else "null"}}}',
    )


def _give_up(teller: Teller, asked: Contact) -> None:
    place = HELP_LINE if asked.first_used == service.VOICE else CHAT
    person = teller.person
    waited, team = asked.first_wait, company.TEAMS[asked.first_team].name
    promised = planted.PROMISED_WAIT_SECONDS[service.CHANNELS[asked.first_used]]
    _say(
        teller,
        asked,
        asked.moment + waited,
        "contact_given_up",
        place=place,
        claims=person.by_phone if place == HELP_LINE else person.at_web,
        subject=f"after {max(1, waited // 60)} min",
        properties=f'{{"contact_id":"{asked.reference}","wait_seconds":{waited},"promised_seconds":{promised},'
        f'"place_in_queue":{asked.place},"team":"{team}"}}',
    )
    teller.met(asked.moment + waited)


def _ask(teller: Teller, asked: Contact) -> None:
    about, luck = asked.about, asked.luck
    kind = "call" if asked.used == service.VOICE else "message"
    if about == service.ASKING:
        kind = "call" if kind == "call" else "question"
    elif about != service.FINE and luck % 5:
        kind = "complaint"
    elif luck % 3 == 0 and kind != "call":
        kind = "request"
    switched = f',"switched_from":"{service.CHANNELS[asked.first_used]}"' if asked.is_back else ""
    _say(
        teller,
        asked,
        asked.starts,
        kind,
        subject=wording.subject(_matter(teller, asked)),
        text=wording.asked(_matter(teller, asked), luck),
        properties=f'{{{_identity(asked)},"about":"{texts.ABOUT_NAMES[about]}","wanted_channel":'
        f'"{service.CHANNELS[asked.wanted]}"{switched},"history_seen":{yes(asked.is_history_seen)}}}',
    )
    promised = planted.PROMISED_WAIT_SECONDS[service.CHANNELS[asked.used]]
    place = f',"place_in_queue":{asked.place}' if asked.place and not asked.is_back else ""
    _say(
        teller,
        asked,
        asked.answered,
        "waited",
        staff_id=teller.staff(asked.colleague),
        direction="none",
        subject=f"{_length(asked.wait)} for an answer",
        properties=f'{{{_identity(asked)},"wait_seconds":{asked.wait},"promised_seconds":{promised}{place}}}',
    )


def _matter(teller: Teller, asked: Contact) -> Matter:
    return Matter(teller.person, asked.about, asked.items, asked.order)


def _length(seconds: int) -> str:
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 2 * _HOUR else f"{seconds // _HOUR} hours"


def _be_passed_on(teller: Teller, asked: Contact) -> None:
    luck, staff = asked.luck, teller.staff(asked.colleague)
    team = company.TEAMS[asked.team].name
    for turn in range(asked.transfers):
        to = company.TEAMS[pick([one for one in _PASSED_TO if one != asked.team], luck + turn)].name
        _say(
            teller,
            asked,
            asked.answered + 60 * (turn + 1),
            "transfer",
            staff_id=staff,
            direction="none",
            subject=f"to {to}",
            properties=f'{{"contact_id":"{asked.reference}","team":"{team}","from_team":"{team}","to_team":"{to}"}}',
        )
    if asked.is_asked_again:
        detail = pick(texts.DETAILS_ASKED, luck >> 5)
        _say(
            teller,
            asked,
            asked.answered + 200,
            "asked_again",
            staff_id=staff,
            direction="out",
            subject=detail,
            properties=f'{{{_identity(asked)},"detail":"{detail}"}}',
        )


def _be_answered(teller: Teller, asked: Contact) -> None:
    luck, staff, moment = asked.luck, teller.staff(asked.colleague), asked.answered + 260
    if asked.used in (service.CHATTING, service.MAIL):
        matter = _matter(teller, asked)
        _say(
            teller,
            asked,
            moment,
            "message",
            staff_id=staff,
            direction="out",
            text=wording.answered(matter, luck, is_right=asked.is_right),
            subject="Re: " + wording.subject(matter),
        )
    if asked.is_refused:
        code, words = texts.REFUSALS[texts.REFUSAL_WEIGHTS[(luck >> 3) % len(texts.REFUSAL_WEIGHTS)]]
        _say(
            teller,
            asked,
            moment + 30,
            "refusal",
            staff_id=staff,
            direction="out",
            text=words,
            properties=f'{{{_identity(asked)},"reason":"{code}"}}',
        )
    if asked.concession:
        _say(
            teller,
            asked,
            moment + 60,
            "concession",
            staff_id=staff,
            direction="out",
            amount_minor=asked.concession,
            currency=CURRENCY,
            subject="a voucher for the trouble",
            properties=f'{{{_identity(asked)},"sort":"voucher"}}',
        )
    teller.met(moment + 60)


def _be_called_back(teller: Teller, asked: Contact) -> None:
    due, done = max(asked.call_back_at, asked.answered + _HOUR), asked.call_back_done_at
    is_kept = done <= asked.call_back_at
    done = max(asked.answered + 600, min(done, due)) if is_kept else max(done, due + 600)
    promise = (
        f'{_identity(asked)},"promise_id":"{asked.reference}-call","about":"call_back","due_at":"{iso(due)}"'
    )

    def step(moment: int, kind: str, subject: str, direction: str = "none", more: str = "") -> None:
        _say(
            teller,
            asked,
            moment,
            kind,
            staff_id=teller.staff(asked.colleague),
            direction=direction,
            place=HELP_LINE,
            subject=subject,
            properties=f"{{{promise}{more}}}",
        )

    step(asked.answered + 400, "promise_made", "to call back", "out")
    if not is_kept:
        step(due + 1, "promise_broken", "no call back in time")
    step(done, "call", "called back", "out")
    if is_kept:
        step(done + 1, "promise_kept", "called back in time", more=f',"done_at":"{iso(done)}"')
    teller.met(done)


def _case(teller: Teller, asked: Contact) -> None:
    """A case for what was not settled at once; what was not put right the first time is opened again."""
    case, luck, staff = f'"case":"C-{asked.reference}"', asked.luck, teller.staff(asked.colleague)
    opened, about = asked.answered + 420, texts.ABOUT_NAMES[asked.about]
    closed = opened + _HOUR + luck % (2 * _DAY)
    subject = wording.subject(_matter(teller, asked))

    def step(moment: int, kind: str, more: str = "") -> None:
        _say(
            teller,
            asked,
            moment,
            kind,
            staff_id=staff,
            direction="none",
            subject=subject,
            properties=f'{{{case},{_identity(asked)},"about":"{about}"{more}}}',
        )
        teller.met(moment)

    step(opened, "case_opened")
    if asked.transfers:
        step(opened + 1800, "case_changed", ',"change":"other team"')
    step(closed, "case_closed", ',"outcome":"answered"')
    if not asked.is_right and luck % 5 < 3:
        again = closed + _HOUR + luck % (3 * _DAY)
        step(again, "case_reopened")
        step(again + 4 * _HOUR + luck % _DAY, "case_closed", ',"outcome":"put_right"')
