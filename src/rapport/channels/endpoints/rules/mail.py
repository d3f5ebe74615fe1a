"""What is known of a mailbox: its servers, how we sign in, and how we write from it."""

from dataclasses import dataclass, field

SECURITIES: dict[str, str] = {
    "tls": "TLS from the first byte",
    "starttls": "STARTTLS",
    "none": "none; only within one's own network",
}
PORTS = frozenset({25, 143, 465, 587, 993, 2525})
"""Where mail servers listen; on other ports a page could be used to knock at somebody's doors."""
USUAL_PORTS = {
    ("imap", "tls"): 993,
    ("imap", "starttls"): 143,
    ("imap", "none"): 143,
    ("smtp", "tls"): 465,
    ("smtp", "starttls"): 587,
    ("smtp", "none"): 25,
}
BEGINNINGS: dict[str, str] = {
    "unread": "what lies there unread, and everything that arrives from now on",
    "new": "only what arrives from now on",
    "all": "everything that lies there",
}
MOST_BYTES = 50 * 1024**2
"""A larger mail is not fetched whole: its header is, and a person decides."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where a mail server listens, and how the line to it is kept private; without a host there is none."""

    host: str
    port: int
    security: str = "tls"

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class OAuth:
    """Where access tokens come from. Without a refresh token the program asks in its own name (client credentials)."""

    token_address: str
    client_id: str
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Dkim:
    """Under which name outgoing mail is signed."""

    domain: str
    selector: str


@dataclass(frozen=True, slots=True)
class Secrets:
    """What is sealed at rest. The key of DKIM is PEM."""

    password: str = field(default="", repr=False)
    smtp_password: str = field(default="", repr=False)
    client_secret: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    dkim_key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """A mailbox as it was described: `user` "" is the address, `smtp_user` "" is the user.

    `takes_tags`: mail to `support+anything@` arrives in `support@`. `marks_read`: what was taken in is marked as
    read on the server; nothing is ever deleted there. `begin` says what is taken in at the first look.
    `vouched_by` is the name under which our own mail server says who sent a mail (Authentication-Results); without
    one nobody is believed, unless `checks_signatures` lets us ask the DNS ourselves.
    """

    address: str
    imap: Server
    smtp: Server
    aliases: tuple[str, ...] = ()
    sender_name: str = ""
    user: str = ""
    smtp_user: str = ""
    folder: str = "INBOX"
    signature: str = ""
    begin: str = "unread"
    marks_read: bool = True
    takes_tags: bool = True
    vouched_by: str = ""
    checks_signatures: bool = False
    oauth: OAuth | None = None
    dkim: Dkim | None = None
    secrets: Secrets = field(default=Secrets(), repr=False)
    endpoint_id: int = 0
    name: str = ""

    @property
    def is_fetched(self) -> bool:
        """Whether mail is fetched from a server; else it is only handed over by others."""
        return bool(self.imap.host)

    @property
    def domain(self) -> str:
        """The domain of its address: that of Message-IDs, and how we greet other servers."""
        return self.address.rpartition("@")[2]

    @property
    def imap_user(self) -> str:
        return self.user or self.address

    @property
    def smtp_sender(self) -> str:
        """The name under which we sign in to the outgoing server; "" needs no signing in."""
        return self.smtp_user or self.user or self.address

    @property
    def smtp_password(self) -> str:
        return self.secrets.smtp_password or self.secrets.password


NOWHERE = Server("", 0)
"""No server: mail is not fetched, but handed over by a provider."""


def untagged(address: str) -> str:
    """The address without what stands between + and @, in lower case.

    >>> untagged("Support+abc.DEF@Example.org")
    'support@example.org'
    """
    local, _at, domain = address.strip().lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def server_from(text: str, protocol: str, security: str = "tls") -> Server:
    """The server written as `host` or `host:port`; `[::1]:993` for numbers of IPv6.

    >>> server_from("imap.example.org", "imap")
    Server(host='imap.example.org', port=993, security='tls')
    """
    host, port = text.strip(), ""
    if host.startswith("["):
        host, _bracket, port = host[1:].partition("]")
        port = port.removeprefix(":")
    elif host.count(":") == 1:
        host, _colon, port = host.partition(":")
    number = int(port) if port.isascii() and port.isdecimal() and len(port) < 6 else 0
    return Server(host.lower(), number if port else USUAL_PORTS[(protocol, security)], security)
