"""Words with a meaning in texts of the desk: merge tags in canned answers, names in notes."""

import re
from collections.abc import Mapping

TAGS: dict[str, str] = {
    "customer.name": "the name of the customer",
    "customer.first_name": "the first word of that name",
    "case.number": "the number of the case",
    "case.subject": "what the case is about",
    "case.state": "the customer's word for its state",
    "agent.name": "the name of whoever answers",
    "agent.first_name": "the first word of that name",
    "organisation.name": "the name of the organisation",
}
"""Every merge tag there is, with what it stands for. Nothing else is looked up, whatever a text says."""
_TAG = re.compile(r"\{\{ ?([a-z_]{1,20}\.[a-z_]{1,20}) ?\}\}")
MOST_MENTIONED = 20
"""People that one note can call."""
_MENTION = re.compile(r"(?<![\w@.])@([\w][\w.+-]{0,63}(?:@[\w.-]{1,190})?)")


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its merge tags filled from a plain table; what is no tag, or has no value, stays as it stands.

    Values are put in as they are and not read again, so nothing in them becomes a tag.

    >>> filled("Dear {{customer.name}}, {{ settings.SECRET_KEY }}", {"customer.name": "{{case.number}}"})
    'Dear {{case.number}}, {{ settings.SECRET_KEY }}'
    """
    return _TAG.sub(lambda found: values.get(found[1], found[0]), text)


def unknown_tags(text: str) -> list[str]:
    """What looks like a merge tag and is none: for whoever writes a canned answer."""
    return sorted({name for name in re.findall(r"\{\{([^{}\n]{1,60})\}\}", text) if name.strip() not in TAGS})


def mentions(text: str) -> list[str]:
    """Whom a note calls, in its order, each once; no more than `MOST_MENTIONED`.

    >>> mentions("@amina and @tom.reed@example.org, not info@example.org. @amina?")
    ['amina', 'tom.reed@example.org']
    """
    found = (word.rstrip(".-+") for word in _MENTION.findall(text))
    return list(dict.fromkeys(filter(None, found)))[:MOST_MENTIONED]
