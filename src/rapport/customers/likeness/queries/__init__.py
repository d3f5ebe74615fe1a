"""Questions about likeness: what is known to compare, which pairs are alike, which proposals wait."""

from rapport.customers.likeness.queries.pairs import Pair, alike
from rapport.customers.likeness.queries.proposals import Page, Waiting, count_waiting, decided, waiting

__all__ = ["Page", "Pair", "Waiting", "alike", "count_waiting", "decided", "waiting"]
