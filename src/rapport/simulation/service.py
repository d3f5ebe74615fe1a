"""What we did on each occasion: the service facts, by team, channel and hour. Feelings come after."""

from dataclasses import dataclass

import numpy as np

from rapport.simulation import company, planted, products
from rapport.simulation.days import ANY, CHAT, DAY, LINE, SHOP, Bools, Calendar, Floats, Ints
from rapport.simulation.occasions import Occasions
from rapport.simulation.people import People

IN_PERSON, VOICE, CHATTING, MAIL = range(4)
CHANNELS = ("in_person", "voice", "chat", "email")
HOURS = np.array([SHOP, LINE, CHAT, ANY])
TYPICAL = np.array([planted.TYPICAL_WAIT_SECONDS[name] for name in CHANNELS], dtype=float)
PROMISED = np.array([planted.PROMISED_WAIT_SECONDS[name] for name in CHANNELS], dtype=float)
PROMISED_DAYS = (2, 3, 5)
FINE, FAULT, LATE, PRICE, ASKING = range(5)
"""What a contact is about: nothing went wrong before it (FINE: an order), a faulty thing, a late parcel, the price."""


@dataclass(frozen=True, slots=True)
class Orders:
    """The buying side of each occasion. Moments are Unix seconds, waits seconds, money pence."""

    team: Ints
    colleague: Ints
    wait: Ints
    items: Ints
    item_count: Ints
    amount: Ints
    is_as_quoted: Bools
    over_quote: Ints
    promised_at: Ints
    delivered_at: Ints
    is_late: Bools
    depot: Ints
    is_returned: Bools
    is_extra: Bools


@dataclass(frozen=True, slots=True)
class Contacts:
    """The asking side of each occasion; only rows with `is_made` count.

    `wanted` and `used` are channels; `inside` is seconds in self-service (0: not entered). Whoever gives up waiting and
    comes back (`is_back`) writes a mail instead; `first_*` is then the attempt given up.
    """

    is_made: Bools
    about: Ints
    moment: Ints
    wanted: Ints
    used: Ints
    team: Ints
    colleague: Ints
    inside: Ints
    is_solved_alone: Bools
    is_unanswered: Bools
    is_given_up: Bools
    is_back: Bools
    first_used: Ints
    first_team: Ints
    first_wait: Ints
    wait: Ints
    place: Ints
    transfers: Ints
    is_asked_again: Bools
    is_history_seen: Bools
    is_refused: Bools
    is_right: Bools
    call_back_at: Ints
    call_back_done_at: Ints
    concession: Ints


def orders(rng: np.random.Generator, people: People, at: Occasions, calendar: Calendar) -> Orders:
    """How buying went, had everybody stayed."""
    size, town = len(at.who), people.town[at.who]
    depot = np.where(np.isin(town, (0, 1, 2, 6)), company.WAKEFIELD, company.AVONMOUTH)
    december = calendar.month[at.day] == 12
    team = np.where(at.is_web, depot, town)
    care = company.CARE[team]
    late = rng.random(size) > _share("on_time", company.CARE[depot] - 0.7 * december)
    is_late = at.is_web & late
    promised_days = np.array(PROMISED_DAYS)[rng.integers(0, 3, size)]
    due = calendar.midnight[at.day + promised_days] + 20 * 3600
    slip = np.where(is_late, 1 + rng.geometric(0.45, size), -rng.integers(0, promised_days))
    delivered = calendar.midnight[at.day + promised_days + slip] + 8 * 3600 + rng.integers(0, 11 * 3600, size)
    busy = planted.WAIT["december"] * december
    wait = TYPICAL[IN_PERSON] * np.exp(company.SLOWNESS[town] + busy + _spread(rng, size))
    items, item_count, amount = _baskets(rng, people.price_sense[at.who], at.is_web)
    as_quoted = rng.random(size) < planted.RATES["price_as_quoted"]
    over = np.where(as_quoted, 0, 100 + 50 * rng.integers(0, 17, size))
    return Orders(
        team=team,
        colleague=_colleague(rng, team),
        wait=np.where(at.is_web, 0, np.minimum(wait, 3600)).astype(np.int64),
        items=items,
        item_count=item_count,
        amount=amount + over,
        is_as_quoted=as_quoted,
        over_quote=over,
        promised_at=np.where(at.is_web, due, 0),
        delivered_at=np.where(at.is_web, delivered, 0),
        is_late=is_late,
        depot=depot,
        is_returned=rng.random(size) < planted.RATES["returned"],
        is_extra=~at.is_web & (rng.random(size) < _share("unprompted_extra", care)),
    )


