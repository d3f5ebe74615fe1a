"""What a report of a mail system tells of each recipient: RFC 3464 where it is followed, the letter where it is not."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rapport.channels.inbound.rules import addresses, headers, mime, report_letters
from rapport.channels.inbound.rules.reading import Mail
from rapport.channels.inbound.rules.verdicts import Report

_MOST_RECIPIENTS = 100
_MOST_SAID = 2_000
_LEAST_SAID = 300
_STEPS = {
    "data": (
        r"in reply to (?:the )?(?:end of )?data|after (?:the )?(?:end of )?(?:data|message)|end of (?:data|message)"
        r"|data command|after i sent the message|failed on data|sending (?:end of data|message (?:body|data))"
    ),
    "rcpt": r"in reply to (?:the )?rcpt|rcpt[_ ]to|does not like recipient|rejected (?:the )?recipient|rcpt command",
    "mail": r"in reply to (?:the )?mail|mail[_ ]from|sender was rejected|mail command",
    "helo": (
        r"in reply to (?:the )?(?:helo|ehlo|starttls)|after (?:pipelined )?(?:ehlo|helo|starttls)"
        r"|my name was rejected|(?:helo|ehlo) handshake"
    ),
    "conn": (
        r"after initial connection|refused to talk to me|but greeting failed|initial (?:server )?greeting"
        r"|after connect"
    ),
}
_STEP = tuple((name, re.compile(words, re.IGNORECASE)) for name, words in _STEPS.items())
_CODE = re.compile(r"(?<![\d.])([245]\d\d)(?=[ \-]|$)(?![ -]\d{3}\b(?!\.))")
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,2}\.\d{1,3})(?![\d.])")
_SEQUEL = re.compile(r"\s[245]\d\d(?:-(?:[245]\.\d{1,2}\.\d{1,3}\s)?| [245]\.\d{1,2}\.\d{1,3}\s)")
_BLANK = re.compile(r"\s+")
_QUOTED = re.compile(rb"^[> ]*> ?", re.MULTILINE)
_PROGRAMS = frozenset({"x-unix", "x-local", "unix"})
_NO_FIELDS = headers.Headers()
_DELAYED = headers.Headers((("action", "delayed"),))


def of(mail: Mail) -> list[Report]:
    """Every recipient that the mail reports on; none where the mail is no report."""
    blocks = [block for part in mail.root.walk() for block in _blocks(part)][:_MOST_RECIPIENTS]
    if not blocks and not report_letters.is_report(mail):
        return []
    text = report_letters.before_returned(mail.text)
    return list(_from_fields(blocks, text) if blocks else _from_letter(mail, text))[:_MOST_RECIPIENTS]


def _from_fields(blocks: list[headers.Headers], text: str) -> Iterator[Report]:
    paragraphs: dict[str, str] = {}
    for address, said in report_letters.paragraphs(text):
        paragraphs.setdefault(address.lower(), said)
    room = max(_LEAST_SAID, _MOST_SAID // len(blocks))
    for block in blocks:
        recipient = _recipient(block)
        context = paragraphs.get(recipient.lower(), "")
        if not context and len(blocks) == 1:
            context = report_letters.after_intro(text)
        yield _of_block(recipient, block, text, context[:room])


def _blocks(part: mime.Part) -> Iterator[headers.Headers]:
    """Groups of fields on one recipient each; in a report that somebody forwarded too."""
    if "delivery-status" not in part.type and (
        part.type == "message/rfc822" or b"Final-Recipient:" not in part.content[: report_letters.MOST_TEXT]
    ):
        return
    content = part.content[: report_letters.MOST_TEXT].replace(b"\r\n", b"\n")
    if "delivery-status" not in part.type:
        content = _QUOTED.sub(b"", content)
        content = content[max(0, content.find(b"Reporting-MTA:")) :]
    for block in re.split(rb"\n[ \t]*\n", content):
        fields, _ = headers.read(block.lstrip(b"\n"))
        if any(name in fields for name in ("final-recipient", "original-recipient", "x-actual-recipient")):
            yield fields


def _of_block(recipient: str, block: headers.Headers, text: str, context: str) -> Report:
    diagnostic = block.get("diagnostic-code") or block.get("x-supplementary-info") or block.get("x-notes")
    kind, mark, said = diagnostic.partition(";")
    if not mark or " " in kind.strip():
        kind, said = "", diagnostic
    step = report_letters.step_of_dialogue(text, said) or _command(_flat(f"{said} {context}"))
    is_program = (
        kind.strip().lower() in _PROGRAMS
        or recipient[:1] in {"|", "/"}
        or "|" in block.get("x-actual-recipient")
    )
    return _report(recipient, said, block, _Around(context, step, is_program))


def _from_letter(mail: Mail, text: str) -> Iterator[Report]:
    session = report_letters.session(mail)
    if session:
        yield _report(*session, _NO_FIELDS, _Around())
    else:
        action = _DELAYED if report_letters.is_delay(mail, text) else _NO_FIELDS
        for recipient, said in report_letters.told(mail, text):
            yield _report(recipient, said, action, _Around(text[:_MOST_SAID], is_letter=True))


def _recipient(block: headers.Headers) -> str:
    for name in ("final-recipient", "original-recipient", "x-actual-recipient"):
        address = block.get(name).partition(";")[2] or block.get(name)
        found = addresses.read([headers.decode(address)])
        if found or address.strip():
            return (
                found[0].email
                if found and address.strip()[:1] not in {"|", "/"}
                else address.strip(" <>")[:320]
            )
    return ""


@dataclass(frozen=True)
class _Around:
    """What else is known of the words of a server."""

    context: str = ""
    step: str = ""
    is_program: bool = False
    is_letter: bool = False


def _report(recipient: str, said: str, block: headers.Headers, around: _Around) -> Report:
    plain = _BLANK.sub(" ", said[:_MOST_SAID]).strip()
    context = _BLANK.sub(" ", around.context[:_MOST_SAID]).strip()
    code = _CODE.search(plain) or _CODE.search(context)
    return Report(
        recipient=recipient,
        said=_flat(plain),
        status=_status(block.get("status"), plain) or _status("", context),
        code=code[1] if code else "",
        action=block.get("action").partition(" ")[0].strip().lower(),
        command=around.step or _command(plain),
        is_program=around.is_program,
        context=_flat(context),
        is_letter=around.is_letter,
    )


def _status(field: str, words: str) -> str:
    """The status of the field, or the one in the words where that says more."""
    told, in_words = _STATUS.search(field), _STATUS.search(words)
    best = told[1] if told else ""
    return in_words[1] if in_words and (not best or best.split(".")[1] == "0") else best


def _flat(said: str) -> str:
    """On one line, a reply of several lines joined as if it were one: the code stands once."""
    plain = _BLANK.sub(" ", said[:_MOST_SAID]).strip()
    first = _CODE.search(plain)
    end = first.end() if first else 0
    return plain[:end] + _SEQUEL.sub(" ", plain[end:])


def _command(words: str) -> str:
    found = [(match.start(), name) for name, pattern in _STEP if (match := pattern.search(words))]
    return min(found)[1] if found else ""
