"""What a purchase model is fitted to, checked: repeat purchases, when the last one was, how long we have looked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rapport.analytics.statistics.columns import Floats, NotEnoughEvidence, must, numbers

_FEWEST_REPEAT_BUYERS = 2


@dataclass(frozen=True)
class Purchases:
    """Purchase histories of customers, one row each, in one unit of time throughout.

    `frequency` counts repeat purchases (whole, >= 0), `recency` is the customer's age at the last of them
    (0 where there was none), `age` the time since the first purchase.
    """

    frequency: Floats
    recency: Floats
    age: Floats

    def __len__(self) -> int:
        return len(self.frequency)

    def every(self, step: int) -> "Purchases":
        """Each `step`-th row: a sample that needs no chance."""
        return Purchases(self.frequency[::step], self.recency[::step], self.age[::step])

    def samples(self, *sizes: int) -> Iterator["Purchases"]:
        """Growing samples of about these sizes that can be fitted, and at last everything."""
        for size in sizes:
            part = self.every(-(-len(self) // size))
            if len(part) < len(self) and np.count_nonzero(part.frequency) >= size // 20:
                yield part
        yield self


def purchases(frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Purchases:
    """The three columns as numbers of one length; a ValueError names the field and the first bad value."""
    columns = [
        numbers(name, values)
        for name, values in (("frequency", frequency), ("recency", recency), ("age", age))
    ]
    counts, last, ages = (np.ascontiguousarray(column) for column in np.broadcast_arrays(*columns))
    must("frequency", counts, counts == np.floor(counts), "must be whole")
    must("recency", last, last <= ages, "must not be later than the customer's age")
    must("recency", last, (counts == 0) == (last == 0), "must be 0 exactly where frequency is 0")
    return Purchases(counts, last, ages)


def enough(found: Purchases) -> Purchases:
    """The same rows, or NotEnoughEvidence where fewer than two customers came back."""
    if len(found) == 0:
        raise NotEnoughEvidence("not enough evidence: no customers were given")
    repeat = int(np.count_nonzero(found.frequency))
    if repeat < _FEWEST_REPEAT_BUYERS:
        raise NotEnoughEvidence(f"not enough evidence: {repeat} repeat buyers, at least 2 are needed")
    return found


def chunks(length: int, size: int) -> Sequence[slice]:
    """Slices that stay in the processor's cache."""
    return [slice(begin, min(begin + size, length)) for begin in range(0, length, size)]
