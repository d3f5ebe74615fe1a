"""What became of a mail of ours is read right: from the real reports, and from the letters of many mail systems."""

import json
from collections import Counter
from pathlib import Path

import pytest
from tests.channels.real_mails import files_of
from tests.corpus.bounce_letters import LETTERS

from rapport.channels.inbound.rules import bouncing, reading

UNDONE = {
    "lhost-exim-46": "no reverse name, which the list calls blocked",
    "lhost-postfix-74": "deferred for complaints, in the list once rejected and once badreputation",
    "rfc3464-01": "the fields say that nobody is of that name, the letter that a disk is full",
    "rfc3464-28": "a mailbox of two mails, of which the first is read",
}
"""Mails that are read otherwise than listed, and why."""


def letter(
    body: str, *, author: str = "MAILER-DAEMON@example.org", subject: str = "Undelivered Mail"
) -> reading.Mail:
    return reading.read(f"From: {author}\nTo: help@shop.example\nSubject: {subject}\n\n{body}".encode())


def reasons_in(mail: reading.Mail) -> list[tuple[str, str]]:
    return [(bounce.recipient, bounce.reason) for bounce in bouncing.bounces(mail)]


@pytest.mark.shared_data
def test_reason_and_hardness_are_right_in_97_of_100_real_reports(shared_data: Path) -> None:
    files = files_of(shared_data / "mail" / "bounces.tar.gz")
    right, all_told, wrong = 0, 0, set()
    for line in files["expected.jsonl"].decode().splitlines():
        entry = json.loads(line)
        told = bouncing.bounces(reading.read(files[entry["file"]]))
        wanted = Counter((one["reason"], one["hardbounce"]) for one in entry["expected"])
        found = Counter((bounce.reason, bounce.is_hard) for bounce in told)
        all_told += wanted.total()
        right += (wanted & found).total()
        wrong |= {entry["file"].rpartition("/")[2].removesuffix(".eml")} if wanted != found else set()
    assert all_told == 236
    assert right / all_told >= 0.97
    assert wrong == set(UNDONE)


@pytest.mark.shared_data
def test_status_and_code_are_those_of_the_real_reports_where_they_hold_any(shared_data: Path) -> None:
    files = files_of(shared_data / "mail" / "bounces.tar.gz")
    told, right = 0, 0
    for line in files["expected.jsonl"].decode().splitlines():
        entry = json.loads(line)
        found = bouncing.bounces(reading.read(files[entry["file"]]))
        for wanted, bounce in zip(entry["expected"], found, strict=False):
            if bounce.code and wanted["replycode"]:
                told += 1
                right += bounce.code == wanted["replycode"]
    assert told > 150
    assert right / told > 0.95


@pytest.mark.shared_data
def test_no_real_mail_of_a_person_is_taken_for_a_report(shared_data: Path) -> None:
    for archive in ("mime.tar.gz", "signatures.tar.gz"):
        for name, raw in files_of(shared_data / "mail" / archive).items():
            if name.endswith((".eml", ".txt")) and "/files/" not in name:
                assert bouncing.bounces(reading.read(raw)) == (), name


@pytest.mark.parametrize("system", LETTERS)
def test_the_letter_of_a_mail_system_is_understood(system: str) -> None:
    body, expected = LETTERS[system]
    assert reasons_in(letter(body)) == expected


def report(
    *, recipient: str = "joe@example.com", action: str = "failed", status: str, said: str = ""
) -> reading.Mail:
    fields = f"Final-Recipient: rfc822; {recipient}\nAction: {action}\nStatus: {status}\n"
    fields += f"Diagnostic-Code: smtp; {said}\n" if said else ""
    head = "From: MAILER-DAEMON@mx.example\nContent-Type: multipart/report; boundary=b\n\n"
    parts = f"--b\n\nIt failed.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: x\n\n{fields}\n--b--"
    return reading.read((head + parts).encode())


