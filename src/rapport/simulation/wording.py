"""How what is asked and answered is put into words: parts of `texts`, chosen by luck and filled in."""

from dataclasses import dataclass

from rapport.simulation import service, texts
from rapport.simulation.people import Person
from rapport.simulation.telling import item_name, pick

_REPLIES = (texts.REPLIES_RIGHT, texts.REPLIES_ASKING)


@dataclass(frozen=True, slots=True)
class Matter:
    """What somebody gets in touch about: a position in `texts.ABOUT`, the things bought (packed) and the order."""

    person: Person
    about: int
    items: int
    order: str


def filled(matter: Matter, text: str) -> str:
    """The text with whom and what it is about."""
    person = matter.person
    if "{" not in text:
        return text
    return text.format(
        item=item_name(matter.items),
        order=matter.order,
        first=person.first,
        last=person.last,
        town=person.town,
    )


def subject(matter: Matter) -> str:
    """The line above it."""
    return filled(matter, texts.SUBJECTS[matter.about])


def asked(matter: Matter, luck: int) -> str:
    """What the customer writes or says first."""
    body = pick(texts.ABOUT[matter.about], luck >> 4)
    opening = pick(texts.OPENINGS, luck >> 8)
    is_cross = matter.about in (service.FAULT, service.LATE)
    crossness = pick(texts.COMPLAINT_WORDS, luck >> 12) if is_cross else ""
    crossness = crossness.format(nth=pick(texts.NTH, luck >> 16))
    text = (
        opening + (body if opening else body[0].upper() + body[1:]) + (f" {crossness}" if crossness else "")
    )
    return filled(matter, text + pick(texts.CLOSINGS, luck >> 20))


def answered(matter: Matter, luck: int, *, is_right: bool) -> str:
    """What a colleague answers: with what was wanted, or past it."""
    is_asking = matter.about == service.ASKING
    words = pick(_REPLIES[is_asking], luck >> 6) if is_right else pick(texts.REPLIES_WRONG, luck >> 6)
    details = texts.DETAILS_ASKING if is_asking else texts.DETAILS_RIGHT
    return filled(matter, words.replace("{detail}", pick(details, luck >> 9)))
