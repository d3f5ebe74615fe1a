"""The relation itself: first words, what they told us, consents, membership, and the campaigns of four departments."""

from dataclasses import dataclass

import numpy as np

from rapport.simulation import company, names, planted, texts
from rapport.simulation.days import DAY, Calendar
from rapport.simulation.plan import BLOCK, CURRENCY
from rapport.simulation.products import MEMBERSHIP_MINOR
from rapport.simulation.telling import HELP_LINE, MEMBERSHIP_DESK, SHOPS, WEB_SHOP, Teller, pick, place

_YEAR = 365 * DAY


@dataclass(frozen=True, slots=True)
class Campaign:
    """One mailing of one department: `share` of those who may get it do."""

    code: str
    place: int
    department: str
    day: int
    second: int
    share: float
    is_members_only: bool
    is_local: bool


_RHYTHMS = (
    ("Newsletter", 30, 1, 0.35, False, False),
    ("Member news", 30, 2, 0.50, True, False),
    ("Shop offers", 21, 4, 0.15, False, True),
    ("Web shop offers", 14, 3, 0.12, False, False),
)
"""Touchpoint, every so many days, weekday, share, members only, by town. Nobody compares calendars."""


def campaigns(calendar: Calendar) -> list[Campaign]:
    """All mailings of the period and of the year laid out ahead, in order of time."""
    found: list[Campaign] = []
    for name, every, weekday, share, members, local in _RHYTHMS:
        for start in range(every // 2, calendar.whole, every):
            day = start + (weekday - int(calendar.weekday[start])) % 7
            department = company.PLACES[place(name)].department
            code = f"{name.lower().replace(' ', '-')}-{len(found) + 1}"
            second = int(calendar.midnight[day]) + (8 + weekday) * 3600
            found.append(Campaign(code, place(name), department, day, second, share, members, local))
    return sorted(found, key=lambda campaign: (campaign.second, campaign.code))


def receivers(rng: np.random.Generator, mailings: list[Campaign], is_member: np.ndarray) -> list[list[int]]:
    """Per customer of a block, the mailings that would reach them with consent (positions in `mailings`)."""
    shares = np.array([mailing.share for mailing in mailings])[:, None]
    members = np.array([mailing.is_members_only for mailing in mailings], dtype=bool)[:, None]
    chosen = (rng.random((len(mailings), BLOCK)) < shares) & (is_member[None, :] | ~members)
    return [np.flatnonzero(chosen[:, position]).tolist() for position in range(BLOCK)]


@dataclass(slots=True)
class Relation:
    """What frames one customer's story; moments are Unix seconds."""

    begins: int
    is_web: bool
    is_member: bool
    has_account: bool
    agrees_marketing: bool
    agrees_surveys: bool
    is_new: bool
    town: int
    luck: int


def tell_first(teller: Teller, relation: Relation) -> None:
    """How they became known: an account, a card, or a first question; with consents, proven together."""
    person, luck, begins = teller.person, relation.luck, relation.begins
    claims = tuple(
        dict.fromkeys((*person.login[: 1 + relation.has_account], *person.at_till, *person.by_phone))
    )
    source, where = (company.WEB, WEB_SHOP) if relation.has_account else (company.TILLS, SHOPS[relation.town])
    teller.tell(
        begins,
        "profile",
        source,
        where,
        claims=claims,
        is_login=True,
        traits=_told_at_sign_up(teller, luck),
        consents={
            "marketing": "granted" if relation.agrees_marketing else "denied",
            "surveys": "granted" if relation.agrees_surveys else "denied",
        },
        consent_proof="ticked at sign-up",
        organisation=person.organisation,
        organisation_traits=person.organisation_traits,
        subject="opened an account" if relation.has_account else "gave an address at the till",
    )
    teller.met(begins)
    if person.organisation:
        teller.tell(
            begins + 60,
            "membership",
            source,
            where,
            claims=person.at_web,
            organisation=person.organisation,
            organisation_traits=person.organisation_traits,
            subject=person.organisation_traits["name"],
        )
    _tell_manner(teller, begins + 3 * DAY, luck)


def _told_at_sign_up(teller: Teller, luck: int) -> dict[str, object]:
    person = teller.person
    names_and_home: dict[str, object] = {
        "first_name": person.first,
        "last_name": person.last,
        "town": person.town,
        "postcode": person.postcode,
        "address": person.address,
    }
    return names_and_home | {"birth_date": person.birth_date} if luck % 5 < 3 else names_and_home


def _tell_manner(teller: Teller, moment: int, luck: int) -> None:
    if luck % 5 == 1:
        teller.tell(
            moment,
            "profile",
            company.DESK,
            HELP_LINE,
            claims=teller.person.by_phone,
            channel="voice",
            traits={"manner": pick(names.MANNERS, luck >> 4)},
            subject="how they like to be served",
        )
        teller.met(moment)


def tell_membership(teller: Teller, relation: Relation, until: int) -> None:
    """Joining with a card, what they told the desk, and the yearly fee."""
    person, luck = teller.person, relation.luck
    joined = relation.begins + 120
    if relation.is_new:
        teller.tell(
            joined,
            "subscription_started",
            company.MEMBERS,
            MEMBERSHIP_DESK,
            claims=person.at_till,
            subject="as a member",
            properties='{"sort":"membership"}',
            traits={"favourite": pick(names.FAVOURITES, luck >> 9), "shoe_size": 3 + luck % 9},
        )
        teller.met(joined)
    year = joined + (0 if relation.is_new else luck % _YEAR)
    while year <= until:
        teller.tell(
            year + 30,
            "payment",
            company.MEMBERS,
            MEMBERSHIP_DESK,
            claims=person.at_till,
            amount_minor=MEMBERSHIP_MINOR,
            currency=CURRENCY,
            subject="membership for a year",
            properties='{"sort":"membership_fee"}',
        )
        year += _YEAR


def tell_campaigns(teller: Teller, relation: Relation, mailings: list[Campaign], until: int) -> int:
    """Mailings from the start on; two departments within two days may cost us the consent. Returns how many.

    After `until` (when the customer has gone) mailings go on for sixty days, as they do.
    """
    sent, luck = 0, relation.luck
    last: Campaign | None = None
    for mailing in mailings:
        if mailing.second <= relation.begins or mailing.second > until + 60 * DAY:
            continue
        _send(teller, mailing, relation)
        sent += 1
        collides = last and last.department != mailing.department and mailing.second - last.second <= 2 * DAY
        last = mailing
        luck = (luck * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407) % 2**63
        if collides and mailing.second < until and (luck >> 20) % 10_000 < 10_000 * _WITHDRAWN:
            teller.tell(
                mailing.second + 5400,
                "consent",
                company.CAMPAIGNS,
                mailing.place,
                claims=(teller.person.mail,),
                consents={"marketing": "denied"},
                consent_proof="clicked to end the mails",
                subject="No more mails, please",
                properties='{"purpose":"marketing","state":"denied"}',
            )
            teller.met(mailing.second + 5400)
            break
    return sent


_WITHDRAWN = planted.CONSENT["withdrawn_per_collision"]


def _send(teller: Teller, mailing: Campaign, relation: Relation) -> None:
    titles = texts.CAMPAIGNS[company.PLACES[mailing.place].name]
    subject = titles[mailing.day % len(titles)]
    if "{" in subject:
        subject = subject.format(town=teller.person.town, season=texts.SEASONS[mailing.day // 30 % 12])
    teller.tell(
        mailing.second + relation.luck % 900,
        "campaign",
        company.CAMPAIGNS,
        mailing.place,
        claims=(teller.person.mail,),
        direction="out",
        subject=subject,
        properties=f'{{"campaign":"{mailing.code}","department":"{mailing.department}"}}',
    )
