"""Small logs of another desk, in the form of ServiceNow, and bringing them in."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rapport.interactions.ingestion import commands
from rapport.interactions.ingestion.models import Import
from rapport.service.desk.models import Case
from rapport.service.histories.models import History
from rapport.staff.roles.rules import Operator
from rapport.wiring import imports as whole

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MAPPING = "servicenow_incidents"
COLUMNS = (
    "number,ident_state,active,reassignment_count,reopen_count,sys_mod_count,made_sla,caller_id,opened_by,opened_at,"
    "sys_created_by,sys_created_at,sys_updated_by,sys_updated_at,contact_type,location,category,category,u_symptom,"
    "cmdb_ci,impact,urgency,priority,assignment_group,assigned_to,knowledge,u_priority_confirmation,notify,problem_id,"
    "rfc,vendor,caused_by,closed_code,resolved_by,resolved_at,closed_at"
)


def line(**said: Any) -> str:
    """One line; what is not said is not known."""
    usual = {
        "number": "0000045",
        "ident_state": "New",
        "reassignment_count": 0,
        "reopen_count": 0,
        "sys_mod_count": 0,
        "made_sla": "true",
        "caller_id": "2403",
        "opened_at": "29/2/2016 01:16",
        "sys_updated_by": "21",
        "sys_updated_at": "29/2/2016 01:23",
        "contact_type": "Phone",
        "assignment_group": "56",
    }
    found = usual | said
    return ",".join(str(found.get(name, "?")) for name in COLUMNS.split(","))


def ticket(number: str, *changes: dict[str, Any]) -> list[str]:
    """The lines of one ticket, an hour apart, each what the one before was but for what changed."""
    lines, now = [], {"number": number}
    for place, change in enumerate(changes):
        now |= change
        lines.append(
            line(**{"sys_updated_at": f"29/2/2016 {2 + place:02}:00", **now, "sys_mod_count": place})
        )
    return lines


def write(folder: Path, lines: Iterable[str], name: str = "incidents.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([COLUMNS, *lines]) + "\n")
    return path


def bring(path: Path, *, at: datetime = NOW) -> Import:
    """Bring a log in, as the command line does."""
    begun = commands.begin([path], MAPPING, by=Operator(), at=at)
    return whole.run(begun.pk, watch=commands.Watch(clock=lambda: at), by=Operator())


def case(number: str) -> Case:
    """The case that another desk knows by this number."""
    return History.objects.select_related("case__queue").get(number=number).case


def acts(number: str) -> list[str]:
    """What was done to it, in order."""
    return list(case(number).events.order_by("id").values_list("kind", flat=True))
