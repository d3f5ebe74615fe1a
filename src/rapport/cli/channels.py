"""`rapport channels`: where customers reach us: mailboxes, chats, doors for other systems."""

import tomllib
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rapport.cli import output, setup

if TYPE_CHECKING:
    from rapport.channels.endpoints.models import Endpoint
    from rapport.channels.endpoints.rules.mail import MailSettings, Server

app = typer.Typer(no_args_is_help=True, help="Where customers reach us.")
add = typer.Typer(no_args_is_help=True, help="Join a channel.")
app.add_typer(add, name="add")

_Name = Annotated[str, typer.Option(help="What it is called; without: its address or kind.")]
_Department = Annotated[str, typer.Option(help="Whose it is; without: nobody's in particular.")]
_Server = typer.Option(help="HOST or HOST:PORT, with TLS; add /starttls or /none (own network only).")
_Incoming = typer.Option(help="The same, to fetch from; without: mail is handed over by webhook only.")
_Password = typer.Option(envvar="RAPPORT_MAILBOX_PASSWORD", help="Better: --password-file.")
_PasswordFile = typer.Option(help="A file that holds it, so that it stands in no list of processes.")
_OAuth = typer.Option(
    help="A TOML file: token_address, client_id, scope, client_secret, refresh_token (XOAUTH2)."
)
_Alias = typer.Option(help="Another address that leads here; may be repeated.")
_Begin = typer.Option(help="At first take in what is unread, only what is new, or all.")
_Sender = typer.Option(help="The name beside the address in what we send.")
_Tags = typer.Option(help="Whether mail to name+anything@ arrives in name@.")
_Try = typer.Option("--try/--no-try", help="Sign in to both servers before.")


@app.callback()
def channels() -> None:
    """Where customers reach us."""


@add.callback()
def adding() -> None:
    """Join a channel."""


@add.command()
def email(  # noqa: PLR0913 - a mailbox takes as many answers
    address: Annotated[str, typer.Argument(help="The address of the mailbox.")],
    *,
    smtp: Annotated[str, _Server],
    imap: Annotated[str, _Incoming] = "",
    user: Annotated[str, typer.Option(help="Under which name to sign in; without: the address.")] = "",
    password: Annotated[str, _Password] = "",
    password_file: Annotated[Path | None, _PasswordFile] = None,
    oauth: Annotated[Path | None, _OAuth] = None,
    alias: Annotated[list[str] | None, _Alias] = None,
    folder: Annotated[str, typer.Option(help="The folder to read.")] = "INBOX",
    begin: Annotated[str, _Begin] = "unread",
    sender_name: Annotated[str, _Sender] = "",
    name: _Name = "",
    department: _Department = "",
    tags: Annotated[bool, _Tags] = True,
    vouched_by: Annotated[
        str,
        typer.Option(help="Your mail server's name in Authentication-Results; without: no sender is proven."),
    ] = "",
    try_it: Annotated[bool, _Try] = True,
    as_json: output.Json = False,
) -> None:
    """Join a mailbox. Both servers are tried before, so that what is wrong is said now."""
    at = setup.ready()
    from rapport.channels.endpoints import commands
    from rapport.channels.endpoints.rules.mail import NOWHERE, MailSettings
    from rapport.channels.endpoints.rules.places import Described
    from rapport.staff.roles.rules import Operator

    wanted = MailSettings(
        address=address,
        imap=_server(imap, "imap") if imap else NOWHERE,
        smtp=_server(smtp, "smtp"),
        aliases=tuple(alias or ()),
        sender_name=sender_name,
        user=user,
        folder=folder,
        begin=begin,
        takes_tags=tags,
        vouched_by=vouched_by.strip().lower(),
        **_signing_in(_read(password_file) or password, oauth),
    )
    if try_it:
        _try(wanted, at)
    kept = commands.open_mailbox(Described(name or address, department), wanted, by=Operator(), at=at)
    sentence = (
        f"Mail to {kept.address} comes in from now on, {'while a worker runs' if imap else 'by webhook'}."
    )
    output.say(sentence, as_json=as_json, id=kept.pk, name=kept.name, address=kept.address)


@add.command()
def chat(  # noqa: PLR0913 - a chat takes as many answers
    *,
    origin: Annotated[
        list[str] | None, typer.Option(help="A site that shows it, such as https://shop.example.org; repeat.")
    ] = None,
    colour: Annotated[str, typer.Option(help="Of its button, like #1f5f8b.")] = "#1f5f8b",
    greeting: Annotated[str, typer.Option(help="What it says first.")] = "",
    hours: Annotated[str, typer.Option(help='When somebody is there: "Mon-Fri 9:00-17:00".')] = "",
    zone: Annotated[str, typer.Option(help="The time zone of the hours; without: the organisation's.")] = "",
    name: _Name = "Chat",
    department: _Department = "",
    as_json: output.Json = False,
) -> None:
    """Join a chat; prints the script tag for the site's pages, and the secret, which is shown this once."""
    at = setup.ready()
    from rapport.channels.endpoints import commands
    from rapport.channels.endpoints.rules.places import Described
    from rapport.channels.endpoints.rules.web import ChatSettings
    from rapport.staff.organisation import queries as organisation
    from rapport.staff.roles.rules import Operator

    current = organisation.current()
    wanted = ChatSettings(
        colour=colour,
        greeting=greeting,
        origins=tuple(origin or ()),
        hours=hours,
        zone=zone or (current.time_zone if current else "UTC"),
    )
    kept, secret = commands.open_chat(Described(name, department), wanted, by=Operator(), at=at)
    tag = script_tag(kept.token)
    sentence = (
        f"{tag}\n{secret}\nKeep the secret: it is not shown again. It signs who is signed in on your site."
    )
    output.say(
        sentence, as_json=as_json, id=kept.pk, name=kept.name, token=kept.token, script=tag, secret=secret
    )


