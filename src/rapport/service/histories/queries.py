from collections.abc import Collection

from rapport.kernel.refusals import NotFound
from rapport.service.histories.models import History, HistoryRun
from rapport.service.histories.rules import DISAGREEMENTS

__all__ = ["DISAGREEMENTS", "of_cases", "run", "run_of"]


def run_of(import_id: int) -> HistoryRun | None:
    """How far the cases of an import have been told; None: it told of none."""
    return HistoryRun.objects.filter(import_run=import_id).first()


def run(import_id: int) -> HistoryRun:
    """How far the cases of an import have been told."""
    found = run_of(import_id)
    if found is None:
        raise NotFound("That import tells of no cases.", field="import", value=import_id)
    return found


def of_cases(case_ids: Collection[int]) -> dict[int, History]:
    """What another desk counted and judged of these cases, of those that it kept."""
    return History.objects.in_bulk(case_ids)