def contacts(
    rng: np.random.Generator, people: People, at: Occasions, bought: Orders, calendar: Calendar
) -> Contacts:
    """Who had to get in touch, and how that went."""
    size, rates = len(at.who), planted.RATES
    chance = np.full(size, rates["contact_after_good_purchase"])
    chance = np.where(bought.is_late, rates["contact_after_late_delivery"], chance)
    chance = np.where(bought.is_as_quoted, chance, rates["contact_after_wrong_price"])
    chance = np.where(at.is_purchase, chance, 0.65)
    about = np.where(rng.random(size) < 0.4, FAULT, FINE)
    about = np.where(bought.is_late, LATE, np.where(bought.is_as_quoted, about, PRICE))
    about = np.where(at.is_purchase, about, ASKING)
    is_made = rng.random(size) < chance
    wanted = people.wanted_channel[at.who]
    alone = rng.random(size) < rates["selfservice_first"]
    inside = np.where(alone, rng.lognormal(4.7, 0.8, size), 0.0)
    is_solved = alone & (rng.random(size) < rates["selfservice_solved"])
    closed = rng.random(size) < 0.12
    used = np.where(closed, rng.integers(1, 4, size), wanted)
    used = np.where((used == IN_PERSON) & (about == LATE), VOICE, used)
    moment = _contact_moment(rng, at, bought, calendar, used)
    return _served(
        rng,
        people.patience[at.who],
        calendar,
        {
            "is_made": is_made,
            "about": about,
            "moment": moment,
            "wanted": wanted,
            "first_used": used,
            "inside": inside.astype(np.int64),
            "is_solved_alone": is_solved & is_made,
            "town": people.town[at.who],
        },
    )


def _contact_moment(
    rng: np.random.Generator, at: Occasions, bought: Orders, calendar: Calendar, used: Ints
) -> Ints:
    after = np.where(at.is_web, np.maximum(bought.promised_at, 0), at.moment)
    lag = np.where(at.is_purchase, 1 + rng.geometric(0.35, len(used)), 0)
    day = np.searchsorted(calendar.midnight, after, side="right") - 1 + lag
    day = np.clip(day, 0, len(calendar.midnight) - 3)
    moment = calendar.moment(calendar.open_day(day, HOURS[used]), HOURS[used], rng.random(len(used)))
    return np.maximum(moment, at.moment + 1800)


def _served(
    rng: np.random.Generator, patience: Floats, calendar: Calendar, asked: dict[str, np.ndarray]
) -> Contacts:
    moment, size = asked["moment"], len(patience)
    served = asked["is_made"] & ~asked["is_solved_alone"]
    queued = _queued(rng, patience, calendar, asked | {"is_served": served})
    is_reached = served & (~queued["is_given_up"] | queued["is_back"])
    care = company.CARE[queued["team"]]
    call_back = is_reached & (rng.random(size) < planted.RATES["call_back_promised"])
    day = (
        np.searchsorted(calendar.midnight, moment, side="right")
        + queued["is_back"]
        + rng.integers(0, 2, size)
    )
    due = calendar.midnight[day] + 3600 * rng.integers(11, 19, size)
    kept = rng.random(size) < _share("call_back_kept", care)
    done = np.where(kept, due - rng.integers(300, 5400, size), due + 3600 + DAY * rng.integers(0, 4, size))
    transfers = (rng.random(size) < _share("transferred", -care)).astype(np.int64)
    transfers += transfers & (rng.random(size) < 0.25)
    is_right = is_reached & (rng.random(size) < _share("right_first_time", care))
    grudge = is_reached & (~is_right | queued["is_given_up"]) & (rng.random(size) < 0.35)
    asked.pop("town")
    return Contacts(
        **asked | queued,
        colleague=_colleague(rng, queued["team"]),
        transfers=np.where(is_reached, transfers, 0),
        is_asked_again=is_reached & (rng.random(size) < _share("asked_again", 1.2 * (transfers > 0) - care)),
        is_history_seen=rng.random(size) < _share("history_seen", care),
        is_refused=is_reached & (rng.random(size) < _share("refused", -care)),
        is_right=is_right,
        call_back_at=np.where(call_back, due, 0),
        call_back_done_at=np.where(call_back, done, 0),
        concession=np.where(grudge, 500 * rng.integers(1, 5, size), 0),
    )


