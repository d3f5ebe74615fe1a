"""The made-up company itself: departments, touchpoints, teams and their quality, staff, sources."""

from dataclasses import dataclass

import numpy as np

from rapport.simulation import names

RETAIL, WEB_SHOP, MEMBERSHIP = "Retail", "Web shop", "Membership"
SERVICE, MARKETING, DELIVERY = "Customer service", "Marketing", "Delivery"
DEPARTMENTS = (RETAIL, WEB_SHOP, MEMBERSHIP, SERVICE, MARKETING, DELIVERY)

TOWNS = ("Leeds", "York", "Sheffield", "Bristol", "Norwich", "Exeter", "Newcastle", "Bath")
TOWN_SHARES = (0.22, 0.11, 0.16, 0.17, 0.09, 0.08, 0.11, 0.06)
POSTCODES = ("LS", "YO", "S", "BS", "NR", "EX", "NE", "BA")

SOURCES = ("Tills", "Web shop", "Membership", "Help desk", "Deliveries", "Campaigns", "Surveys")
TILLS, WEB, MEMBERS, DESK, PARCELS, CAMPAIGNS, SURVEYS = range(len(SOURCES))


@dataclass(frozen=True, slots=True)
class Place:
    """A touchpoint: its name, the department that owns it, its channel."""

    name: str
    department: str
    channel: str
    note: str = ""


PLACES: tuple[Place, ...] = (
    *(Place(f"{town} shop", RETAIL, "in_person", "Till and shop floor") for town in TOWNS),
    Place("Web shop", WEB_SHOP, "web", "wrenfield.example"),
    Place("Wrenfield app", WEB_SHOP, "app"),
    Place("Help line", SERVICE, "voice", "Mon to Fri 8 to 20, Sat 9 to 17"),
    Place("Help line robot", SERVICE, "voice", "Press 1 for orders"),
    Place("Chat", SERVICE, "chat", "Every day 8 to 22"),
    Place("Service mail", SERVICE, "email", "An answer within a working day"),
    Place("Help pages", WEB_SHOP, "web", "Questions and answers"),
    Place("Membership desk", MEMBERSHIP, "email"),
    Place("Member news", MEMBERSHIP, "email"),
    Place("Newsletter", MARKETING, "email"),
    Place("Shop offers", RETAIL, "email"),
    Place("Web shop offers", WEB_SHOP, "email"),
    Place("Review page", MARKETING, "web"),
    Place("Short survey", SERVICE, "email"),
    Place("Parcel notes", DELIVERY, "sms", "Texts about a parcel"),
    Place("Parcels", DELIVERY, "in_person", "At the door"),
)
PLACE_NUMBER = {place.name: number for number, place in enumerate(PLACES)}


@dataclass(frozen=True, slots=True)
class Team:
    """A team and its planted quality.

    `slowness` is added to the logarithm of every wait; `care` is in logits, added to right first time and unprompted
    extras, taken from asking again, passing on and saying no. Zero is the company's average.
    """

    name: str
    department: str
    slowness: float
    care: float
    size: int


TEAMS: tuple[Team, ...] = (
    Team("Leeds shop team", RETAIL, -0.25, 0.7, 8),
    Team("York shop team", RETAIL, 0.0, 0.2, 6),
    Team("Sheffield shop team", RETAIL, 0.35, -0.6, 7),
    Team("Bristol shop team", RETAIL, 0.1, 0.0, 7),
    Team("Norwich shop team", RETAIL, -0.1, 0.4, 5),
    Team("Exeter shop team", RETAIL, -0.3, 0.5, 5),
    Team("Newcastle shop team", RETAIL, 0.2, -0.3, 6),
    Team("Bath shop team", RETAIL, 0.0, -0.1, 4),
    Team("Help line mornings", SERVICE, 0.3, -0.4, 9),
    Team("Help line evenings", SERVICE, -0.2, 0.3, 7),
    Team("Chat north", SERVICE, -0.3, 0.5, 6),
    Team("Chat south", SERVICE, 0.3, -0.5, 6),
    Team("Mail team", SERVICE, 0.0, 0.1, 7),
    Team("Depot Wakefield", DELIVERY, 0.0, 0.4, 3),
    Team("Depot Avonmouth", DELIVERY, 0.0, -0.5, 3),
)
LINE_MORNING, LINE_EVENING, CHAT_NORTH, CHAT_SOUTH, MAIL_TEAM, WAKEFIELD, AVONMOUTH = range(
    len(TOWNS), len(TEAMS)
)
SLOWNESS = np.array([team.slowness for team in TEAMS])
CARE = np.array([team.care for team in TEAMS])
SIZES = np.array([team.size for team in TEAMS])
FIRST_OF_TEAM = np.concatenate([[0], np.cumsum(SIZES)[:-1]])
STAFF_COUNT = int(SIZES.sum())


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of staff: cannot sign in, but what they did carries their name."""

    name: str
    email: str
    team: str
    department: str
    role: str


def colleagues() -> list[Colleague]:
    """All members of staff, in the order of their teams. Always the same people."""
    chance = np.random.Generator(np.random.PCG64(20_19))
    found: list[Colleague] = []
    for team in TEAMS:
        for place in range(team.size):
            origin = names.ORIGINS[int(chance.choice(len(names.ORIGINS), p=names.ORIGIN_SHARES))]
            first = str(chance.choice(names.FIRST[origin]))
            last = str(chance.choice(names.LAST[origin]))
            email = f"{first}.{last}.{len(found) + 1}@wrenfield.example".lower()
            role = "agent" if place else "lead"
            found.append(Colleague(f"{first} {last}", email, team.name, team.department, role))
    return found


@dataclass(frozen=True, slots=True)
class Register:
    """The ids under which touchpoints (as in PLACES) and staff (as in colleagues()) are stored."""

    touchpoints: tuple[int, ...]
    staff: tuple[int, ...]


def numbered() -> Register:
    """A register for a company that is not stored: ids count from 1."""
    return Register(tuple(range(1, len(PLACES) + 1)), tuple(range(1, STAFF_COUNT + 1)))
