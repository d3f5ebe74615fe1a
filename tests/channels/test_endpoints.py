"""Channels are joined, changed and closed by an administrator; what is secret about them is never readable."""

from dataclasses import replace
from datetime import datetime

import pytest
from django.db import connection

from rapport.channels.endpoints import commands, queries
from rapport.channels.endpoints.commands import AlreadyClosed, BadEndpoint
from rapport.channels.endpoints.models import Alias, Endpoint, Mailbox
from rapport.channels.endpoints.rules.mail import Dkim, MailSettings, OAuth, Secrets, Server
from rapport.channels.endpoints.rules.places import Described
from rapport.channels.endpoints.rules.web import ChatSettings
from rapport.kernel.addresses import TargetNotAllowed
from rapport.kernel.refusals import NotAllowed, NotFound
from rapport.staff.audit import queries as audit
from rapport.staff.roles.rules import EVERYTHING, Operator, Reach

pytestmark = pytest.mark.django_db
BY = Operator()


class Ada:
    """An administrator at a page."""

    role, audit_name = "admin", "ada@wren.example"


class Ben:
    """An agent at a page."""

    role, audit_name = "agent", "ben@wren.example"


def support(**more: object) -> MailSettings:
    known: dict[str, object] = {
        "address": "Support@Wren.example",
        "aliases": ("help@wren.example", "HELP@wren.example", "support@wren.example", " "),
        "imap": Server("imap.wren.example", 993),
        "smtp": Server("smtp.wren.example", 465),
        "secrets": Secrets(password="three quiet words"),
    }
    return MailSettings(**(known | more))  # type: ignore[arg-type]


def test_a_mailbox_is_known_by_all_its_addresses(noon: datetime) -> None:
    kept = commands.open_mailbox(Described(" The  support ", "Retail"), support(), by=BY, at=noon)

    assert kept.name == "The support"
    assert queries.aliases(kept.pk) == ["support@wren.example", "help@wren.example"]
    for written in ("support@wren.example", "Help@Wren.Example", "support+r123@wren.example"):
        found = queries.by_address(written)
        assert found is not None
        assert (found.id, found.department) == (kept.pk, "Retail")
    assert queries.by_address("sales@wren.example") is None
    assert queries.own_addresses(["support+x@wren.example", "amina@example.com"]) == {
        "support+x@wren.example"
    }


def test_its_password_is_sealed_and_comes_back_for_the_server_alone(noon: datetime) -> None:
    kept = commands.open_mailbox(Described("Support"), support(), by=BY, at=noon)

    settings = queries.mail_settings(kept.pk)
    assert settings.secrets.password == "three quiet words"
    assert settings.imap == Server("imap.wren.example", 993, "tls")
    assert "three quiet words" not in repr(settings)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM channels_endpoint")
        assert "three quiet words" not in repr(cursor.fetchall())
    assert not audit.contains("three quiet words")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"address": "nobody"}, "address"),
        ({"address": "a@b@c.example"}, "address"),
        ({"address": "a\r\nBcc: x@y.example"}, "address"),
        ({"aliases": ("no address",)}, "aliases"),
        ({"imap": Server("imap.wren.example/x", 993)}, "imap"),
        ({"smtp": Server("", 465)}, "smtp"),
        ({"imap": Server("imap.wren.example", 22)}, "imap"),
        ({"smtp": Server("imap.wren.example", 70_000)}, "smtp"),
        ({"smtp": Server("imap.wren.example", 465, "perhaps")}, "smtp"),
        ({"sender_name": "Wren\r\nBcc: x@y.example"}, "sender_name"),
        ({"begin": "some"}, "begin"),
        ({"dkim": Dkim("wren.example", "")}, "dkim_selector"),
        ({"dkim": Dkim("wren.example", "spring")}, "dkim_key"),
        ({"secrets": Secrets()}, "password"),
        ({"oauth": OAuth("https://93.184.216.34/token", "us"), "secrets": Secrets()}, "refresh_token"),
    ],
)
def test_what_cannot_be_a_mailbox_is_refused_at_its_field(
    noon: datetime, wrong: dict[str, object], field: str
) -> None:
    with pytest.raises(BadEndpoint) as told:
        commands.open_mailbox(Described("Support"), support(**wrong), by=Ada(), at=noon)
    assert told.value.field == field
    assert not Endpoint.objects.exists()


