"""What stands at the desk before anybody writes: queues, channels, working hours, clocks, ready answers."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from rapport.channels.endpoints import commands as endpoints
from rapport.channels.endpoints import queries as places
from rapport.channels.endpoints.rules.mail import MailSettings, Secrets, Server
from rapport.channels.endpoints.rules.places import Described
from rapport.channels.endpoints.rules.web import ChatSettings
from rapport.service.clocks import commands as clocks
from rapport.service.clocks.commands import Description
from rapport.service.clocks.rules.hours import Holiday, Hours, periods_of
from rapport.service.clocks.rules.running import FIRST_ANSWER, NEXT_ANSWER, RESOLUTION, Aim
from rapport.service.desk import commands as desk
from rapport.service.desk.commands import NewMacro
from rapport.service.routing import commands as routing
from rapport.service.routing import queries as queues
from rapport.service.routing.commands import QueueDescription, SeatDescription
from rapport.simulation import company
from rapport.simulation.company import PLACE_NUMBER, Register
from rapport.simulation.desk import words
from rapport.simulation.plan import ZONE
from rapport.staff.departments import commands as departments
from rapport.staff.roles.rules import EVERYTHING, System

HELP, MEMBERS = "help@wrenfield.example", "members@wrenfield.example"
"""Under .example (RFC 2606), as everything here: no line to such a server could ever stand."""
MAIL_SERVER = "mx.wrenfield.example"
QUEUES = (
    QueueDescription(name=company.SERVICE, department=company.SERVICE),
    QueueDescription(name="Chats", department=company.SERVICE, channel="chat"),
    QueueDescription(name=company.MEMBERSHIP, department=company.MEMBERSHIP),
    QueueDescription(name=company.DELIVERY, department=company.DELIVERY),
)
SKILLS = {"French": "fr", "German": "de", "Polish": "pl", "Boots and fitting": ""}
_HOUR, _MINUTE = timedelta(hours=1), timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Desk:
    """Numbers of what stands there: queues and channels by their names."""

    queues: dict[str, int]
    channels: dict[str, int]


def put_up(register: Register, *, at: datetime) -> Desk:
    """Set the desk up as it has stood since `at`, once; what stands there already stays as it is."""
    if not places.in_use():
        desk.ensure_states()
        for queue in QUEUES:
            departments.settle_name(queue.department, by=System(), at=at)
            routing.add_queue(queue, by=System(), at=at)
        _seat(register, at)
        _join_channels(register, at)
        _set_clocks(at)
        for name, body in words.READY_ANSWERS.items():
            text = f"{words.READY_GREETING}\n\n{body}\n\n{words.READY_CLOSING}"
            desk.add_macro(NewMacro(name=name, text=text), by=System(), at=at)
    return found()


def found() -> Desk:
    """The desk as it stands."""
    return Desk(
        {one.name: one.pk for one in queues.open_queues(reach=EVERYTHING)},
        {one.address or one.name: one.id for one in places.in_use()},
    )


def _seat(register: Register, at: datetime) -> None:
    """Say what those who write and chat can do besides; beginners have less at once."""
    skills = [routing.add_skill(name, code=code, by=System(), at=at).pk for name, code in SKILLS.items()]
    for number, place in enumerate(places_at_the_desk()):
        seat = SeatDescription(
            skills=skills[number % 5 : number % 5 + 1], live_capacity=2 if number % 4 == 3 else None
        )
        routing.change_seat(register.staff[place], seat, by=System(), at=at)


def places_at_the_desk() -> list[int]:
    """The places among all colleagues of those who write and chat."""
    teams = (company.MAIL_TEAM, company.CHAT_NORTH, company.CHAT_SOUTH)
    return [
        int(company.FIRST_OF_TEAM[team]) + place for team in teams for place in range(company.SIZES[team])
    ]


def _join_channels(register: Register, at: datetime) -> None:
    def described(name: str, department: str) -> Described:
        return Described(name, department, register.touchpoints[PLACE_NUMBER[name]])

    for address, name, department in (
        (HELP, "Service mail", company.SERVICE),
        (MEMBERS, "Membership desk", company.MEMBERSHIP),
    ):
        settings = MailSettings(
            address=address,
            imap=Server("imap.wrenfield.example", 993),
            smtp=Server("smtp.wrenfield.example", 465),
            sender_name=f"Wrenfield Outdoors, {name.lower()}",
            signature="Wrenfield Outdoors\nMon to Fri 8 to 20, Sat 9 to 17",
            vouched_by=MAIL_SERVER,
            secrets=Secrets(password="there is no such server"),  # noqa: S106 - it opens nothing
        )
        endpoints.open_mailbox(described(name, department), settings, by=System(), at=at)
    chat = ChatSettings(
        greeting="Hello! Ask us anything about boots, tents and parcels.",
        origins=("https://wrenfield.example",),
        hours="Mon-Sun 08:00-22:00",
        zone=ZONE.key,
    )
    endpoints.open_chat(described("Chat", company.SERVICE), chat, by=System(), at=at)
    endpoints.open_generic(described("Parcel notes", company.DELIVERY), "sms", by=System(), at=at)


def _set_clocks(at: datetime) -> None:
    week = (periods_of("08:00-20:00"),) * 5 + (periods_of("09:00-17:00"), ())
    closed = tuple(
        Holiday(date(year, month, day), name)
        for year in range(at.year, at.year + 3)
        for month, day, name in ((1, 1, "New Year"), (12, 25, "Christmas Day"), (12, 26, "Boxing Day"))
    )
    office = clocks.add_calendar("Service hours", Hours(ZONE.key, week, closed), by=System(), at=at)
    chat_hours = Hours(ZONE.key, (periods_of("08:00-22:00"),) * 7)
    chat = clocks.add_calendar("Chat hours", chat_hours, by=System(), at=at)
    usual = {
        FIRST_ANSWER: Aim(8 * _HOUR, _HOUR),
        NEXT_ANSWER: Aim(8 * _HOUR, _HOUR),
        RESOLUTION: Aim(48 * _HOUR, 6 * _HOUR),
    }
    quick = {
        FIRST_ANSWER: Aim(3 * _MINUTE, _MINUTE),
        NEXT_ANSWER: Aim(5 * _MINUTE, _MINUTE),
        RESOLUTION: Aim(28 * _HOUR, 2 * _HOUR),
    }
    pausing = ("theirs", "third")
    clocks.add_policy(Description("Whatever is asked", usual, office.pk, pausing), by=System(), at=at)
    clocks.add_policy(Description("Chat", quick, chat.pk, pausing, channel="chat"), by=System(), at=at)
