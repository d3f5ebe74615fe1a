"""One thing that was looked at, and what is to be done about it."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How grave a finding is: all is well, it will not stay well, people are hindered now."""

    GOOD = "good"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one thing, in a sentence, and what to do about it where it is not good."""

    name: str
    state: State
    said: str
    advice: str = ""


def good(name: str, said: str) -> Finding:
    return Finding(name, State.GOOD, said)


def warning(name: str, said: str, advice: str) -> Finding:
    return Finding(name, State.WARNING, said, advice)


def wrong(name: str, said: str, advice: str) -> Finding:
    return Finding(name, State.WRONG, said, advice)
