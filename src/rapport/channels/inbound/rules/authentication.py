"""Whether a mail comes from whom its From field names: the word of our own mail server, and of nobody else (RFC 8601).

Anybody can write an Authentication-Results field. Only the topmost one counts, and only under the name of our server.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_COMMENT = re.compile(r"\((?:[^()\\]|\\.)*\)")
_RESULT = re.compile(r"\s*([a-z0-9-]{1,40})(?:/\d{1,3})?\s*=\s*([a-z]{1,20})", re.IGNORECASE)
_PROPERTY = re.compile(
    r"([a-z0-9-]{1,20})\.([a-z0-9_-]{1,40})\s*=\s*(\"[^\"]{0,320}\"|[^\s;]{1,320})", re.IGNORECASE
)
_MOST_RESULTS = 30
_LONGEST = 10_000
_WRONG = frozenset({"fail", "softfail", "permerror", "policy"})

PASS, FAIL, NONE = "pass", "fail", "none"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of who sent a mail. `result` is pass, fail or none; `is_checked`: somebody we trust looked.

    `domain` is the one that is proven by a pass.
    """

    result: str = NONE
    is_checked: bool = False
    domain: str = ""
    reason: str = "nobody checked"

    @property
    def is_pass(self) -> bool:
        return self.result == PASS

    @property
    def proof(self) -> str:
        """The proof that an identifier carries away from this mail."""
        return f"dmarc:{self.domain}"[:80] if self.is_pass else ""


@dataclass(frozen=True, slots=True)
class Result:
    """One method's result, such as dkim=pass, with its properties (header.d) in lower case."""

    method: str
    result: str
    properties: dict[str, str]


def verdict(fields: Sequence[str], *, server: str, author_domain: str) -> Verdict:
    """The verdict of our server in these Authentication-Results fields, the topmost first.

    >>> verdict(["mx.shop.example; dmarc=pass header.from=mail.example"],
    ...         server="mx.shop.example", author_domain="mail.example").result
    'pass'
    >>> verdict(["mx.evil.example; dmarc=pass header.from=mail.example"],
    ...         server="mx.shop.example", author_domain="mail.example").reason
    'our server said nothing'
    """
    if not server:
        return Verdict()
    name, results = read(fields[0]) if fields else ("", ())
    if name != server.strip().lower():
        return Verdict(reason="our server said nothing")
    return judged(results, author_domain)


def judged(results: Sequence[Result], author_domain: str) -> Verdict:
    """What results that are believed say about the domain of the From field.

    Without a word on DMARC, a signature or a return path of exactly that domain (or one above it) is as good.
    """
    domain = author_domain.lower()
    for one in results:
        if one.method == "dmarc" and one.result in {PASS, FAIL}:
            named = one.properties.get("header.from", domain).rpartition("@")[2]
            if one.result == FAIL:
                return Verdict(FAIL, True, reason=f"DMARC failed for {domain}")
            if named == domain:
                return Verdict(PASS, True, domain, "DMARC passed")
            return Verdict(FAIL, True, reason=f"DMARC passed for {named}, not for {domain}")
    if aligned := next((one for one in results if one.result == PASS and _is_aligned(one, domain)), None):
        return Verdict(PASS, True, domain, f"{aligned.method.upper()} passed for {domain}")
    told = ", ".join(f"{one.method}={one.result}" for one in results)[:200]
    if any(one.result in _WRONG or (one.result == PASS and _speaks_for(one)) for one in results):
        return Verdict(FAIL, True, reason=f"nothing speaks for {domain}: {told}")
    return Verdict(NONE, True, reason=f"{domain} proves nothing: {told}" if told else "no result")


def read(field: str) -> tuple[str, tuple[Result, ...]]:
    """The name of the server that wrote a field, in lower case, and its results.

    >>> read('mx.example 1; dkim=pass (2048-bit key) header.d=Shop.example; spf=none')[1][0]
    Result(method='dkim', result='pass', properties={'header.d': 'shop.example'})
    """
    bare = _COMMENT.sub(" ", field[:_LONGEST])
    first, *rest = bare.split(";")
    words = first.split()
    found = [_result(piece) for piece in rest[:_MOST_RESULTS]]
    return (words[0].lower() if words else ""), tuple(one for one in found if one)


def _result(piece: str) -> Result | None:
    match = _RESULT.match(piece)
    if match is None:
        return None
    properties = {
        f"{kind}.{name}".lower(): value.strip('"').lower().rstrip(".")
        for kind, name, value in _PROPERTY.findall(piece[match.end() :])
    }
    return Result(match[1].lower(), match[2].lower(), properties)


def _speaks_for(one: Result) -> str:
    """The domain that a DKIM or SPF result is about."""
    if one.method == "dkim":
        return (one.properties.get("header.d") or one.properties.get("header.i", "")).rpartition("@")[2]
    if one.method == "spf":
        return one.properties.get("smtp.mailfrom", "").rpartition("@")[2]
    return ""


def _is_aligned(one: Result, domain: str) -> bool:
    speaking = _speaks_for(one)
    return bool(speaking) and "." in speaking and (domain == speaking or domain.endswith(f".{speaking}"))