REPLIES = [
    ("5.1.1", "550 5.1.1 The email account that you tried to reach does not exist.", "userunknown"),
    ("5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found by SMTP address lookup", "userunknown"),
    ("5.2.1", "550 5.2.1 The email account that you tried to reach is disabled.", "suspend"),
    ("4.2.2", "452 4.2.2 The email account that you tried to reach is over quota.", "mailboxfull"),
    ("5.3.4", "552 5.3.4 Message size exceeds fixed limit", "mesgtoobig"),
    ("5.7.1", "550 High probability of spam", "spamdetected"),
    ("5.7.1", "554 5.7.1 Client host [192.0.2.1] blocked using zen.spamhaus.org", "blocked"),
    (
        "5.7.26",
        "550 5.7.26 Unauthenticated email is not accepted due to domain's DMARC policy.",
        "authfailure",
    ),
    ("5.7.25", "550 5.7.25 The sending IP address does not have a PTR record", "requireptr"),
    ("5.7.1", "554 5.7.1 <joe@example.com>: Relay access denied", "norelaying"),
    ("4.2.1", "450 4.2.1 The user you are trying to contact is receiving mail too quickly.", "speeding"),
    ("4.7.0", "421 4.7.0 Too many connections from your IP", "toomanyconn"),
    ("5.1.8", "553 5.1.8 Domain of sender address ada@shop.example does not exist", "rejected"),
    (
        "5.7.0",
        "552-5.7.0 This message was blocked because its content presents a potential",
        "policyviolation",
    ),
    ("5.7.1", "550 Virus found in message", "virusdetected"),
    ("5.4.4", "Host or domain name not found. Name service error: Host not found", "hostunknown"),
    ("4.4.1", "connect to mx.example.com[192.0.2.1]:25: Connection refused", "networkerror"),
    ("5.4.6", "554 5.4.6 Too many hops", "networkerror"),
    ("5.1.10", "550 5.1.10 recipient domain has null MX", "notaccept"),
    ("5.7.0", "530 5.7.0 Must issue a STARTTLS command first", "failedstarttls"),
    ("4.3.1", "452 4.3.1 Insufficient system storage", "systemfull"),
    ("4.2.0", "450 4.2.0 <joe@example.com>: Recipient address rejected: Greylisted", "blocked"),
    ("5.1.1", "", "userunknown"),
    ("5.2.2", "", "mailboxfull"),
    ("5.0.0", "550 rrrrr", "onhold"),
    ("5.0.0", "", "undefined"),
]
"""Statuses and words of servers, and what they mean."""

HARD = {"userunknown", "hostunknown", "hasmoved", "notaccept"}


@pytest.mark.parametrize(("status", "said", "reason"), REPLIES)
def test_a_reply_of_a_server_is_given_its_reason(status: str, said: str, reason: str) -> None:
    (found,) = bouncing.bounces(report(status=status, said=said))
    assert (found.reason, found.is_hard, found.status) == (reason, reason in HARD, status)


def test_a_mailbox_nobody_has_is_certain_only_when_the_address_itself_was_refused() -> None:
    for step, reason in (("RCPT TO", "userunknown"), ("end of DATA", "filtered")):
        body = f"<joe@example.com>: host mx.example.com said: 550 User unknown (in reply to {step} command)\n"
        assert reasons_in(letter(body)) == [("joe@example.com", reason)]


def test_a_warning_that_a_mail_is_late_is_no_failure() -> None:
    (found,) = bouncing.bounces(report(action="delayed", status="4.4.0"))
    assert (found.reason, found.is_hard) == ("expired", False)


def test_news_of_delivery_is_told_as_such() -> None:
    for action in ("delivered", "relayed", "expanded"):
        (found,) = bouncing.bounces(report(action=action, status="2.0.0"))
        assert found.reason == "delivered"


def test_a_complaint_names_whose_it_is() -> None:
    head = (
        "From: fbl@example.net\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\n\n"
    )
    fields = "Feedback-Type: abuse\nVersion: 1\nOriginal-Rcpt-To: <joe@example.com>\n"
    mail = reading.read(
        f"{head}--b\n\nhi\n--b\nContent-Type: message/feedback-report\n\n{fields}\n--b--".encode()
    )
    assert reasons_in(mail) == [("joe@example.com", "feedback")]


def test_somebody_away_is_told_as_such() -> None:
    mail = reading.read(
        b"From: joe@example.com\nAuto-Submitted: auto-replied\nSubject: Away\n\nBack on Monday."
    )
    assert reasons_in(mail) == [("joe@example.com", "vacation")]


def test_a_person_who_writes_about_bounces_is_no_mail_system() -> None:
    body = "Hello,\n\n<joe@example.com>: 550 5.1.1 User unknown\n\nis what I get when I write to you. Why?"
    assert bouncing.bounces(letter(body, author="Ada <ada@example.org>", subject="Undelivered Mail")) == ()


def test_a_hundred_recipients_are_all_told_and_no_more() -> None:
    body = "Delivery has failed.\n\n" + "".join(
        f"<a{number}@example.com>: User unknown\n" for number in range(500)
    )
    assert len(bouncing.bounces(letter(body))) == 100
