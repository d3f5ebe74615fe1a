"""A copy of the database gives away no secret: not one of those put in here is found in any of its tables."""

from datetime import datetime

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.db import connection

from rapport.channels.endpoints import commands as channels
from rapport.channels.endpoints.rules.mail import MailSettings, Secrets, Server
from rapport.channels.endpoints.rules.places import Described
from rapport.channels.endpoints.rules.web import ChatSettings
from rapport.interactions.webhooks import commands as webhooks
from rapport.staff.keys import commands as keys
from rapport.staff.organisation import commands as organisation
from rapport.staff.people import commands as people
from rapport.staff.roles.rules import Operator

OPERATOR = Operator()
PASSWORD = "canary-three-words"
UNREADABLE = {"search_words"}
"""SQLite's index of words has no rows to read; what it holds lies in the tables beside it."""


def everything() -> str:
    """All that the database holds, table by table."""
    said = []
    with connection.cursor() as cursor:
        for table in set(connection.introspection.table_names(cursor)) - UNREADABLE:
            cursor.execute(f'SELECT * FROM "{table}"')
            said.append(f"{table}: {cursor.fetchall()!r}")
    return "\n".join(said)


@pytest.mark.django_db
def test_no_secret_lies_readable_in_the_database(noon: datetime) -> None:
    organisation.set_up(organisation.Settings(name="Wrenfield"), by=OPERATOR, at=noon)
    ada = people.create(
        people.NewStaffMember("ada@wren.example", PASSWORD, "admin", "Ada"), by=OPERATOR, at=noon
    )
    _key, write = keys.create(kind="write", name="shop", by=OPERATOR, at=noon)
    _key, whole = keys.create(kind="api", name="partner", by=OPERATOR, at=noon)
    app = totp.generate_totp_secret()
    totp.TOTP.activate(ada, app)
    described = webhooks.Description(address="https://93.184.216.34/hook", description="Warehouse")
    _webhook, signing = webhooks.add(described, by=OPERATOR, at=noon)

    secrets = Secrets(password="three quiet words", client_secret="canary-client", dkim_key="canary-dkim")
    mail = MailSettings(
        address="help@wren.example",
        imap=Server("i.example", 993),
        smtp=Server("s.example", 465),
        secrets=secrets,
    )
    channels.open_mailbox(Described("Mailbox"), mail, by=OPERATOR, at=noon)
    _chat, vouching = channels.open_chat(Described("Chat"), ChatSettings(), by=OPERATOR, at=noon)
    _door, shared = channels.open_generic(Described("Door"), "sms", by=OPERATOR, at=noon)

    held = everything()
    assert "Warehouse" in held, "the look sees what is there"
    ours = (PASSWORD, write, whole, app, signing, signing.removeprefix("whsec_"))
    for secret in (*ours, secrets.password, secrets.client_secret, secrets.dkim_key, vouching, shared):
        assert secret
        assert secret not in held
