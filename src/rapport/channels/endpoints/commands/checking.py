"""What an endpoint must be before it is kept."""

import re
from dataclasses import replace
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from rapport.channels.endpoints.models import Alias, Endpoint
from rapport.channels.endpoints.rules import hours, mail, places, web
from rapport.channels.endpoints.rules.mail import MailSettings, Server
from rapport.channels.endpoints.rules.places import Described
from rapport.channels.endpoints.rules.web import ChatSettings
from rapport.kernel import outgoing
from rapport.kernel.refusals import Refusal
from rapport.staff.roles.rules import Actor, Operator

_ADDRESS = re.compile(r"[^\s@<>()\[\]\\,;:\"\x00-\x1f\x7f]{1,64}@[^\s@<>()\[\]\\,;:\"\x00-\x1f\x7f]{1,190}")
_HOST = re.compile(r"[0-9a-z](?:[0-9a-z.-]{0,251}[0-9a-z])?|[0-9a-f:.]{2,45}")
_MOST_ALIASES = 50
_LONGEST = {"sender_name": 120, "user": 254, "smtp_user": 254, "folder": 200, "signature": 2_000}


class BadEndpoint(Refusal):
    """An endpoint that cannot be as described."""


class AlreadyClosed(Refusal):
    """A closed endpoint is history: nothing comes in or goes out there any more."""


def check_name(described: Described, *, but: int = 0) -> None:
    """Refuse a name that is empty, too long or taken."""
    if not described.name or len(described.name) > places.LONGEST_NAME:
        raise BadEndpoint(
            f"A name of 1 to {places.LONGEST_NAME} characters is needed.", field="name", value=described.name
        )
    if Endpoint.objects.open().filter(name=described.name).exclude(pk=but).exists():
        raise BadEndpoint(
            f"There is a channel called {described.name} already.", field="name", value=described.name
        )


def tidy_address(text: str, field: str) -> str:
    """A mail address in lower case; refused if it is none."""
    address = text.strip().lower()
    if not _ADDRESS.fullmatch(address) or len(address) > places.LONGEST_ADDRESS:
        raise BadEndpoint(f"'{text[:80]}' is not a mail address.", field=field, value=text[:254])
    return address


def tidy_mail(wanted: MailSettings, *, by: Actor, before: MailSettings | None = None) -> MailSettings:
    """The settings with addresses tidied; refused where they cannot work or lead where a page may not send us."""
    address = tidy_address(wanted.address, "address")
    others = (tidy_address(one, "aliases") for one in wanted.aliases if one.strip())
    aliases = tuple(dict.fromkeys(one for one in others if one != address))
    if len(aliases) > _MOST_ALIASES:
        raise BadEndpoint(f"At most {_MOST_ALIASES} addresses lead to one mailbox.", field="aliases")
    _check_free((address, *aliases), before.endpoint_id if before else 0)
    for name, longest in _LONGEST.items():
        _check_line(name, getattr(wanted, name), longest, many=name == "signature")
    if wanted.begin not in mail.BEGINNINGS:
        raise BadEndpoint("Say what is taken in at first.", field="begin", value=wanted.begin)
    known = {before.imap, before.smtp} if before else set()
    for name, server in (("imap", wanted.imap), ("smtp", wanted.smtp)):
        if server not in known and (name == "smtp" or wanted.is_fetched):
            _check_server(server, name, by)
    if wanted.oauth and (before is None or wanted.oauth != before.oauth):
        outgoing.check(wanted.oauth.token_address)
    return replace(wanted, address=address, aliases=aliases)


def check_secrets(wanted: MailSettings) -> None:
    """Refuse a mailbox into which we could not sign in."""
    kept = wanted.secrets
    if wanted.oauth is None and not kept.password:
        raise BadEndpoint("A password is needed, or access by OAuth.", field="password")
    if wanted.oauth and not (kept.refresh_token or kept.client_secret):
        raise BadEndpoint(
            "OAuth needs a refresh token, or the secret of a program that asks in its own name.",
            field="refresh_token",
        )
    _check_signing(wanted)


