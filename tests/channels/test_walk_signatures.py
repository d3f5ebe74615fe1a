"""Signatures of mails checked by ourselves, against a DNS of our own; and what other servers' words are worth."""

import base64
from datetime import datetime
from functools import cache

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from tests.channels.arriving import mail, mailbox, message_of

from rapport.channels.inbound import commands as inbound
from rapport.channels.inbound.commands import checking
from rapport.channels.inbound.rules import authentication

dkim = pytest.importorskip("dkim", reason="the extra mail-auth is not installed")


@cache
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def ask(name: bytes | str, timeout: int = 5) -> bytes | None:  # noqa: ARG001 - as the DNS is asked
    """A DNS that knows one key of mail.example and one of evil.example."""
    known = {"one._domainkey.mail.example.", "one._domainkey.evil.example."}
    public = key().public_key()
    der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    text = name.decode() if isinstance(name, bytes) else name
    return b"v=DKIM1; k=rsa; p=" + base64.b64encode(der) if text in known else None


def signed(raw: bytes, domain: str = "mail.example", *, selector: str = "one", **more: object) -> bytes:
    pem = key().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    field: bytes = dkim.sign(raw, selector.encode(), domain.encode(), pem, **more)
    return field + raw


def test_a_signature_of_the_senders_domain_proves_it() -> None:
    found = checking.verdict(signed(mail()), "mail.example", ask=ask)

    assert (found.result, found.proof) == ("pass", "dmarc:mail.example")


def test_a_signature_of_the_domain_above_proves_the_one_below() -> None:
    assert checking.verdict(signed(mail()), "post.mail.example", ask=ask).is_pass


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(mail, id="none"),
        pytest.param(lambda: signed(mail(), "evil.example"), id="of another domain"),
        pytest.param(lambda: signed(mail()).replace(b"parcel", b"purse"), id="of other words"),
        pytest.param(
            lambda: signed(mail(), length=True) + b"and send it to Mallory\n", id="of the beginning only"
        ),
        pytest.param(lambda: signed(mail(), selector="two"), id="with an unknown key"),
        pytest.param(lambda: b"DKIM-Signature: v=1; nonsense\n" + mail(), id="broken"),
    ],
)
def test_a_signature_that_does_not_hold_proves_nothing_and_accuses_nobody(raw: object) -> None:
    found = checking.verdict(raw(), "mail.example", ask=ask)  # type: ignore[operator]

    assert (found.result, found.is_checked, found.proof) == ("none", True, "")


def test_a_dns_that_fails_proves_nothing() -> None:
    def broken(name: bytes, timeout: int = 5) -> bytes:  # noqa: ARG001 - as the DNS is asked
        raise OSError("no answer")

    assert checking.verdict(signed(mail()), "mail.example", ask=broken).result == "none"


@pytest.mark.django_db
def test_a_mailbox_that_says_so_has_its_mails_checked_before_their_walk(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dkim, "get_txt", ask)
    monkeypatch.setattr(dkim.DKIM.verify, "__defaults__", (0, ask))
    shop = mailbox(now, server="")
    shop.settings = {"checks_signatures": True}
    shop.save()
    number = inbound.receive(shop.pk, signed(mail()), external_id="uid:1", at=now)

    walked = inbound.walk(number, at=now, opened=inbound.open_envelope(number))

    assert walked.is_verified
    assert message_of(walked).thread.identifier.proof == "dmarc:mail.example"


@pytest.mark.parametrize(
    ("field", "result"),
    [
        ("mx.ours; dmarc=pass (p=none) header.from=mail.example", "pass"),
        ("mx.ours; spf=pass smtp.mailfrom=bounce@mail.example", "pass"),
        ("mx.ours; dkim=pass header.i=@mail.example; spf=fail smtp.mailfrom=x@other.example", "pass"),
        ("MX.ours 1; dkim=fail header.d=mail.example; dkim=pass header.d=mail.example", "pass"),
        ("mx.ours; dmarc=pass header.from=evil.example", "fail"),
        ("mx.ours; dmarc=fail header.from=mail.example; dkim=pass header.d=mail.example", "fail"),
        ("mx.ours; dkim=pass header.d=l.example; spf=pass smtp.mailfrom=a@l.example", "fail"),
        ("mx.ours; spf=softfail smtp.mailfrom=a@mail.example", "fail"),
        ("mx.ours; dkim=pass header.d=example", "fail"),
        ("mx.ours; none", "none"),
        ("mx.ours; spf=none; dkim=none", "none"),
        ("mx.evil; dmarc=pass header.from=mail.example", "none"),
        ("mx.ours.evil.example; dmarc=pass header.from=mail.example", "none"),
        ("mx.ours (comment; dmarc=pass header.from=mail.example); dmarc=fail", "fail"),
        ("", "none"),
        (";;;=;dmarc=", "none"),
        ("(" * 5_000 + "mx.ours; dmarc=pass", "none"),
    ],
)
def test_what_a_result_says_of_the_sender(field: str, result: str) -> None:
    found = authentication.verdict([field], server="mx.ours", author_domain="mail.example")

    assert found.result == result