@pytest.mark.parametrize(
    "address", ["http://93.184.216.34/token", "https://127.0.0.1/token", "https://169.254.169.254/token"]
)
def test_tokens_are_asked_for_on_the_public_network_alone(noon: datetime, address: str) -> None:
    asked = support(oauth=OAuth(address, "us"), secrets=Secrets(refresh_token="r"))
    with pytest.raises(TargetNotAllowed):
        commands.open_mailbox(Described("Support"), asked, by=BY, at=noon)


def test_a_page_sends_nobody_to_odd_ports_but_the_operator_may(
    noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = support(imap=Server("mail.wren.example", 10_993))
    with pytest.raises(BadEndpoint, match="RAPPORT_OUTGOING_ALLOW"):
        commands.open_mailbox(Described("Support"), odd, by=Ada(), at=noon)
    kept = commands.open_mailbox(Described("Support"), odd, by=BY, at=noon)
    commands.change_mailbox(kept.pk, Described("Support"), replace(odd, signature="Wren"), by=Ada(), at=noon)

    monkeypatch.setenv("RAPPORT_OUTGOING_ALLOW", "other.wren.example:2993")
    other = support(address="other@wren.example", aliases=(), imap=Server("other.wren.example", 2993))
    commands.open_mailbox(Described("Other"), other, by=Ada(), at=noon)


def test_two_mailboxes_share_neither_name_nor_address(noon: datetime) -> None:
    commands.open_mailbox(Described("Support"), support(), by=BY, at=noon)

    with pytest.raises(BadEndpoint) as told:
        commands.open_mailbox(Described("Other"), support(address="help@wren.example"), by=BY, at=noon)
    assert told.value.field == "address"
    with pytest.raises(BadEndpoint) as told:
        commands.open_mailbox(Described("Support"), support(address="x@wren.example"), by=BY, at=noon)
    assert told.value.field in {"name", "aliases"}


def test_only_an_administrator_joins_channels(noon: datetime) -> None:
    for act in (
        lambda: commands.open_mailbox(Described("S"), support(), by=Ben(), at=noon),
        lambda: commands.open_chat(Described("C"), ChatSettings(), by=Ben(), at=noon),
        lambda: commands.open_generic(Described("D"), "sms", by=Ben(), at=noon),
        lambda: commands.try_mailbox(support(), by=Ben(), at=noon),
        lambda: commands.close(1, by=Ben(), at=noon),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_secrets_left_empty_stay_and_never_follow_to_another_server(noon: datetime) -> None:
    kept = commands.open_mailbox(Described("Support"), support(), by=BY, at=noon)
    same = support(secrets=Secrets(), signature="Wren & Daughters")
    commands.change_mailbox(kept.pk, Described("Support"), same, by=BY, at=noon)
    assert queries.mail_settings(kept.pk).secrets.password == "three quiet words"

    elsewhere = support(secrets=Secrets(), smtp=Server("smtp.evil.example", 465))
    with pytest.raises(BadEndpoint) as told:
        commands.change_mailbox(kept.pk, Described("Support"), elsewhere, by=BY, at=noon)
    assert told.value.field == "password"


def test_a_mailbox_described_anew_is_looked_at_again_at_once(noon: datetime) -> None:
    kept = commands.open_mailbox(Described("Support"), support(), by=BY, at=noon)
    commands.note_trouble(kept.pk, "sign_in", "It does not let us in.", at=noon)
    commands.move_on(kept.pk, validity=0, uid=7)
    assert queries.due_mailboxes(at=noon, looked_before=noon) == []

    commands.change_mailbox(kept.pk, Described("Support"), support(), by=BY, at=noon)
    assert queries.due_mailboxes(at=noon, looked_before=noon) == [kept.pk]
    assert Mailbox.objects.get().last_uid == 7
    commands.change_mailbox(kept.pk, Described("Support"), support(folder="Orders"), by=BY, at=noon)
    assert Mailbox.objects.get().last_uid == 0


def test_a_closed_channel_forgets_its_secrets_and_frees_its_addresses(noon: datetime) -> None:
    kept = commands.open_mailbox(Described("Support"), support(), by=BY, at=noon)
    commands.close(kept.pk, by=BY, at=noon)

    assert Endpoint.objects.get().secret == ""
    assert not Alias.objects.exists()
    assert queries.by_address("support@wren.example") is None
    assert queries.place(kept.pk).name == "Support"
    with pytest.raises(AlreadyClosed):
        commands.close(kept.pk, by=BY, at=noon)
    assert commands.open_mailbox(Described("Support"), support(), by=BY, at=noon).pk != kept.pk


def test_a_chat_knows_its_sites_and_hours(noon: datetime) -> None:
    wanted = ChatSettings(
        origins=("https://Shop.Wren.example/contact", "https://shop.wren.example"),
        hours="Mon-Fri 9:00-17:00",
        zone="Europe/London",
        greeting="Hello",
    )
    kept, secret = commands.open_chat(Described("Shop"), wanted, by=BY, at=noon)

    widget = queries.widget(kept.token)
    assert widget is not None
    assert widget.settings.origins == ("https://shop.wren.example",)
    assert widget.hours.is_open(noon)
    assert queries.secret(kept.pk) == secret
    renewed = commands.renew_secret(kept.pk, by=BY, at=noon)
    assert queries.secret(kept.pk) == renewed != secret
    assert queries.widget("nothing") is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"origins": ("shop.wren.example",)}, "origins"),
        ({"origins": ("javascript:alert(1)",)}, "origins"),
        ({"colour": "red; }"}, "colour"),
        ({"hours": "whenever"}, "hours"),
        ({"hours": "Mon 17-9"}, "hours"),
        ({"zone": "Mars/Base"}, "zone"),
        ({"zone": "../../etc/passwd"}, "zone"),
        ({"greeting": "x" * 400}, "greeting"),
    ],
)
def test_what_cannot_be_a_chat_is_refused_at_its_field(
    noon: datetime, wrong: dict[str, object], field: str
) -> None:
    with pytest.raises(BadEndpoint) as told:
        commands.open_chat(Described("Shop"), ChatSettings(**wrong), by=BY, at=noon)  # type: ignore[arg-type]
    assert told.value.field == field


