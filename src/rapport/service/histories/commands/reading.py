"""From rows of the log to cases as another desk kept them: gathered by their number, told by the rules."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from rapport.interactions.ingestion.rules.cases import CaseMapping
from rapport.interactions.ingestion.rules.mapping import Mapping, parse
from rapport.interactions.log.queries import Kept
from rapport.service.histories import rules
from rapport.service.histories.rules import Line, Told


@dataclass(frozen=True, slots=True)
class Gathered:
    """The rows of one case, as they lie beside each other in the log."""

    number: str
    rows: tuple[Kept, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """One case of another desk: its lines in their order, what was done, whose it is (None: nobody is named)."""

    number: str
    lines: tuple[Line, ...]
    told: Told
    identifier_id: int | None
    touchpoint_id: int | None
    channel: str

    @property
    def last(self) -> Line:
        return self.lines[-1]


class Log:
    """The log of another desk as a mapping reads it."""

    def __init__(self, text: str) -> None:
        self.mapping: Mapping = parse(text)
        assert self.mapping.cases is not None
        self.cases: CaseMapping = self.mapping.cases
        self._read = rules.reader(self.cases, self.mapping.time_zone)

    def gathered(self, rows: Iterable[Kept]) -> Iterator[Gathered]:
        """The rows of each case together; rows that belong to none are passed over."""
        for number, some in groupby(rows, lambda row: row.properties.get(self.cases.number)):
            if number is not None:
                yield Gathered(str(number)[:120], tuple(some))

    def account(self, number: str, rows: Sequence[Kept]) -> Account:
        """The case that these rows tell, in the order in which the other desk wrote them. Raises `BadLine`."""
        ordered = sorted(rows, key=lambda row: row.id)
        lines = tuple(self._read(row.id, row.occurred_at, row.properties) for row in ordered)
        named = [row.identifier_id for row in ordered if row.identifier_id is not None]
        return Account(
            number,
            lines,
            rules.told(lines),
            named[-1] if named else None,
            ordered[0].touchpoint_id,
            ordered[0].channel,
        )

    def subject(self, number: str) -> str:
        """What the case is called here."""
        return self.cases.subject.replace("{number}", number)
