"""Who the customers of a block are: names, homes, temperaments, identifiers, families, doubles, organisations."""

from dataclasses import dataclass, replace

import numpy as np

from rapport.customers.directory.rules import Claim
from rapport.simulation import company, names, planted
from rapport.simulation.days import Bools, Floats, Ints
from rapport.simulation.plan import BLOCK

FAMILY, DOUBLE, COLLEAGUES = "family", "double", "colleagues"
_PHONES = 1_000_000


@dataclass(frozen=True, slots=True)
class People:
    """The people of a block as columns; `number` counts customers over the whole company from 0.

    Temperaments are standard normal. `double_of` is the position of the same person's other record or -1;
    `family` and `organisation` number the group within the block or -1.
    """

    number: Ints
    origin: Ints
    first: Ints
    last: Ints
    town: Ints
    street: Ints
    house: Ints
    born: Ints
    patience: Floats
    warmth: Floats
    price_sense: Floats
    voice: Floats
    web_share: Floats
    has_account: Bools
    is_member: Bools
    has_phone: Bools
    uses_app: Bools
    is_prospect: Bools
    is_new: Bools
    joined_share: Floats
    rate_per_year: Floats
    leaving_chance: Floats
    wanted_channel: Ints
    agrees_marketing: Bools
    agrees_surveys: Bools
    is_never_asked: Bools
    double_of: Ints
    family: Ints
    organisation: Ints
    chance: Ints


def draw(rng: np.random.Generator, block: int) -> People:
    """The people of one block."""
    size = BLOCK
    groups = _groups(rng)
    drawn = _persons(rng) | _relations(rng)
    family, organisation, double_of = groups
    for column in ("origin", "first", "last", "town", "street", "house"):
        _share_with_first(drawn[column], family)
    drawn["first"] += _place_in(family)
    for column in ("origin", "first", "last", "town", "street", "house", "born", "patience", "warmth"):
        copies = double_of >= 0
        drawn[column][copies] = drawn[column][double_of[copies]]
    drawn["has_account"] |= (
        drawn["uses_app"] | (organisation >= 0) | ~(drawn["is_member"] | drawn["has_phone"])
    )
    return People(
        number=np.arange(size) + block * size,
        family=family,
        organisation=organisation,
        double_of=double_of,
        **drawn,
    )


def as_newcomers(people: People, *, first: float, last: float) -> People:
    """The same people, who come only between two points in time, counted in shares of the first years."""
    joined = first + people.joined_share * (last - first)
    return replace(people, is_new=np.full(BLOCK, fill_value=True), joined_share=joined)


