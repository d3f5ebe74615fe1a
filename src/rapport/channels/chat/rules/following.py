"""The mail that brings answers after somebody left the chat: our words alone, never those that were typed there.

Whoever typed an address need not own it: nothing that they wrote is sent to it.
"""

from collections.abc import Sequence

WORDS = {
    "en": ("Your chat with {name}", "You left the chat before you could read this:", "Answer this mail to go on."),
    "de": ("Ihr Chat mit {name}", "Sie hatten den Chat verlassen, bevor Sie das lesen konnten:",
           "Antworten Sie auf diese Mail, um fortzufahren."),
}  # fmt: skip
MOST_A_DAY = 5
"""Visits a day for which one address may be told."""


def subject(name: str, language: str) -> str:
    """The subject of the mail, in the visitor's language if we have it."""
    return _words(language)[0].format(name=name)


def text(said: Sequence[tuple[str, str]], language: str) -> str:
    """The text of the mail: who said what.

    >>> print(text([("Ben", "It comes tomorrow.")], "en"))
    You left the chat before you could read this:
    <BLANKLINE>
    Ben:
    It comes tomorrow.
    <BLANKLINE>
    Answer this mail to go on.
    """
    _, begin, end = _words(language)
    parts = (f"{who}:\n{what}" if who else what for who, what in said)
    return "\n\n".join((begin, *parts, end))


def _words(language: str) -> tuple[str, str, str]:
    return WORDS.get(language[:2].lower(), WORDS["en"])