@add.command()
def generic(
    channel: Annotated[
        str, typer.Option(help="What it is: sms, whatsapp, voice, social, app, post, api ...")
    ] = "api",
    target: Annotated[str, typer.Option(help="Where our words are posted (https); without: nowhere.")] = "",
    name: _Name = "",
    department: _Department = "",
    *,
    as_json: output.Json = False,
) -> None:
    """Open a door for another system; prints its address, and the secret, which is shown this once."""
    at = setup.ready()
    from rapport.channels.endpoints import commands
    from rapport.channels.endpoints.rules.places import Described
    from rapport.staff.roles.rules import Operator

    described = Described(name or f"Door for {channel}", department)
    kept, secret = commands.open_generic(described, channel, target, by=Operator(), at=at)
    address = door_address(kept.token)
    sentence = f"{address}\n{secret}\nKeep the secret: it is not shown again. Both sides sign with it."
    output.say(
        sentence,
        as_json=as_json,
        id=kept.pk,
        name=kept.name,
        token=kept.token,
        address=address,
        secret=secret,
    )


@app.command("list")
def list_channels(*, as_json: output.Json = False) -> None:
    """Every channel: its kind, its state, when it was last looked at, what troubles it."""
    setup.ready()
    from rapport.channels.endpoints import queries
    from rapport.staff.roles.rules import EVERYTHING

    found = [_told(one) for one in queries.every(reach=EVERYTHING)]
    lines = [
        f"{one['id']:>5}  {one['kind']:7}  {one['name']}  {one['address']}  {_state(one)}" for one in found
    ]
    output.say("\n".join(lines) or "No channels yet.", as_json=as_json, channels=found)


@app.command()
def close(
    channel_id: Annotated[int, typer.Argument(help="Its number.")], *, as_json: output.Json = False
) -> None:
    """Close a channel: nothing comes in or goes out there any more; what was said stays."""
    at = setup.ready()
    from rapport.channels.endpoints import commands
    from rapport.staff.roles.rules import Operator

    kept = commands.close(channel_id, by=Operator(), at=at)
    output.say(f"{kept.name} is closed.", as_json=as_json, id=kept.pk, closed_at=kept.closed_at)


def script_tag(token: str) -> str:
    """The line that a site's pages need to show a chat."""
    from django.conf import settings

    return f'<script src="{settings.BASE_URL}/widget.js" data-key="{token}" async></script>'


def door_address(token: str) -> str:
    """Where another system posts what was said."""
    from django.conf import settings

    return f"{settings.BASE_URL}/api/v1/channels/{token}/messages"


def _server(text: str, protocol: str) -> "Server":
    from rapport.channels.endpoints.rules.mail import SECURITIES, server_from

    place, _slash, security = text.partition("/")
    if security and security not in SECURITIES:
        raise typer.BadParameter(f"'{security}' is none of {', '.join(SECURITIES)}")
    return server_from(place, protocol, security or "tls")


def _signing_in(password: str, oauth: Path | None) -> dict[str, Any]:
    from rapport.channels.endpoints.rules.mail import OAuth, Secrets

    if oauth is None:
        return {"secrets": Secrets(password=password)}
    try:
        told = {name: str(value) for name, value in tomllib.loads(_read(oauth)).items()}
        known = OAuth(told.pop("token_address"), told.pop("client_id"), told.pop("scope", ""))
        return {"oauth": known, "secrets": Secrets(password=password, **told)}
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise typer.BadParameter(f"'{oauth}' does not say what is needed: {error}") from error


def _read(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        return path.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"'{path}' cannot be read") from error


def _try(wanted: "MailSettings", at: datetime) -> None:
    from rapport.channels.endpoints import commands
    from rapport.staff.roles.rules import Operator

    tried = commands.try_mailbox(wanted, by=Operator(), at=at)
    if not tried.is_well:
        raise commands.BadEndpoint(" ".join(filter(None, (tried.incoming, tried.outgoing))))


def _state(told: dict[str, Any]) -> str:
    if told["closed_at"]:
        return f"closed {told['closed_at']:%Y-%m-%d}"
    if told["trouble"]:
        return f"in trouble: {told['trouble']}"
    if not told["is_fetched"]:
        return "open"
    return (
        f"last looked at {told['looked_at']:%Y-%m-%d %H:%M:%S}" if told["looked_at"] else "not looked at yet"
    )


def _told(one: "Endpoint") -> dict[str, Any]:
    mailbox = getattr(one, "mailbox", None)
    return {
        "id": one.pk,
        "kind": one.kind,
        "channel": one.channel,
        "name": one.name,
        "department": one.department,
        "address": one.address,
        "token": one.token,
        "opened_at": one.opened_at,
        "closed_at": one.closed_at,
        "is_fetched": mailbox is not None,
        "looked_at": mailbox.looked_at if mailbox else None,
        "mail_at": mailbox.mail_at if mailbox else None,
        "trouble": mailbox.trouble if mailbox else "",
    }
