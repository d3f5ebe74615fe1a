"""The letter around a report: recipients and reasons as mail systems without RFC 3464 write them, each its own way."""

import re
from collections.abc import Iterator

from rapport.channels.inbound.rules import addresses, headers
from rapport.channels.inbound.rules.reading import Mail

_MOST_RECIPIENTS = 100
_MOST_SAID = 2_000
MOST_TEXT = 50_000
"""Characters of a report that are looked at."""

_SYSTEM = re.compile(
    r"mailer-?daemon|post-?master|mail-?daemon|mail[ -]delivery|mdaemon|maildelivery|mail ?system"
    r"|courier|microsoft outlook"
    r"|delivery[ -](?:subsystem|system|status|notification|failure|service)|non-?delivery|bounce"
    r"|exchange server"
    r"|(?:mail|system) administrator|^mmdf|mta@|^smtp@|^root@",
    re.IGNORECASE,
)
_SUBJECTS = (
    r"undeliver",
    r"non ?-?deliver",
    r"return(?:ed|ing)? (?:mail|message|to sender)",
    r"returned:",
    r"delivery (?:status )?(?:notification|fail\w*|report|problem|error|delay\w*|has failed)",
    r"delivery (?:unsuccessful|incomplete)",
    r"mail (?:delivery |system )?(?:fail|error|delay|problem|notification|not deliver|undeliver|could not)",
    r"(?:failure|failed) (?:notice|notification|delivery|mail)",
    r"message (?:delayed|undeliver|you sent)",
    r"(?:could|can|was|were|has|have) ?not (?:be |been )?(?:\w+ )?deliver",
    r"(?:un|not )able to deliver",
    r"warning: (?:message|could)",
    r"(?:permanent|delivery|following) (?:delivery )?(?:failure|recipient|address|errors?)",
    r"bounced?\b",
    r"(?:error|trouble|problem) (?:sending|deliver\w+|in deliver\w+)",
    r"did(?:n't| not) (?:get|reach|arrive)",
    r"unzustellbar|nicht zugestellt|fehler bei",
    r"échec|non (?:remis|distribu)|no se puede entregar|no entregado",
    r"impossibile recapitare|mancato recapito|bezorg|onbestelbaar",
    r"недоставлен|не доставлен|不達|配信|エラー|退信|無法傳遞",
    r"^transcript of session follows",
)
_SUBJECT = re.compile("|".join(_SUBJECTS), re.IGNORECASE | re.MULTILINE)
_RETURNED = re.compile(
    r"^[-=_*|: \t]{0,80}+(?:(?:this|below|enclosed|following|here|attached) (?:this line )?is (?:a copy"
    r"|the (?:original|returned|message|header))"
    r"|.{0,30}(?:original|unsent|returned|failed|undelivered) (?:message|mail|letter)(?:'s)? (?:follows"
    r"|headers?|text|body|attached|included|(?:was|is)(?! received)|begins?)\b"
    r"|(?:message|original) (?:headers?|text) follows?|the (?:header|body|text) of the original"
    r"|return-path:|received: (?:from|by) )"
    r"|^[ \t]{0,40}+(?:-{2,80}+|={2,80}+) ?(?:original|returned|unsent|message|below this line|enclosed"
    r"|this is a copy|header)",
    re.IGNORECASE | re.MULTILINE,
)
_ADDRESS = r"(?:[^\s<>\"'(),;:@|/]{1,100}|\"[^\"\n]{1,80}\")@[\w.-]{1,200}\w"
_HEAD = re.compile(
    r"^[ \t>*-]{0,12}(?:(?:to|[\w ]{0,40}recipients?|rcpt(?: to)?|address|delivered to|(?:original"
    r"|final)-recipient)s?[:=] {0,8}(?:rfc822; ?)?)?"
    rf"[<\[(]?(?:mailto:|smtp:|rfc822;)?(?P<address>{_ADDRESS})"
    r"[>\])]?(?:<mailto:[^>\n]{1,200}>)?[ \t]*(?:$|[:;,.\[(]|-+ |\bon\b|could|unknown|was|host ).*$",
    re.IGNORECASE | re.MULTILINE,
)
_ANYWHERE = re.compile(
    rf"(?:recipient|rejected|deliver(?:y|ed)?|undeliverable|failed|reach|address|size|user|account"
    rf"|mailbox)\b[^@\n]{{0,40}}?[\s<(:](?P<address>{_ADDRESS})",
    re.IGNORECASE,
)
_SENDER_BEFORE = re.compile(
    r"(?:sent by|message from|mail from|sender|from|generated from|on behalf of|your address)\s*:?\s*$",
    re.IGNORECASE,
)
_INTRO = re.compile(
    r"(?:address(?:es|\(es\))? failed|not yet been delivered (?:is|are)|following (?:address"
    r"|recipient)[^\n]{0,80}"
    r"|error message below|responded as follows|generated response"
    r"|could not be delivered because of)\s{0,3}:?[ \t]*\n?",
    re.IGNORECASE,
)
_OUT = re.compile(r"^ ?Out: ([45]\d\d[ -].*)$", re.MULTILINE)
_IN_RECIPIENT = re.compile(
    r"^ ?In:\s{1,9}RCPT\s{1,9}TO:\s{0,9}<([^>\n]{1,320})>", re.MULTILINE | re.IGNORECASE
)
_ASKED = {"DATA": "data", "RCPT": "rcpt", "MAIL": "mail", "EHLO": "helo", "HELO": "helo", ".": "data"}


