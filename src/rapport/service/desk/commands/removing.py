"""Removing cases whole, with everything that is known about them alone; their clocks are the caller's."""

from collections.abc import Sequence

from django.db.models import Q

from rapport.search.index import commands as search
from rapport.service.desk.models import Case, CaseEvent, Draft, Filing, Merge, Move, SideThread
from rapport.service.desk.rules import SEARCH_KIND


def remove(case_ids: Sequence[int]) -> int:
    """Remove these cases; how many rows went. What was merged into them stands for itself again."""
    search.remove(SEARCH_KIND, case_ids)
    Case.objects.filter(merged_into__in=case_ids).update(merged_into=None)
    Merge.objects.filter(Q(case__in=case_ids) | Q(into__in=case_ids)).delete()
    Move.objects.filter(Q(from_case__in=case_ids) | Q(to_case__in=case_ids)).delete()
    Draft.objects.filter(case__in=case_ids).delete()
    Filing.objects.filter(case__in=case_ids).delete()
    SideThread.objects.filter(case__in=case_ids).delete()
    CaseEvent.objects.filter(case__in=case_ids).delete()
    return Case.objects.filter(pk__in=case_ids).delete()[0]
