"""What an event is, which screens it concerns, and how a screen names its place among events. Plain values only."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from rapport.kernel.refusals import Refusal

MOST_TOPICS = 20
"""A screen follows at most so many."""
_TOPIC = re.compile(r"[a-z_]{1,20}(:[0-9]{1,15})?")

Covers = Callable[[str, str], bool]
"""Whether a person sees a thing with this permission and department."""


class BadTopic(Refusal):
    """A topic that no event has."""


@dataclass(frozen=True, slots=True)
class News:
    """An event as screens hear of it: its topic, and with which permission and department it is seen."""

    topic: str
    permission: str
    department: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """What was read at once: the news, each once, and the cursor from which nothing of it was yet to be read.

    `is_ahead`: some of the news stands behind the cursor, and is read again by whoever begins there.
    """

    news: tuple[News, ...]
    cursor: int
    is_ahead: bool = False


def topics(text: str) -> frozenset[str]:
    """The topics that an address names, with commas between.

    >>> sorted(topics("customer:12,log"))
    ['customer:12', 'log']
    """
    found = frozenset(filter(None, text[: MOST_TOPICS * 40].split(",")))
    for topic in found:
        if not _TOPIC.fullmatch(topic):
            raise BadTopic(
                f"'{topic[:40]}' is not a topic, such as customer:12.", field="topics", value=topic
            )
    if not 0 < len(found) <= MOST_TOPICS:
        raise BadTopic(f"1 to {MOST_TOPICS} topics can be followed.", field="topics", value=len(found))
    return found


def by_topic(news: Iterable[News]) -> dict[str, list[News]]:
    """The news of each topic, so that a thousand listeners need not each go through all of it."""
    found: dict[str, list[News]] = {}
    for one in news:
        found.setdefault(one.topic, []).append(one)
    return found


def concerning(told: Mapping[str, list[News]], wanted: Iterable[str], covers: Covers) -> set[str]:
    """Of the topics wanted, those of which there is news that may be seen.

    News of `customer` alone (very many changed at once) concerns every `customer:12`.

    >>> concerning({"customer": [News("customer", "view")]}, ["customer:7", "log"], lambda *_: True)
    {'customer:7'}
    """
    return {
        topic
        for topic in wanted
        for one in (*told.get(topic, ()), *told.get(topic.partition(":")[0], ()))
        if covers(one.permission, one.department)
    }
