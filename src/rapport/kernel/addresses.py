"""Where a server may be made to send at somebody's word: to the public network, and where an operator allows it."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from rapport.kernel.refusals import Refusal

PORTS = frozenset({80, 443, 8000, 8080, 8443})
"""Where web servers listen; other ports belong to services that a stranger must not make us talk to."""
LONGEST = 2_000
_EMBEDDING = (
    ipaddress.ip_network("64:ff9b::/96"),
    ipaddress.ip_network("64:ff9b:1::/48"),
    ipaddress.ip_network("2002::/16"),
    ipaddress.ip_network("2001::/32"),
    ipaddress.ip_network("::/96"),
)
"""IPv6 networks whose addresses carry an IPv4 address, by which a private one could be reached."""


class TargetNotAllowed(Refusal):
    """An address to which Rapport sends nothing."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart: where to connect, and what to ask for there."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """What stands in the Host header: the port only where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _port_of(self.scheme) else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class AllowList:
    """What an operator allows beyond the public network: hosts, with or without a port.

    >>> AllowList.read("127.0.0.1:9000, hooks.internal").covers("hooks.internal", 8443)
    True
    """

    entries: frozenset[str] = frozenset()

    @classmethod
    def read(cls, written: str) -> "AllowList":
        return cls(frozenset(entry.strip().lower() for entry in written.split(",") if entry.strip()))

    def covers(self, host: str, port: int) -> bool:
        return host in self.entries or f"{host}:{port}" in self.entries


def taken_apart(url: str, allowed: AllowList) -> Target:
    """The target of a URL, refused unless it is plain https to a web server (or on the operator's list)."""
    if len(url) > LONGEST or not url.isascii() or any(char <= " " or char in "\\\x7f" for char in url):
        raise _refused("This is not a web address.", url)
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError as error:
        raise _refused("This is not a web address.", url) from error
    port = _port_of(parts.scheme) if port is None else port
    if not host or "%" in host or parts.scheme not in {"http", "https"}:
        raise _refused("A web address begins with https:// and names a host.", url)
    if "@" in parts.netloc:
        raise _refused("An address may not carry a name or a password.", url)
    if not allowed.covers(host, port):
        _check_public(parts.scheme, host, port, url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, path)


def _check_public(scheme: str, host: str, port: int, url: str) -> None:
    if scheme != "https":
        raise _refused("Only https:// addresses are sent to.", url)
    if port not in PORTS:
        raise _refused(f"Nothing is sent to port {port}.", url)
    if host.endswith(".") or ("." not in host.rstrip(".") and ":" not in host):
        raise _refused("The host needs its full name, without a dot at its end.", url)
    if _looks_like_a_number(host) and not _is_plain_ip(host):
        raise _refused("An IP address is written with four plain numbers.", url)


def _looks_like_a_number(host: str) -> bool:
    last = host.rsplit(".", 1)[-1]
    return last.isdecimal() or last.startswith("0x")


def _is_plain_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public network, and not to us, our neighbours or nobody.

    >>> is_public("93.184.215.14"), is_public("169.254.169.254"), is_public("::ffff:127.0.0.1")
    (True, False, False)
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if found.is_site_local or any(found in network for network in _EMBEDDING):
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved


def _port_of(scheme: str) -> int:
    return 443 if scheme == "https" else 80


def _refused(message: str, url: str) -> TargetNotAllowed:
    return TargetNotAllowed(message, field="address", value=url[:200])