def _check_signing(wanted: MailSettings) -> None:
    """Refuse a signature that nobody could make: it would be found out with the first answer only."""
    if wanted.dkim is None:
        return
    if not _HOST.fullmatch(wanted.dkim.domain) or not _HOST.fullmatch(wanted.dkim.selector):
        raise BadEndpoint("Signing needs a domain and a selector.", field="dkim_selector")
    try:
        load_pem_private_key(wanted.secrets.dkim_key.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BadEndpoint("This is not a private key in PEM.", field="dkim_key") from error


def tidy_chat(wanted: ChatSettings) -> ChatSettings:
    """The settings of a chat with origins as browsers say them."""
    if not web.COLOUR.fullmatch(wanted.colour):
        raise BadEndpoint("A colour is written like #1f5f8b.", field="colour", value=wanted.colour)
    if len(wanted.greeting) > web.LONGEST_GREETING:
        raise BadEndpoint(
            f"At most {web.LONGEST_GREETING} characters fit here.", field="greeting", value=wanted.greeting
        )
    if len(wanted.origins) > web.MOST_ORIGINS:
        raise BadEndpoint(f"At most {web.MOST_ORIGINS} sites show one chat.", field="origins")
    try:
        hours.read(wanted.hours, ZoneInfo(wanted.zone).key)
    except hours.BadHours as bad:
        raise BadEndpoint(str(bad), field="hours", value=wanted.hours) from bad
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BadEndpoint("This is not a time zone.", field="zone", value=wanted.zone) from error
    origins = [(one, web.origin_from(one)) for one in wanted.origins if one.strip()]
    for written, origin in origins:
        if origin is None:
            raise BadEndpoint(
                f"'{written[:80]}' is not a site such as https://shop.example.org.",
                field="origins",
                value=written[:200],
            )
    kept = tuple(dict.fromkeys(origin for _written, origin in origins if origin))
    return replace(wanted, origins=kept, greeting=wanted.greeting.strip())


def _check_free(addresses: tuple[str, ...], but: int) -> None:
    taken = Alias.objects.filter(address__in=addresses).exclude(endpoint_id=but).order_by("address").first()
    if taken:
        field = "address" if taken.address == addresses[0] else "aliases"
        raise BadEndpoint(
            f"Mail to {taken.address} goes to another mailbox already.", field=field, value=taken.address
        )


def _check_line(field: str, text: str, longest: int, *, many: bool) -> None:
    if len(text) > longest:
        raise BadEndpoint(f"At most {longest} characters fit here.", field=field, value=text[:80])
    if any(not (char.isprintable() or (many and char in "\r\n\t")) for char in text):
        raise BadEndpoint("This cannot hold control characters.", field=field, value=text[:80])


def _check_server(server: Server, field: str, by: Actor) -> None:
    if not _HOST.fullmatch(server.host):
        raise BadEndpoint(
            f"'{server.host[:80]}' is not the name of a server.", field=field, value=server.host[:200]
        )
    if server.security not in mail.SECURITIES:
        raise BadEndpoint("Say how the line is kept private.", field=field, value=server.security)
    if not 0 < server.port < 65_536:
        raise BadEndpoint("A port is a number from 1 to 65535.", field=field, value=server.port)
    is_told = isinstance(by, Operator) or outgoing.allow_list().covers(server.host, server.port)
    if server.port not in mail.PORTS and not is_told:
        ports = ", ".join(map(str, sorted(mail.PORTS)))
        raise BadEndpoint(
            f"Mail servers listen on {ports}. For another port use `rapport channels` at the command line, or "
            f"allow {server} by RAPPORT_OUTGOING_ALLOW.",
            field=field,
            value=server.port,
        )
