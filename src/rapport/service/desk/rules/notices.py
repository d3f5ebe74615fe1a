"""The mail that tells a colleague what happened at the desk: which cases, and never what was said in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage

WORDS: dict[str, str] = {
    "assigned": "was given to you",
    "mentioned": "has a note that names you",
    "customer_wrote": "has new words of your customer",
    "followed": "has something new",
    "side_answered": "has an answer of somebody you asked",
    "woken": "is back from being put off",
    "warning": "has a clock that is about to run out",
    "breach": "has a clock that ran out",
    "returned": "has an answer of yours that was not sent",
    "undelivered": "has an answer that did not arrive",
}


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that happened: its kind, the number of the case, and how often."""

    kind: str
    case_id: int
    times: int


def letter(sender: str, receiver: str, told: Sequence[Told], *, address: str) -> EmailMessage:
    """The mail for one colleague. `address` is that of the desk, under which cases are found.

    >>> made = letter("help@shop.example", "ben@shop.example", [Told("assigned", 12, 1)], address="https://desk")
    >>> made["Subject"]
    'Case 12 was given to you'
    """
    lines = [
        f"Case {one.case_id} {WORDS[one.kind]}{f' ({one.times} times)' if one.times > 1 else ''}\n"
        f"  {address}/desk/cases/{one.case_id}/"
        for one in told
    ]
    made = EmailMessage()
    made["From"], made["To"] = sender, receiver
    first = told[0]
    made["Subject"] = (
        f"Case {first.case_id} {WORDS[first.kind]}" if len(told) == 1 else f"{len(told)} things at the desk"
    )
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "All"
    made.set_content(
        "\n".join(lines) + "\n\nYou chose to be told of this by mail, and can choose otherwise.\n"
    )
    return made
