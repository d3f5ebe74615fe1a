"""A small town for tests of privacy: people with words of their own, so that nothing of one is taken for another's."""

import io
import json
import zipfile
from datetime import datetime, timedelta
from typing import Any

from tests.made_up import customer_of, event, record

from rapport.customers.consent import commands as consent
from rapport.customers.directory import commands as directory
from rapport.customers.directory.models import Identifier
from rapport.customers.privacy import commands as privacy
from rapport.customers.privacy import queries
from rapport.staff.roles.rules import Operator
from rapport.wiring.privacy import HANDLERS


def live_here(name: str, now: datetime) -> int:
    """Somebody with an account, mail, phone, browser, words, purchases and a no to marketing."""
    mail, account = f"email={name}.canary@example.org", f"user_id={name}-canary-account"
    record(
        event("profile", account, mail, at=now - timedelta(days=90), proof="log-in", is_login=True,
              traits={"name": f"{name.title()} Canarysson", "city": f"{name}-canary-town"}),
        event("visit", f"anonymous_id={name}-canary-browser", at=now - timedelta(days=60)),
        event("visit", account, f"anonymous_id={name}-canary-browser", at=now - timedelta(days=59)),
        event("purchase", account, at=now - timedelta(days=40), amount_minor=1250, currency="EUR",
              subject=f"{name}-canary-shoes", properties=json.dumps({"lines": [f"{name}-canary-lace"]})),
        event("message", mail, at=now - timedelta(days=10), channel="email", subject="The delivery",
              text=f"I am {name}-canary-words and I wait."),
        at=now,
    )  # fmt: skip
    point = Identifier.objects.get(kind="email", value=f"{name}.canary@example.org")
    consent.state(
        point.id, purpose="marketing", granted=False, proof=f"{name}-canary-told", by=Operator(), at=now
    )
    return customer_of(account)


def export_of(customer_id: int, at: datetime) -> tuple[dict[str, Any], str]:
    """What an export holds: the file for programs and the page."""
    pieces = b"".join(privacy.archive(queries.person(customer_id), handlers=HANDLERS, at=at))
    with zipfile.ZipFile(io.BytesIO(pieces)) as packed:
        return json.loads(packed.read("everything.json")), packed.read("everything.html").decode()


def erase(customer_id: int, at: datetime) -> Any:
    """Both steps."""
    asked = privacy.ask(customer_id, why="asked", by=Operator(), at=at)
    return privacy.confirm(asked.pk, handlers=HANDLERS, by=Operator(), at=at)


def join(a: int, b: int, at: datetime) -> None:
    directory.link(a, b, by=Operator(), why="looks alike", at=at)
