"""The one reviewed list of what can happen between a customer and us.

A kind's name is stored in the log and never changes its meaning; its title is what people read.
`is_contact` says whether the customer and we had to do with each other (a page looked at alone is not a contact).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of interaction: its stored name, its title, what group a page shows it in."""

    name: str
    title: str
    group: str
    is_contact: bool = True


GROUPS = {
    "messages": "Messages",
    "purchases": "Purchases",
    "visits": "Visits",
    "service": "Service",
    "feelings": "Feelings",
    "we_did": "We did",
    "about": "About them",
}

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("message", "Message", "messages"),
        Kind("call", "Call", "messages"),
        Kind("call_unanswered", "Call nobody answered", "messages"),
        Kind("contact_given_up", "Gave up waiting", "service"),
        Kind("question", "Question", "messages"),
        Kind("complaint", "Complaint", "messages"),
        Kind("request", "Request", "messages"),
        Kind("purchase", "Purchase", "purchases"),
        Kind("refund", "Refund or cancellation", "purchases"),
        Kind("payment", "Payment", "purchases", is_contact=False),
        Kind("delivery", "Delivery", "purchases"),
        Kind("subscription_started", "Joined", "purchases"),
        Kind("subscription_ended", "Left", "purchases"),
        Kind("visit", "Visit", "visits"),
        Kind("page_view", "Page looked at", "visits", is_contact=False),
        Kind("action", "Did something", "visits", is_contact=False),
        Kind("login", "Logged in", "visits", is_contact=False),
        Kind("selfservice_entered", "Began self-service", "service", is_contact=False),
        Kind("selfservice_left", "Left self-service", "service", is_contact=False),
        Kind("case_opened", "Case opened", "service"),
        Kind("case_changed", "Case changed", "service", is_contact=False),
        Kind("case_closed", "Case closed", "service"),
        Kind("case_reopened", "Case reopened", "service"),
        Kind("waited", "Waited", "service", is_contact=False),
        Kind("transfer", "Passed on to someone else", "service"),
        Kind("asked_again", "Asked again for what we knew", "service"),
        Kind("refusal", "We said no", "service"),
        Kind("promise_made", "Promise made", "service"),
        Kind("promise_kept", "Promise kept", "service", is_contact=False),
        Kind("promise_broken", "Promise broken", "service", is_contact=False),
        Kind("answer", "Answer to a survey", "feelings"),
        Kind("review", "Review", "feelings"),
        Kind("feedback", "Feedback", "feelings"),
        Kind("recommendation", "Recommended us", "feelings"),
        Kind("campaign", "We wrote to them", "we_did"),
        Kind("survey_asked", "We asked how it went", "we_did"),
        Kind("gift", "Gift", "we_did"),
        Kind("concession", "Concession", "we_did"),
        Kind("profile", "Told us about themselves", "about", is_contact=False),
        Kind("membership", "Belongs to an organisation", "about", is_contact=False),
        Kind("alias", "Same person, other name", "about", is_contact=False),
        Kind("consent", "Consent", "about", is_contact=False),
    )
}

PURCHASE = "purchase"
REFUND = "refund"
MONEY_KINDS = frozenset({PURCHASE, REFUND})
"""Kinds whose amount counts towards what a customer spent; a refund carries a negative amount."""


def names_in_group(group: str) -> tuple[str, ...]:
    """The kinds that a page shows under `group`; empty for a group that does not exist."""
    return tuple(kind.name for kind in KINDS.values() if kind.group == group)
