"""Buying: looking, logging in, waiting at the till, paying, being promised a parcel and getting it, sending it back."""

from dataclasses import dataclass

from rapport.simulation import company, planted, products, texts
from rapport.simulation.plan import CURRENCY
from rapport.simulation.telling import (
    APP,
    PARCEL_NOTES,
    PARCELS,
    SHOPS,
    WEB_SHOP,
    Teller,
    iso,
    item_name,
    items_of,
    length,
    pick,
    yes,
)

_SHELVES = ("shoes", "jackets", "tents", "maps", "classes", "sale", "repairs", "rucksacks")


@dataclass(slots=True)
class Purchase:
    """One occasion of buying, in plain values; see `occasions` and `service` for units."""

    moment: int
    is_web: bool
    is_purchase: bool
    team: int
    colleague: int
    wait: int
    items: int
    item_count: int
    amount: int
    is_as_quoted: bool
    over_quote: int
    promised_at: int
    delivered_at: int
    is_late: bool
    depot: int
    is_returned: bool
    is_extra: bool
    town: int
    uses_app: bool
    has_account: bool
    order: str
    luck: int


def tell(teller: Teller, bought: Purchase) -> None:
    """One occasion of buying, or only of looking."""
    teller.met(bought.moment)
    if not bought.is_purchase:
        _look(teller, bought, -60)
    elif bought.is_web:
        _buy_on_the_web(teller, bought)
    else:
        _buy_in_the_shop(teller, bought)


def _look(teller: Teller, bought: Purchase, lead: int) -> None:
    luck, person = bought.luck, teller.person
    if not bought.is_web:
        teller.tell(
            bought.moment,
            "visit",
            company.TILLS,
            SHOPS[bought.town],
            claims=person.at_till,
            channel="in_person",
            subject="a look round the shop",
            properties=f'{{"minutes":{5 + luck % 35}}}',
        )
        return
    shelf = pick(_SHELVES, luck >> 3)
    teller.tell(
        bought.moment + lead,
        "page_view",
        company.WEB,
        WEB_SHOP,
        claims=person.browsing,
        subject=shelf,
        properties=f'{{"path":"/{shelf}","seconds_on_page":{20 + luck % 300}}}',
    )


def _buy_on_the_web(teller: Teller, bought: Purchase) -> None:
    person, luck = teller.person, bought.luck
    in_app = bought.uses_app and luck % 3 > 0
    where, channel = (APP, "app") if in_app else (WEB_SHOP, "web")
    if luck % 5 < 2 and (bought.has_account or luck % 7 == 0):
        _look(teller, bought, -240 - luck % 900)
    if bought.has_account:
        teller.tell(
            bought.moment - 60,
            "login",
            company.WEB,
            where,
            claims=person.login,
            is_login=True,
            channel=channel,
        )
    teller.tell(
        bought.moment,
        "purchase",
        company.WEB,
        where,
        claims=person.at_web,
        channel=channel,
        organisation=person.organisation,
        **_paid(bought),
    )
    _promise_parcel(teller, bought)
    if bought.is_returned:
        _send_back(teller, bought, bought.delivered_at)


def _buy_in_the_shop(teller: Teller, bought: Purchase) -> None:
    person, shop, staff = teller.person, SHOPS[bought.town], teller.staff(bought.colleague)
    team = company.TEAMS[bought.team].name
    promised = planted.PROMISED_WAIT_SECONDS["in_person"]
    teller.tell(
        bought.moment - 30,
        "waited",
        company.TILLS,
        shop,
        claims=person.at_till,
        staff_id=staff,
        subject=f"{length(bought.wait)} at the till",
        properties=f'{{"wait_seconds":{bought.wait},"promised_seconds":{promised},"team":"{team}"}}',
    )
    extra = pick(texts.EXTRAS, bought.luck >> 7) if bought.is_extra else ""
    teller.tell(
        bought.moment,
        "purchase",
        company.TILLS,
        shop,
        claims=person.at_till,
        staff_id=staff,
        organisation=person.organisation,
        text=f"Unasked: {extra}" if extra else "",
        **_paid(bought, team),
    )
    if bought.is_returned:
        _send_back(teller, bought, bought.moment)


def _paid(bought: Purchase, team: str = "") -> dict[str, object]:
    chosen = items_of(bought.items, bought.item_count)
    lines = ",".join(products.ITEMS_AS_JSON[item] for item in chosen)
    quoted = bought.amount - bought.over_quote
    where = f',"team":"{team}","unprompted_extra":{yes(bought.is_extra)}' if team else ""
    return {
        "subject": _listed([products.NAMES[item].split(",")[0] for item in chosen]),
        "amount_minor": bought.amount,
        "currency": CURRENCY,
        "properties": f'{{"order_no":"{bought.order}","items":[{lines}],"quoted_minor":{quoted},'
        f'"price_as_quoted":{yes(bought.is_as_quoted)}{where}}}',
    }


def _listed(names: list[str]) -> str:
    rest = [name[0].lower() + name[1:] for name in names[1:]]
    return names[0] if not rest else ", ".join([names[0], *rest[:-1]]) + f" and {rest[-1]}"


def _promise_parcel(teller: Teller, bought: Purchase) -> None:
    order, due, done = bought.order, bought.promised_at, bought.delivered_at
    person, depot = teller.person, company.TEAMS[bought.depot].name
    identity = f'"promise_id":"{order}-parcel","about":"delivery","order_no":"{order}","due_at":"{iso(due)}"'
    teller.tell(
        bought.moment + 5,
        "promise_made",
        company.WEB,
        WEB_SHOP,
        claims=(person.mail,),
        direction="out",
        subject=f"parcel {order}",
        properties=f"{{{identity}}}",
    )
    verb, at = ("promise_broken", due + 1) if bought.is_late else ("promise_kept", done + 1)
    if bought.is_late:
        teller.tell(
            at,
            verb,
            company.PARCELS,
            PARCEL_NOTES,
            claims=(person.mail,),
            direction="none",
            subject=f"parcel {order} is late",
            properties=f'{{{identity},"team":"{depot}"}}',
        )
    teller.tell(
        done,
        "delivery",
        company.PARCELS,
        PARCELS,
        claims=(person.mail,),
        direction="out",
        staff_id=teller.staff(bought.colleague),
        subject=f"parcel {order}",
        properties=f'{{"order_no":"{order}","promised_at":"{iso(due)}","delivered_at":"{iso(done)}",'
        f'"on_time":{yes(not bought.is_late)},"late_seconds":{max(0, done - due)},"team":"{depot}"}}',
    )
    if not bought.is_late:
        teller.tell(
            at,
            verb,
            company.PARCELS,
            PARCEL_NOTES,
            claims=(person.mail,),
            direction="none",
            subject=f"parcel {order} came in time",
            properties=f'{{{identity},"done_at":"{iso(done)}","team":"{depot}"}}',
        )
    teller.met(done)


def _send_back(teller: Teller, bought: Purchase, after: int) -> None:
    moment = after + 86_400 * (2 + bought.luck % 20)
    item = items_of(bought.items, 1)[0]
    by_post = bought.is_web
    teller.tell(
        moment,
        "refund",
        company.WEB if by_post else company.TILLS,
        WEB_SHOP if by_post else SHOPS[bought.town],
        claims=teller.person.at_web if by_post else teller.person.at_till,
        amount_minor=-int(products.MINOR[item]),
        currency=CURRENCY,
        subject=f"{item_name(item)} brought back",
        properties=f'{{"order_no":"{bought.order}","items":[{products.ITEMS_AS_JSON[item]}]}}',
    )
    teller.met(moment)
