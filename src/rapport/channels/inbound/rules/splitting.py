"""What a person wrote anew, told from the mail they answered to: one pass over the lines, every language's habits.

Nothing is thrown away: a reply and the rest are the whole text. What cannot be told apart stays with the reply.
"""

# ruff: noqa: RUF001 - marks of other scripts are what this module looks for.

import re
from dataclasses import dataclass

from rapport.channels.inbound.rules import html_text, splitting_words
from rapport.channels.inbound.rules.limits import SPLIT_CHARACTERS, SPLIT_LINES
from rapport.channels.inbound.rules.reading import Mail

_EMAIL = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}\.[\w.-]{1,63}|mailto:|&lt;[^&\s]{1,80}&gt;")
_WHEN = re.compile(
    r"\d{1,2}\s?[:.h時时点]\s?\d\d|\b(?:19|20)\d\d\b|\d{4}\s?[年년]|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}"
)
_IN_BRACKETS = re.compile(r"[<\[(]\S{1,64}@\S{1,255}?[>\])]")
_OLD_GMAIL = re.compile(r"\s{0,4}\d{4}-\d\d-\d\d \d{1,2}:\d\d (?:GMT|UTC)[+-]\d\d:?\d\d\s")
_DASHED = re.compile(r"[\s>*_]{0,8}-{5,60} ?[^\W\d_][^\n\-]{2,40} ?-{5,60}\s*")
_OUR_LINE = re.compile(r"[\s>*_]{0,20}##-.{2,200}-##")
_RULE = re.compile(r"\s{0,8}(?:([-_*#~=+—–])\1{1,200}|[—–])\s*")
_UNSEEN: dict[int, str | None] = {
    ord(letter): None
    for letter in "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
}
_UNSEEN[0xA0] = " "
_UNSEEN_LETTER = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\xa0]")
_TRACE = "\u1427"
_RULE_LETTERS = "-_*#~=+—–"
_LONGEST_BORDER = 200
_LONGEST_GREETING = 40
_LONGEST_SMALL_PRINT = 120
_LONGEST_ATTRIBUTION = 500
_MOST_ATTRIBUTION_LINES = 6
_MOST_SIGNATURE_LINES = 15
_MOST_CANDIDATES = 400
_LONGEST_PLAIN = 250
_LONGEST_BROKEN = 150

EMPTY, TEXT, QUOTE, EMBEDDED, RULE, SMALL_PRINT = "e", "t", "q", "b", "d", "s"
"""What a line can be. `EMBEDDED` is where the mail answered to begins: an attribution or a block of header fields."""


@dataclass(frozen=True)
class Split:
    """The two parts of a text, as they were written, without empty lines around them."""

    reply_text: str
    quoted_text: str


def split(text: str) -> Split:
    r"""The reply in a plain text, and the rest: quotation, attribution, signature. Linear in its length.

    >>> split("It works now.\n\nOn Mon, Feb 1, 2016 at 4:58 AM, Ada <ada@example.org> wrote:\n> Does it?").reply_text
    'It works now.'
    """
    whole = text.replace("\r\n", "\n").replace("\r", "\n")
    looked_at = whole[:SPLIT_CHARACTERS].split("\n", SPLIT_LINES)
    beyond = ("\n" + looked_at.pop() if len(looked_at) > SPLIT_LINES else "") + whole[SPLIT_CHARACTERS:]
    kinds = _kinds(
        [line.translate(_UNSEEN) for line in looked_at] if _UNSEEN_LETTER.search(whole) else looked_at
    )
    start, stop = _reply(kinds, looked_at)
    reply = "\n".join(looked_at[start:stop]) + (beyond if stop == len(looked_at) else "")
    if not reply.strip():
        return Split(_trimmed(whole), "")
    rest = [
        "\n".join(looked_at[:start]),
        "\n".join(looked_at[stop:]) + (beyond if stop < len(looked_at) else ""),
    ]
    return Split(_trimmed(reply), "\n\n".join(piece for piece in map(_trimmed, rest) if piece))


def split_html(html: str) -> Split:
    """The reply in HTML, as text: mail programs mark there what they quote."""
    return _split_marked(html_text.marked(html))


def split_mail(mail: Mail) -> Split:
    """The reply in a mail, by its text; by its HTML where there is no text, or where only that shows the quotation."""
    if not mail.has_text_part:
        return _split_marked(mail.marked_text)
    found = split(mail.text)
    if (found.quoted_text or not mail.html) and mail.text.strip():
        return found
    by_html = split_html(mail.html)
    return by_html if by_html.quoted_text and _words(by_html) == _words(found) else found


def _split_marked(marked: str) -> Split:
    found = split(html_text.as_quoted(marked))
    return Split(
        *(part.replace(html_text.BORDER, "").strip("\n") for part in (found.reply_text, found.quoted_text))
    )


def _words(found: Split) -> str:
    """All letters of both parts: to see whether two readings are of the same text."""
    return re.sub(r"[\W_]+", "", found.reply_text + found.quoted_text)


