"""States: fixed meanings, free names."""

from datetime import timedelta

STATE_KINDS: dict[str, str] = {
    "new": "nobody has answered yet",
    "ours": "we are to act",
    "theirs": "we wait for the customer",
    "third": "we wait for somebody else",
    "done": "settled",
    "junk": "no matter of a customer",
}
"""Meaning fixed, words free: an organisation names its states as it likes, each of one of these kinds."""
OPEN_KINDS = ("new", "ours", "theirs", "third")
WAITING_KINDS = ("new", "ours")
"""The customer waits for us."""
FIRST_STATES: tuple[tuple[str, str, str], ...] = (
    ("new", "New", "We have received it"),
    ("ours", "With us", "We are working on it"),
    ("theirs", "With the customer", "We wait for your answer"),
    ("third", "With somebody else", "We wait for somebody else"),
    ("done", "Done", "Settled"),
    ("junk", "Junk", ""),
)
"""Kind, name and the word for customers of the states that an installation begins with."""
SEARCH_KIND = "case"
PERMISSION = "desk.view"
PRESENT_FOR = timedelta(seconds=45)
"""Whoever gave no sign for so long has gone."""
REOPEN_WITHIN = timedelta(days=14)
"""A word of the customer so soon after a case was settled opens it again; later it begins a new one."""