def _groups(rng: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    """Families, organisations and doubles as runs of neighbours: a run starts anywhere, runs never overlap."""
    family, organisation, double_of = (np.full(BLOCK, -1) for _ in range(3))
    position, run = 0, 0
    while position < BLOCK - 8:
        kind = str(rng.choice(["alone", FAMILY, DOUBLE, COLLEAGUES], p=[0.915, 0.05, 0.025, 0.01]))
        length = {
            "alone": 1,
            FAMILY: int(rng.integers(2, 5)),
            DOUBLE: 2,
            COLLEAGUES: int(rng.integers(2, 7)),
        }[kind]
        if kind == FAMILY:
            family[position : position + length] = run
        elif kind == COLLEAGUES:
            organisation[position : position + length] = run
        elif kind == DOUBLE:
            double_of[position + 1] = position
        position, run = position + length, run + 1
    return family, organisation, double_of


def _persons(rng: np.random.Generator) -> dict[str, np.ndarray]:
    origin = rng.choice(len(names.ORIGINS), BLOCK, p=names.ORIGIN_SHARES)
    return {
        "origin": origin,
        "first": rng.integers(0, 2**31, BLOCK),
        "last": rng.integers(0, 2**31, BLOCK),
        "town": rng.choice(len(company.TOWNS), BLOCK, p=company.TOWN_SHARES),
        "street": rng.integers(0, len(names.STREETS), BLOCK),
        "house": rng.integers(1, 180, BLOCK),
        "born": 1940 + (rng.beta(2.2, 2.0, BLOCK) * 66).astype(np.int64),
        "patience": rng.standard_normal(BLOCK),
        "warmth": rng.standard_normal(BLOCK),
        "price_sense": rng.standard_normal(BLOCK),
        "voice": rng.standard_normal(BLOCK),
        "chance": rng.integers(0, 2**62, BLOCK),
    }


def _relations(rng: np.random.Generator) -> dict[str, np.ndarray]:
    buying, consent = planted.BUYING, planted.CONSENT
    web_share = rng.beta(1.1, 1.1, BLOCK)
    scale = buying["rate_mean_per_year"] / buying["rate_shape"]
    return {
        "web_share": web_share,
        "has_account": rng.random(BLOCK) < 0.25 + 0.7 * web_share,
        "is_member": rng.random(BLOCK) < 0.42,
        "has_phone": rng.random(BLOCK) < 0.66,
        "uses_app": rng.random(BLOCK) < 0.30 * web_share,
        "is_prospect": rng.random(BLOCK) < planted.PROSPECT_SHARE,
        "is_new": rng.random(BLOCK) < planted.NEW_SHARE,
        "joined_share": rng.random(BLOCK),
        "rate_per_year": rng.gamma(buying["rate_shape"], scale, BLOCK),
        "leaving_chance": rng.beta(buying["dropout_a"], buying["dropout_b"], BLOCK),
        "wanted_channel": rng.choice(4, BLOCK, p=[0.12, 0.40, 0.26, 0.22]),
        "agrees_marketing": rng.random(BLOCK) < consent["marketing"],
        "agrees_surveys": rng.random(BLOCK) < consent["surveys"],
        "is_never_asked": rng.random(BLOCK) < planted.NEVER_ASKED,
    }


def _share_with_first(column: np.ndarray, group: Ints) -> None:
    members = np.flatnonzero(group >= 0)
    _, first = np.unique(group[members], return_index=True)
    leader = {int(group[members[at]]): members[at] for at in first}
    column[members] = column[[leader[int(run)] for run in group[members]]]


def _place_in(group: Ints) -> Ints:
    """The place of each member in their family, 0 for the first: no two are called alike."""
    starts = np.flatnonzero(np.diff(group, prepend=-2) != 0)
    return np.where(group >= 0, np.arange(BLOCK) - np.repeat(starts, np.diff(starts, append=BLOCK)), 0)


@dataclass(frozen=True, slots=True)
class Person:
    """One customer in words, with the claims they make on each occasion."""

    number: int
    first: str
    last: str
    email: str
    phone: str
    town: str
    address: str
    postcode: str
    birth_date: str
    account: Claim
    mail: Claim
    login: tuple[Claim, ...]
    at_web: tuple[Claim, ...]
    browsing: tuple[Claim, ...]
    at_till: tuple[Claim, ...]
    by_phone: tuple[Claim, ...]
    by_mail: tuple[Claim, ...]
    organisation: Claim | None
    organisation_traits: dict[str, str]


def described(people: People, seed: int) -> list[Person]:
    """The people of a block one by one."""
    columns = {name: getattr(people, name).tolist() for name in People.__slots__}
    return [_describe({name: column[i] for name, column in columns.items()}, i, seed) for i in range(BLOCK)]


def _describe(row: dict[str, int], position: int, seed: int) -> Person:
    origin = names.ORIGINS[row["origin"]]
    first = names.FIRST[origin][row["first"] % len(names.FIRST[origin])]
    last = names.LAST[origin][row["last"] % len(names.LAST[origin])]
    number, street = row["number"], names.STREETS[row["street"]]
    mail, phone = _contact_points(row, first, last)
    account = Claim("user_id", f"w{100_000 + number}", "log-in")
    member = (Claim("external", f"member_no:{20_000 + number}", "member card"),) if row["is_member"] else ()
    strong = (account, mail) if row["has_account"] else (mail,)
    browsing = _browser(row, position, seed)
    organisation, traits = _organisation(row, number - position, last, street)
    return Person(
        number=number,
        first=first,
        last=last,
        email=mail.value,
        phone=phone[0].value if phone else "",
        town=company.TOWNS[row["town"]],
        address=f"{row['house']} {street}",
        postcode=f"{company.POSTCODES[row['town']]}{1 + row['street'] % 17} {1 + row['house'] % 9}{_letters(row)}",
        birth_date=_birth_date(row),
        account=account,
        mail=mail,
        login=(*strong, *browsing),
        at_web=(*strong, browsing[0]) if row["has_account"] else strong,
        browsing=browsing[:1],
        at_till=member or (mail,),
        by_phone=phone + (member if row["chance"] % 3 else ()) or strong,
        by_mail=(Claim("email", mail.value, "a mail from it"),),
        organisation=organisation,
        organisation_traits=traits,
    )


def _contact_points(row: dict[str, int], first: str, last: str) -> tuple[Claim, tuple[Claim, ...]]:
    number = row["number"]
    host = names.MAIL_HOSTS[row["chance"] % len(names.MAIL_HOSTS)]
    start = f"{first[0] if row['chance'] % 4 == 1 else first}.{last}"
    start = f"{last}.{first[0]}" if row["double_of"] >= 0 else start
    proof = "a confirmed address" if row["has_account"] else ""
    mail = Claim("email", f"{start}{number + 10}@{host}".lower(), proof)
    # 01632 is not in use in the United Kingdom (Ofcom): nobody could be rung by mistake.
    has_phone = row["has_phone"] and number < _PHONES
    phone = (Claim("phone", f"+441632{(number * 617_963 + 204_417) % _PHONES:06d}", "a call from it"),)
    return mail, phone if has_phone else ()


def _browser(row: dict[str, int], position: int, seed: int) -> tuple[Claim, ...]:
    number = row["number"]
    own = Claim("anonymous_id", f"{row['chance'] & 0xFFFFFFFF:08x}{number:08x}{seed & 0xFFFF:04x}")
    if row["family"] >= 0:
        return (own, Claim("device", f"tablet-{number - position:x}-{row['family']:03x}"))
    return (own, Claim("device", f"phone-{number:08x}")) if row["uses_app"] else (own,)


def _organisation(
    row: dict[str, int], block: int, last: str, street: str
) -> tuple[Claim | None, dict[str, str]]:
    if row["organisation"] < 0:
        return None, {}
    town = company.TOWNS[row["town"]]
    form, sort = names.ORGANISATION_FORMS[row["organisation"] % len(names.ORGANISATION_FORMS)]
    name = form.format(town=town, last=last, street=street.rsplit(" ", 1)[0])
    claim = Claim("organisation_id", f"org-{block + row['organisation']}", "our accounts")
    return claim, {"name": name, "sort": sort, "town": town}


def _birth_date(row: dict[str, int]) -> str:
    month, day = 1 + (row["first"] + row["house"]) % 12, 1 + (row["first"] // 12 + row["street"]) % 28
    return f"{row['born']}-{month:02d}-{day:02d}"


def _letters(row: dict[str, int]) -> str:
    alphabet = "ABDEFGHJLNPQRSTUWXYZ"
    return alphabet[row["house"] % 20] + alphabet[row["street"] % 20]