def _trimmed(text: str) -> str:
    """Without empty lines before and after; spaces within the first line stay, they may mean something."""
    return re.sub(r"\A(?:[ \t]*\n)+", "", text.rstrip())


def _kinds(lines: list[str]) -> str:
    """A letter a line."""
    kinds = [_kind_alone(line) for line in lines]
    candidates = [
        at for at, line in enumerate(lines) if kinds[at] in {TEXT, QUOTE} and _may_end_attribution(line)
    ]
    for at in candidates[:_MOST_CANDIDATES]:
        if kinds[at] in {TEXT, QUOTE}:
            first = _attribution(lines, kinds, at)
            if first is not None:
                kinds[first : at + 1] = EMBEDDED * (at + 1 - first)
    _mark_header_blocks(lines, kinds)
    return "".join(kinds)


def _kind_alone(line: str) -> str:
    bare = line.strip()
    first = bare[:1]
    if not bare or bare == _TRACE:
        kind = EMPTY
    elif first == ">" or bare.startswith("| "):
        kind = QUOTE
    elif first in _RULE_LETTERS and _RULE.fullmatch(line):
        kind = RULE
    elif line == html_text.BORDER or (len(bare) <= _LONGEST_BORDER and _begins_embedded(line, first)):
        kind = EMBEDDED
    elif len(bare) <= _LONGEST_SMALL_PRINT and splitting_words.SENT_FROM_LINE.match(bare):
        kind = SMALL_PRINT
    else:
        kind = TEXT
    return kind


def _begins_embedded(line: str, first: str) -> bool:
    """Whether this one line says that the mail answered to follows."""
    if first in _RULE_LETTERS and (_OUR_LINE.match(line) or splitting_words.ORIGINAL_LINE.match(line)):
        return True
    return bool(splitting_words.BEGIN_LINE.match(line) or (first.isdigit() and _OLD_GMAIL.match(line)))


def _attribution(lines: list[str], kinds: list[str], at: int) -> int | None:
    """The line at which the attribution begins that ends at this one; None where it ends none."""
    if kinds[at] == QUOTE and not _is_broken_bracket(lines[at].rstrip(), kinds[at - 1] if at else EMPTY):
        return None
    is_quote_next = _next_kind(kinds, at) == QUOTE
    joined = ""
    for first in range(at, max(-1, at - _MOST_ATTRIBUTION_LINES), -1):
        if len(lines[first]) > _LONGEST_ATTRIBUTION or (kinds[first] not in {TEXT, EMPTY} and first != at):
            return None
        joined = f"{lines[first].strip()} {joined}".strip()
        if len(joined) > _LONGEST_ATTRIBUTION:
            return None
        if kinds[first] != EMPTY and _is_attribution(joined, is_quote_next=is_quote_next):
            return _with_lead(lines, kinds, first)
        if kinds[first] == EMPTY and first < at and len(joined) > _LONGEST_BROKEN:
            return None
    return None


def _may_end_attribution(line: str) -> bool:
    bare = line.rstrip()
    return bare.endswith((":", "：")) or bare[-60:].rstrip(" -–—。)）").lower().endswith(
        splitting_words.VERB_ENDS
    )


def _next_kind(kinds: list[str], at: int) -> str:
    for kind in kinds[at + 1 : at + 5]:
        if kind != EMPTY:
            return kind
    return EMPTY


def _is_attribution(joined: str, *, is_quote_next: bool) -> bool:
    """Somebody wrote at some time: by the verb, or by an address and a date with a quotation after them."""
    has_when, has_email = bool(_WHEN.search(joined)), bool(_EMAIL.search(joined))
    if (has_email or has_when) and splitting_words.has_verb(joined):
        return True
    if _IN_BRACKETS.search(joined) and (has_when or joined.lower().startswith(splitting_words.QUOTING)):
        return True
    if is_quote_next and len(joined) <= _LONGEST_PLAIN:
        return has_email or has_when or splitting_words.has_verb(joined[-60:])
    return False


def _is_broken_bracket(bare: str, kind_before: str) -> bool:
    """A bracket that a program broke off the end of an attribution looks like a quotation: `>:` or `> wrote:`."""
    said = bare.lstrip("> ")
    return kind_before == TEXT and (
        said in {":", "："} or said.rstrip(":： ").lower() in splitting_words.VERB_ENDS
    )


def _with_lead(lines: list[str], kinds: list[str], first: int) -> int:
    """An attribution over several lines begins where its first words are."""
    best = first
    for earlier in range(first - 1, max(-1, first - _MOST_ATTRIBUTION_LINES), -1):
        line = lines[earlier].strip()
        if kinds[earlier] == EMPTY and lines[earlier + 1].lstrip().startswith(("<", "mailto:")):
            continue
        if kinds[earlier] != TEXT or len(line) > 120:
            break
        has_when, has_email = bool(_WHEN.search(line)), bool(_EMAIL.search(line))
        is_led = splitting_words.LEAD.match(line) and (has_when or has_email)
        is_first = earlier == 0 or kinds[earlier - 1] == EMPTY or splitting_words.has_verb(line)
        if is_led or (has_email and is_first):
            best = earlier
    return best