def is_report(mail: Mail) -> bool:
    """Whether a mail system wrote this to say what became of a mail."""
    if mail.root.type == "multipart/report" or "x-failed-recipients" in mail.headers:
        return True
    who = f"{mail.author.email} {mail.author.name}" if mail.author else mail.headers.get("from")
    is_system = mail.return_path == "" or bool(_SYSTEM.search(f"{who} {mail.return_path or ''}"))
    return is_system and bool(_SUBJECT.search(f"{mail.subject[:500]}\n{mail.text[:2_000]}"))


def before_returned(text: str) -> str:
    """The letter without the mail that came back with it."""
    found = _RETURNED.search(text, 0, MOST_TEXT)
    return text[: found.start()] if found and found.start() > 40 else text[:MOST_TEXT]


def paragraphs(text: str) -> list[tuple[str, str]]:
    """Addresses that stand at the head of a paragraph, and what stands in it."""
    heads: list[re.Match[str]] = []
    for match in _HEAD.finditer(text):
        is_again = bool(heads) and heads[-1]["address"].lower() == match["address"].lower()
        if not is_again and not _SENDER_BEFORE.search(text[max(0, match.start() - 60) : match.start()]):
            heads.append(match)
        if len(heads) > _MOST_RECIPIENTS:
            break
    ends = [*(match.start() for match in heads[1:]), len(text)][: len(heads)]
    return [
        (match["address"], text[match.end("address") : min(end, match.end() + _MOST_SAID)].lstrip(">)]: \t"))
        for match, end in zip(heads, ends, strict=True)
    ]


def after_intro(text: str) -> str:
    """What follows the sentence that announces the failures; empty where none does."""
    found = _INTRO.search(text)
    return text[found.end() : found.end() + _MOST_SAID] if found else ""


def told(mail: Mail, text: str) -> Iterator[tuple[str, str]]:
    """Recipients and what the letter says of each, by the most reliable sign there is of who they are."""
    own = {address.email.lower() for address in mail.to}
    heads = [(address, said) for address, said in paragraphs(text) if address.lower() not in own]
    spoken = [head for head in heads if head[1].strip()] or heads[:1]
    named = [address.email for address in addresses.read(mail.headers.all("x-failed-recipients"))]
    if spoken and len(spoken) >= len(named):
        yield from spoken
    elif named:
        yield from ((address, after_intro(text)) for address in named)
    elif text.strip():
        found = _ANYWHERE.search(text)
        returned = [address.email for address in _returned_to(mail)]
        yield (found["address"] if found else next(iter(returned), ""), after_intro(text) if found else "")


def session(mail: Mail) -> tuple[str, str] | None:
    """Postfix tells its postmaster of a dialogue that went wrong: for whom, and the last refusal in it."""
    if "transcript of session follows" not in mail.text[:2_000].lower():
        return None
    refused = [match[1] for match in _OUT.finditer(mail.text, 0, MOST_TEXT)]
    asked = _IN_RECIPIENT.findall(mail.text[:MOST_TEXT])
    return (asked[-1] if asked else "", refused[-1]) if refused else None


def step_of_dialogue(text: str, said: str) -> str:
    """Sendmail shows the dialogue: the last command before the reply that this recipient got."""
    reply = " ".join(said.split())[:30]
    at = text.find(f"<<< {reply}") if reply else -1
    if at < 0:
        return ""
    asked = text.rfind(">>> ", 0, at)
    return _ASKED.get(text[asked + 4 : asked + 8].upper(), "") if asked >= 0 else "conn"


def is_delay(mail: Mail, text: str) -> bool:
    """Whether the letter only warns that the mail is late."""
    return bool(re.search(r"delay|warning|not yet been", mail.subject, re.IGNORECASE)) or (
        "has not yet been delivered" in text
    )


def _returned_to(mail: Mail) -> tuple[addresses.Address, ...]:
    """Whom the returned mail, or what of it came back, was for."""
    for part in mail.root.walk():
        if part.type in {"message/rfc822", "text/rfc822-headers", "message/rfc822-headers"}:
            return addresses.read(headers.read(headers.cut(part.content[:MOST_TEXT])[0])[0].all("to"))
    found = _RETURNED.search(mail.text)
    if not found:
        return ()
    block = mail.text[found.start() : found.start() + 20_000].encode("utf-8", "replace")
    return addresses.read(headers.read(block)[0].all("to"))
