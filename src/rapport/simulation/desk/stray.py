"""Mails that could not be placed and wait for a person, each for another reason."""

from datetime import datetime, timedelta

from rapport.simulation.desk import arriving, letters, words
from rapport.simulation.desk import cast as casting
from rapport.simulation.desk.cast import Cast
from rapport.simulation.desk.furniture import HELP, Desk
from rapport.simulation.desk.letters import Letter
from rapport.simulation.plan import Plan


def take_in(desk: Desk, cast: Cast, plan: Plan, *, until: datetime) -> None:
    """One that claims to come from a customer, one from a colleague's address, one that names nobody."""
    for place, made in enumerate(_letters(cast, plan, until)):
        arriving.take_in_mail(desk, made, at=until - timedelta(hours=2 + 5 * place))


def _letters(cast: Cast, plan: Plan, until: datetime) -> list[Letter]:
    day = f"{until:%Y%m%d}"
    made = [
        Letter("", HELP, "", words.NAMELESS, f"<{day}.none@nowhere.example>", until),
        Letter(
            f"Service <{cast.handles[0]}@wrenfield.example>",
            HELP,
            "List of members",
            words.FROM_A_COLLEAGUE,
            f"<{day}.forgotten@wrenfield.example>",
            until,
            verdict="fail",
        ),
    ]
    if person := casting.customer(plan, until.toordinal()):
        sender = letters.sender_of(person)
        name = f"<{day}.forged@nowhere.example>"
        made.append(Letter(sender, HELP, "Change of address", words.FORGED, name, until, verdict="fail"))
    return made