def _queued(
    rng: np.random.Generator, patience: Floats, calendar: Calendar, asked: dict[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """Who waited for which team how long, who gave up, and who came back by mail."""
    size, used, moment = len(patience), asked["first_used"], asked["moment"]
    day = np.searchsorted(calendar.midnight, moment, side="right") - 1
    team = _team(rng, used, asked["town"], moment - calendar.midnight[day])
    wait = _wait(rng, calendar, (day, moment), used, team)
    limit = TYPICAL[used] * np.exp(1.5 + 0.5 * patience + 0.3 * rng.standard_normal(size))
    is_live = (used == VOICE) | (used == CHATTING)
    given_up = asked["is_served"] & is_live & (wait > limit)
    is_back = given_up & (rng.random(size) < 0.6)
    by_mail = _wait(rng, calendar, (day, moment), np.full(size, MAIL), np.full(size, company.MAIL_TEAM))
    waited = np.where(given_up, limit, wait).astype(np.int64)
    return {
        "is_unanswered": asked["is_served"]
        & (used == VOICE)
        & (rng.random(size) < planted.RATES["unanswered"]),
        "is_given_up": given_up,
        "is_back": is_back,
        "first_team": team,
        "first_wait": waited,
        "used": np.where(is_back, MAIL, used),
        "team": np.where(is_back, company.MAIL_TEAM, team),
        "wait": np.where(is_back, by_mail.astype(np.int64), waited),
        "place": np.where(is_live, 1 + (wait / TYPICAL[used] * 2).astype(np.int64), 0),
    }


def _team(rng: np.random.Generator, used: Ints, town: Ints, second_of_day: Ints) -> Ints:
    line = np.where(second_of_day < 14 * 3600, company.LINE_MORNING, company.LINE_EVENING)
    chat = np.where(rng.random(len(used)) < 0.5, company.CHAT_NORTH, company.CHAT_SOUTH)
    return np.choose(used, [town, line, chat, np.full(len(used), company.MAIL_TEAM)])


def _wait(
    rng: np.random.Generator, calendar: Calendar, when: tuple[Ints, Ints], used: Ints, team: Ints
) -> Floats:
    day, moment = when
    busy = planted.WAIT["monday_morning"] * calendar.is_monday_morning(day, moment)
    busy = busy + planted.WAIT["december"] * (calendar.month[day] == 12)
    wait: Floats = TYPICAL[used] * np.exp(company.SLOWNESS[team] + busy + _spread(rng, len(used)))
    return wait


def _spread(rng: np.random.Generator, size: int) -> Floats:
    return planted.WAIT["spread"] * rng.standard_normal(size)


def _share(rate: str, logits: Floats) -> Floats:
    base = planted.RATES[rate]
    odds: Floats = base / (1 - base) * np.exp(logits)
    return odds / (1 + odds)


def _colleague(rng: np.random.Generator, team: Ints) -> Ints:
    return company.FIRST_OF_TEAM[team] + rng.integers(0, company.SIZES[team])


def _baskets(rng: np.random.Generator, price_sense: Floats, is_web: Bools) -> tuple[Ints, Ints, Ints]:
    """Up to three things (numbers packed in base 100); those with a sense for prices buy cheaper things.

    What cannot be sent (classes, repairs) is not sold on the web.
    """
    size = len(price_sense)
    item_count = 1 + rng.binomial(2, 0.28, size)
    taste = rng.beta(1.0, 1.35 + 0.25 * np.clip(price_sense, -2, 2)[:, None], (size, 3))
    shelves = [np.flatnonzero(products.IS_SENT), np.arange(len(products.MINOR))]
    by_price = [shelf[np.argsort(products.MINOR[shelf], kind="stable")] for shelf in shelves]
    sent, any_thing = (shelf[(np.minimum(taste, 0.999) * len(shelf)).astype(np.int64)] for shelf in by_price)
    chosen = np.where(is_web[:, None], sent, any_thing)
    counts = np.arange(3) < item_count[:, None]
    amount = (products.MINOR[chosen] * counts).sum(axis=1)
    return chosen[:, 0] + 100 * chosen[:, 1] + 10_000 * chosen[:, 2], item_count, amount
