"""Lays every line of the corpus of hostile texts into every place where a text of somebody is kept and shown again.

`python -m tests.safety.laying_in` does it in the data folder that RAPPORT_HOME names, for a browser to walk through.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.safety import laying_in_desk

CORPUS = Path(__file__).parents[1] / "corpus/xss.txt"
PAYLOADS = [line for line in CORPUS.read_text().splitlines() if not line.startswith("# ")]
ORGANISATION = "</title><script>PWNED()</script>\"'><img src=x onerror=PWNED()>"


def lay(at: datetime) -> None:
    """Through the commands that pages, API and imports call."""
    _house(at)
    for number, payload in enumerate(PAYLOADS):
        _people(number, payload, at)
        _customer(number, payload, at)
    _webhooks(at)
    laying_in_desk.lay(PAYLOADS, at)


def addresses() -> list[str]:
    """Where what was laid in is shown."""
    from rapport.customers.directory.models import Customer
    from rapport.interactions.touchpoints.models import Touchpoint
    from rapport.interactions.webhooks.models import Webhook
    from rapport.staff.people.models import StaffMember

    found = ["/", "/customers/", "/touchpoints/", "/imports/", "/settings/", "/settings/people/", "/settings/keys/",
             "/settings/audit/", "/settings/webhooks/", "/settings/webhooks/new/", "/settings/departments/",
             "/search/?q=PWNED", "/customers/?q=PWNED", "/customers/proposals/", "/measures/", "/nothing"]  # fmt: skip
    found += [
        f"/customers/{number}/"
        for number in Customer.objects.order_by("id").values_list("id", flat=True)[:60]
    ]
    found += [f"/touchpoints/{number}/" for number in Touchpoint.objects.values_list("id", flat=True)[:60:6]]
    found += [
        f"/settings/webhooks/{number}/" for number in Webhook.objects.values_list("id", flat=True)[:40:6]
    ]
    found += [
        f"/settings/people/{number}/" for number in StaffMember.objects.values_list("id", flat=True)[:60:6]
    ]
    return found + laying_in_desk.addresses()


def _house(at: datetime) -> None:
    from rapport.staff.organisation import commands as organisation
    from rapport.staff.roles.rules import Operator

    words = organisation.Settings(
        name=ORGANISATION, customer_word="<b onload=PWNED()>", customers_word="<script>PWNED()</script>"
    )
    organisation.set_up(words, by=Operator(), at=at)


def _people(number: int, payload: str, at: datetime) -> None:
    from rapport.interactions.touchpoints import commands as touchpoints
    from rapport.staff.keys import commands as keys
    from rapport.staff.people import commands as people
    from rapport.staff.roles.rules import Operator

    cut = payload[:76]
    place = touchpoints.Description(f"{number} {payload}"[:120], cut, "web", note=payload)
    touchpoints.add(place, by=Operator(), at=at)
    keys.create(kind="write", name=f"{number} {cut}"[:80], by=Operator(), at=at)
    new = people.NewStaffMember(
        email=f"p{number}@wrenfield.example",
        password="three-unrelated-words",
        role="agent",
        name=payload[:120],
    )
    people.create(new, by=Operator(), at=at)


def _customer(number: int, payload: str, at: datetime) -> None:
    from tests.made_up import event, record

    lines = [{"what": payload, "quantity": 1, "amount": "1.00"}]
    record(
        event("profile", f"user_id={payload}", f"email=p{number}@leak.example", at=at, proof="log-in", is_login=True,
              traits={"name": payload, payload: payload, "city": payload}),
        event("purchase", f"user_id={payload}", at=at, subject=payload, text=payload, amount_minor=100, currency="EUR",
              warning=payload, properties=json.dumps({"lines": lines, payload: payload, "url": payload})),
        event("message", f"user_id={payload}", at=at, channel="chat", subject=payload, text=payload),
        event("consent", f"user_id={payload}", at=at, consents={"marketing": "granted"}, consent_proof=payload),
        source=f"{number} {payload}"[:80],
        at=at,
    )  # fmt: skip


def _webhooks(at: datetime) -> None:
    from rapport.interactions.webhooks import commands
    from rapport.staff.roles.rules import Operator

    for payload in PAYLOADS[:40]:
        said = commands.Description("https://93.184.215.14/hook", payload[:120], with_content=True)
        webhook, _secret = commands.add(said, by=Operator(), at=at)
        commands.send_test(webhook.pk, by=Operator(), at=at)
        parcels = commands.claim(room=40, at=at)
        commands.settle([commands.Outcome(one, 500, payload) for one in parcels], at=at, luck=0.5)


if __name__ == "__main__":
    import django

    django.setup()
    lay(datetime.now(UTC))
    sys.stdout.write("\n".join(addresses()))
