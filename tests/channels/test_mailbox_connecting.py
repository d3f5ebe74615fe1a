"""Lines to mail servers: private, guarded, cut in time, and every trouble said in words."""

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.channels import servers
from tests.channels.mailboxes import described, letter, open_support

from rapport.channels.endpoints import commands as endpoints
from rapport.channels.endpoints import queries
from rapport.channels.endpoints.commands import connecting, tokens
from rapport.channels.endpoints.rules.mail import MailSettings, OAuth, Secrets, Server
from rapport.channels.inbound.commands import fetching
from rapport.kernel import outgoing


def settings(server: Server, **more: Any) -> MailSettings:
    known: dict[str, Any] = {
        "address": "support@wren.example",
        "imap": server,
        "smtp": server,
        "secrets": Secrets(password="three quiet words"),
    }
    return MailSettings(**(known | more))


def trouble_of(asked: MailSettings, *, protocol: str = "imap") -> endpoints.MailTrouble:
    reach = endpoints.imap if protocol == "imap" else endpoints.smtp
    with pytest.raises(endpoints.MailTrouble) as told, reach(asked, at=datetime.now(UTC)):
        pytest.fail("it let us in")
    return told.value


@contextmanager
def answering(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that says what a test wants it to say."""
    listening = socket.create_server(("127.0.0.1", 0))
    held: list[socket.socket] = []

    def serve() -> None:
        while True:
            try:
                line, _ = listening.accept()
            except OSError:
                return
            held.append(line)
            try:
                talk(line)
            except OSError:
                continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listening.getsockname()[1]
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join(5)
    for line in held:
        line.close()


def local(port: int, security: str = "none") -> MailSettings:
    return settings(Server("127.0.0.1", port, security))


@pytest.mark.parametrize(
    ("number", "may"),
    [
        ("127.0.0.1", True),
        ("10.0.0.5", True),
        ("192.168.1.9", True),
        ("fd00::5", True),
        ("93.184.216.34", True),
        ("169.254.169.254", False),
        ("fe80::1", False),
        ("::ffff:169.254.169.254", False),
        ("0.0.0.0", False),
        ("255.255.255.255", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("::", False),
    ],
)
def test_a_mail_server_may_be_ones_own_but_not_of_the_link_or_nobody(
    monkeypatch: pytest.MonkeyPatch, number: str, *, may: bool
) -> None:
    monkeypatch.setattr(outgoing, "resolved", lambda *_: [number])
    opened: list[object] = []
    monkeypatch.setattr(socket, "create_connection", lambda place, *_: opened.append(place) or _refuse())

    trouble = trouble_of(settings(Server("mail.wren.example", 993)))
    assert (trouble.kind, bool(opened)) == (("unreachable", True) if may else ("refused", False))


def _refuse() -> None:
    raise ConnectionRefusedError


def test_every_number_of_a_name_must_be_fit_and_the_line_goes_to_that_number(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = [["93.184.216.34", "169.254.169.254"], ["93.184.216.34"], ["169.254.169.254"]]
    monkeypatch.setattr(outgoing, "resolved", lambda *_: answers.pop(0))
    opened: list[Any] = []
    monkeypatch.setattr(socket, "create_connection", lambda place, *_: opened.append(place) or _refuse())

    assert trouble_of(settings(Server("two.example", 993))).kind == "refused"
    assert trouble_of(settings(Server("two.example", 993))).kind == "unreachable"
    assert opened == [("93.184.216.34", 993)]


def test_no_password_goes_readable_to_a_server_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "resolved", lambda *_: ["93.184.216.34"])
    monkeypatch.setattr(socket, "create_connection", lambda *_: pytest.fail("a line was opened"))

    told = trouble_of(settings(Server("mail.wren.example", 143, "none")))
    assert "needs TLS" in told.message


def test_troubles_are_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connecting, "ANSWER_SECONDS", 0.5)
    nobody = servers.free_port()
    assert trouble_of(local(nobody)).message == f"Nobody listens on 127.0.0.1:{nobody}."
    assert trouble_of(settings(Server("no.such.host.invalid", 993))).kind == "name"
    with answering(lambda line: line.sendall(b"HTTP/1.0 400 what?\r\n\r\n")) as port:
        assert trouble_of(local(port)).kind == "protocol"
    with answering(lambda _line: None) as port:
        assert "did not answer in time" in trouble_of(local(port)).message
    with answering(lambda line: line.close()) as port:
        assert trouble_of(local(port)).kind in {"protocol", "unreachable"}
    with answering(lambda line: line.sendall(b"220 hello\r\n")) as port:
        assert trouble_of(local(port, "tls"), protocol="smtp").kind == "tls"


def test_a_server_that_drips_is_cut_when_the_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    def drip(line: socket.socket) -> None:
        for _ in range(300):
            line.sendall(b"x")
            time.sleep(0.1)

    monkeypatch.setattr(connecting, "LINE_SECONDS", 1.0)
    with answering(drip) as port:
        began = time.monotonic()
        with (
            pytest.raises(endpoints.MailTrouble, match="in time"),
            endpoints.imap(local(port), at=datetime.now(UTC), seconds=1.0),
        ):
            pytest.fail("it let us in")
        assert time.monotonic() - began < 10


def test_a_server_that_sends_without_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connecting, "_MOST_LITERAL", 1_000)
    said = b"* OK hello\r\n* CAPABILITY IMAP4rev1 {999999}\r\n"
    with answering(lambda line: line.sendall(said)) as port:
        assert trouble_of(local(port)).kind in {"protocol", "unreachable"}


def test_a_hostile_answer_is_shortened_to_plain_text() -> None:
    def refuse(line: socket.socket) -> None:
        line.sendall(b"* OK [CAPABILITY IMAP4rev1] hi\r\n")
        while tag := line.recv(1_000).split(b" ")[0]:
            line.sendall(tag + b" NO \x1b[31m<script>" + b"x" * 2_000 + b"\r\n")

    with answering(refuse) as port:
        told = trouble_of(local(port))
    assert "\x1b" not in told.message
    assert len(told.message) < 300


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that only a test trusts."""
    from ipaddress import ip_address

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "own.pem"
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    path.write_bytes(made.public_bytes(pem) + private)
    return path


def test_tls_is_spoken_with_a_certificate_that_is_trusted_alone(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    servers.needs_servers()
    at = datetime.now(UTC)
    with servers.MailServers(certificate=certificate) as own:
        known = {"imap": Server("127.0.0.1", own.imaps_port, "tls")}
        told = trouble_of(described(own, **known))
        assert told.kind == "tls"
        assert "certificate" in told.message
        trust = ssl.create_default_context(cafile=str(certificate))
        monkeypatch.setattr(connecting, "_trusting", lambda: trust)
        with endpoints.imap(described(own, **known), at=at) as box:
            assert "IDLE" in box.client.capabilities
        known = {"imap": Server("127.0.0.1", own.imap_port, "starttls")}
        with endpoints.imap(described(own, **known), at=at) as box:
            assert isinstance(box.client.sock, ssl.SSLSocket)


class Provider:
    """Gives access tokens and says whose they are, as a provider's servers do."""

    def __init__(self, *, rotates: bool = False) -> None:
        self.asked: list[dict[str, list[str]]] = []
        self.rotates, self.refuses = rotates, False
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self._thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self._thread.join()
        self.server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                token = self.path.rpartition("access_token=")[2] or self.path.rpartition("/")[2]
                if token.startswith("access-"):
                    self._say(200, {"email": f"support@{servers.DOMAIN}"})
                else:
                    self._say(401, {"error": "invalid_token"})

            def do_POST(self) -> None:
                asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                provider.asked.append(asked)
                if provider.refuses:
                    self._say(400, {"error": "invalid_grant", "error_description": "The grant was revoked."})
                    return
                answer = {"access_token": f"access-{len(provider.asked)}", "expires_in": 3600}
                if provider.rotates:
                    answer["refresh_token"] = f"refresh-{len(provider.asked)}"
                self._say(200, answer)

            def _say(self, status: int, body: dict[str, Any]) -> None:
                raw = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    monkeypatch.setenv("RAPPORT_OUTGOING_ALLOW", "127.0.0.1")
    monkeypatch.setattr(tokens, "_KEPT", tokens._Kept())
    with Provider() as running:
        yield running


def by_token(provider: Provider, **secrets: str) -> dict[str, Any]:
    return {
        "oauth": OAuth(f"{provider.address}/token", "rapport", "mail"),
        "secrets": Secrets(**(secrets or {"refresh_token": "refresh-0"})),
    }


@pytest.mark.django_db
def test_a_real_server_lets_us_in_by_xoauth2(provider: Provider, noon: datetime) -> None:
    servers.needs_servers()
    with servers.MailServers(token_info=f"{provider.address}/info?access_token=") as own:
        support = open_support(own, at=noon, **by_token(provider))
        own.lay("support", letter("The blue bicycle"))

        found = fetching.look(support, lambda mail: fetching.keep(mail, at=noon), at=noon)
        assert found.mails == 1, own.log()
        fetching.look(support, lambda mail: fetching.keep(mail, at=noon), at=noon)
    assert [asked["grant_type"] for asked in provider.asked] == [["refresh_token"]]
    assert provider.asked[0]["refresh_token"] == ["refresh-0"]


def test_a_program_asks_in_its_own_name(provider: Provider, noon: datetime) -> None:
    asked = settings(Server("127.0.0.1", 1), **by_token(provider, client_secret="ours"))
    secret = tokens.secret_for(asked, "support", "", at=noon)

    assert (secret.text, secret.is_token) == ("access-1", True)
    assert provider.asked[0]["grant_type"] == ["client_credentials"]
    assert provider.asked[0]["client_secret"] == ["ours"]
    assert tokens.secret_for(asked, "support", "", at=noon + timedelta(minutes=50)).text == "access-1"
    assert tokens.secret_for(asked, "support", "", at=noon + timedelta(minutes=56)).text == "access-2"


@pytest.mark.django_db
def test_a_refresh_token_that_changes_is_kept(provider: Provider, noon: datetime) -> None:
    provider.rotates = True
    servers.needs_servers()
    with servers.MailServers(token_info=f"{provider.address}/info?access_token=") as own:
        support = open_support(own, at=noon, **by_token(provider))
        with endpoints.imap(queries.mail_settings(support), at=noon):
            pass
        assert queries.mail_settings(support).secrets.refresh_token == "refresh-1"
        with endpoints.imap(queries.mail_settings(support), at=noon):
            pass
    assert [asked.get("refresh_token") for asked in provider.asked] == [["refresh-0"], ["refresh-1"]]


def test_a_provider_that_says_no_is_told_in_its_words(provider: Provider, noon: datetime) -> None:
    provider.refuses = True
    with pytest.raises(endpoints.MailTrouble, match="revoked") as told:
        tokens.secret_for(settings(Server("127.0.0.1", 1), **by_token(provider)), "support", "", at=noon)
    assert told.value.kind == "sign_in"


@pytest.mark.usefixtures("provider")
def test_a_provider_that_is_away_is_told(noon: datetime) -> None:
    away = OAuth(f"http://127.0.0.1:{servers.free_port()}/token", "rapport")
    asked = settings(Server("127.0.0.1", 1), oauth=away, secrets=Secrets(refresh_token="r"))
    with pytest.raises(endpoints.MailTrouble) as told:
        tokens.secret_for(asked, "support", "", at=noon)
    assert told.value.kind == "unreachable"
