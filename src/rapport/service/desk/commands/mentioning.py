"""Who is named in a note."""

from rapport.service.desk.models import Case
from rapport.service.desk.rules.wording import MOST_MENTIONED, mentions
from rapport.staff.people import queries as people
from rapport.staff.roles import queries as roles
from rapport.staff.roles.rules import EVERYTHING


def named_in(text: str, case: Case) -> list[int]:
    """The colleagues named with an @ in the text who may see the case: by the beginning of their address, or by name.

    A name that several bear names nobody: they are told apart by their address.
    """
    found: list[int] = []
    for word in mentions(text):
        bearers = [
            one
            for one in people.active_named(word, reach=EVERYTHING, limit=MOST_MENTIONED)
            if word.casefold() in _handles(one.email, one.name)
        ]
        exact = [one for one in bearers if one.email.partition("@")[0].casefold() == word.casefold()]
        chosen = (exact or bearers) if len(exact or bearers) == 1 else []
        found += [one.pk for one in chosen if roles.reach(one).covers("desk.view", case.department)]
    return list(dict.fromkeys(found))


def _handles(email: str, name: str) -> set[str]:
    words = name.casefold().split()
    return {email.casefold(), email.partition("@")[0].casefold(), *words[:1], "".join(words)}