def test_a_door_has_an_address_and_a_secret_of_its_own(noon: datetime) -> None:
    kept, secret = commands.open_generic(Described("Text messages"), "sms", by=BY, at=noon)

    door = queries.door(kept.token)
    assert door is not None
    assert door.secret == secret
    assert secret.startswith("whsec_")
    assert secret not in repr(door)
    assert door.place.channel == "sms"
    with pytest.raises(BadEndpoint):
        commands.open_generic(Described("Smoke"), "smoke", by=BY, at=noon)
    with pytest.raises(TargetNotAllowed):
        commands.open_generic(Described("Inside"), "sms", "https://10.0.0.1/in", by=BY, at=noon)


def test_each_sees_the_channels_of_their_departments(noon: datetime) -> None:
    commands.open_mailbox(Described("Support", "Retail"), support(), by=BY, at=noon)
    commands.open_chat(Described("Anybody's"), ChatSettings(), by=BY, at=noon)

    within = Reach(frozenset({"channels.view"}), frozenset({"Wholesale"}))
    assert [one.name for one in queries.every(reach=within)] == ["Anybody's"]
    assert len(queries.every(reach=EVERYTHING)) == 2
    hidden = Endpoint.objects.get(name="Support").pk
    with pytest.raises(NotFound):
        queries.endpoint(hidden, reach=within)


def test_each_act_leaves_a_line(noon: datetime) -> None:
    kept, _secret = commands.open_chat(Described("Shop"), ChatSettings(), by=BY, at=noon)
    commands.change_chat(kept.pk, Described("Shop", ""), ChatSettings(greeting="Hi"), by=BY, at=noon)
    commands.renew_secret(kept.pk, by=BY, at=noon)
    commands.close(kept.pk, by=BY, at=noon)

    found, _older = audit.newest(audit.ANYTHING, reach=EVERYTHING, before=None)
    assert [one.act for one in found] == [
        "channels.close",
        "channels.renew_secret",
        "channels.change",
        "channels.open",
    ]