def _mark_header_blocks(lines: list[str], kinds: list[str]) -> None:
    at = 0
    while at < len(lines):
        end = at + 1
        if kinds[at] == TEXT and splitting_words.label_of(lines[at]):
            end = _end_of_block(lines, kinds, at)
            follows_border = bool(at) and kinds[at - 1] == EMBEDDED and kinds[at:end].count(TEXT) >= 3
            if follows_border or _is_header_block([line for line in lines[at:end] if line.strip()]):
                kinds[at:end] = EMBEDDED * (end - at)
        elif kinds[at] == TEXT and lines[at].lstrip(" >*_")[:1] == "-" and _DASHED.fullmatch(lines[at]):
            kinds[at] = EMBEDDED if _labels_follow(lines, at) else TEXT
        at = end


def _labels_follow(lines: list[str], at: int) -> bool:
    following = [line for line in lines[at + 1 : at + 4] if line.strip()][:1]
    return bool(following and splitting_words.label_of(following[0]))


def _end_of_block(lines: list[str], kinds: list[str], at: int) -> int:
    """One past the last line with a label; a folded line or one empty line between two is tolerated."""
    end = at + 1
    while end < len(lines) and end - at < 24:
        if kinds[end] == TEXT and splitting_words.label_of(lines[end]):
            end += 1
        elif (
            end + 1 < len(lines)
            and kinds[end + 1] == TEXT
            and splitting_words.label_of(lines[end + 1])
            and len(lines[end]) < 200
        ):
            end += 2
        else:
            break
    return end


def _is_header_block(block: list[str]) -> bool:
    labels = [splitting_words.label_of(line) for line in block]
    froms = sum(label in splitting_words.FROM_LABELS for label in labels)
    others = sum(label in splitting_words.OTHER_LABELS for label in labels)
    if (
        froms
        and others
        and (froms + others >= 3 or any(_EMAIL.search(line) or _WHEN.search(line) for line in block))
    ):
        return True
    if others >= 3:
        return True
    is_long = sum(map(bool, labels)) >= 4
    return is_long and any(map(_EMAIL.search, block)) and any(map(_WHEN.search, block))


def _reply(kinds: str, lines: list[str]) -> tuple[int, int]:
    """From which line to before which the reply stands."""
    stop = _before_signature(kinds)
    begin = kinds.find(EMBEDDED, 0, stop)
    if begin >= 0:
        start, stop = _around_embedded(kinds, begin, stop, is_greeted=_is_greeting(kinds[:begin], lines))
    else:
        start, stop = 0, _before_last_quote(kinds, stop)
    while stop > start and kinds[stop - 1] in {EMPTY, SMALL_PRINT, RULE}:
        stop -= 1
    return start, stop


def _before_signature(kinds: str) -> int:
    """Where the signature begins: at the first rule with something before it and not too much after it."""
    begins = len(kinds) - len(kinds.lstrip(EMPTY + RULE))
    found, texts = len(kinds), 0
    for at in range(len(kinds) - 1, begins - 1, -1):
        if kinds[at] in {QUOTE, EMBEDDED}:
            texts = 0
        elif kinds[at] == TEXT:
            texts += 1
        elif kinds[at] == RULE and texts <= _MOST_SIGNATURE_LINES:
            found = at
    return found


def _around_embedded(kinds: str, begin: int, stop: int, *, is_greeted: bool) -> tuple[int, int]:
    """The reply stands above the mail answered to, below its quotation, or between the lines of it."""
    after = kinds[begin:stop]
    quoted = re.match(r"b[be]*q[qbe]*", after)
    has_above = TEXT in kinds[:begin]
    if quoted is None:
        return (0, begin) if has_above or SMALL_PRINT in kinds[:begin] else (0, stop)
    below = after[quoted.end() :]
    if TEXT not in below:
        return (0, begin) if kinds[:begin].strip(EMPTY) else (0, stop)
    if is_greeted or QUOTE in below.rstrip("qebs"):
        return 0, stop - (len(below) - len(below.rstrip("qebs")))
    if has_above:
        return 0, begin
    return begin + quoted.end(), stop


def _is_greeting(above: str, lines: list[str]) -> bool:
    """Whether all that stands above is "Dear Ada," so that the answer must stand below."""
    said = [lines[at].strip() for at, kind in enumerate(above) if kind == TEXT]
    return len(said) == 1 and len(said[0]) <= _LONGEST_GREETING and said[0].endswith((",", "，"))


def _before_last_quote(kinds: str, stop: int) -> int:
    """A quotation at the very end of a text is what was answered to; one with words after it is part of the reply."""
    bare = kinds[:stop].rstrip("qes")
    return len(bare) if TEXT in bare else stop
