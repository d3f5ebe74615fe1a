"""May we write to them: one arbiter that every sender asks, with its reasons."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.channels.leaving import allow, identifier

from rapport.channels.contact import commands as contact
from rapport.channels.contact import queries, rules
from rapport.channels.contact.models import Asked, ContactRule
from rapport.channels.contact.rules import Before, Rule, Verdict, Wish
from rapport.customers.directory import commands as directory
from rapport.customers.directory.rules import Claim, Sighting
from rapport.kernel.refusals import NotAllowed
from rapport.staff.roles.rules import Operator

AMINA = "amina@mail.example"


@pytest.fixture
def amina(db: None, noon: datetime) -> int:  # noqa: ARG001 - for its effect
    """Amina, who may be asked how it went, and may be told of offers."""
    ContactRule.objects.all().delete()
    allow(AMINA, "surveys", noon - timedelta(days=1))
    allow(AMINA, "marketing", noon - timedelta(days=1))
    return identifier(AMINA, noon)


def ask(number: int, at: datetime, purpose: str = "surveys", **more: object) -> Verdict:
    return contact.ask(Wish(number, purpose, "email", "a test", **more), at=at)  # type: ignore[arg-type]


def cap(most: int, days: int, at: datetime, **more: str) -> None:
    new = contact.NewRule("cap", most=most, days=days, **more)  # type: ignore[arg-type]
    contact.make_rule(new, by=Operator(), at=at)


def quiet(starts: int, ends: int, at: datetime) -> None:
    new = contact.NewRule("quiet", purpose="surveys", starts=time(starts), ends=time(ends))
    contact.make_rule(new, by=Operator(), at=at)


def test_who_said_yes_is_asked_and_it_is_kept_why(amina: int, noon: datetime) -> None:
    verdict = ask(amina, noon)
    assert (verdict.answer, verdict.why) == ("yes", "allowed")
    kept = queries.verdicts([amina])[0]
    assert (kept.pk, kept.sender, kept.purpose, kept.answer) == (verdict.id, "a test", "surveys", "yes")


def test_who_was_never_asked_is_not_asked_how_it_went(db: None, noon: datetime) -> None:  # noqa: ARG001
    verdict = ask(identifier("vera@mail.example", noon), noon)
    assert (verdict.answer, verdict.why) == ("no", "never_asked")


def test_a_no_on_another_address_of_theirs_counts_too(amina: int, noon: datetime) -> None:
    other = Claim("email", "amina@work.example", proof="login")
    told = Sighting(claims=(Claim("user_id", "amina", proof="login"), other), at=noon, source="shop")
    mine = Sighting(
        claims=(Claim("user_id", "amina", proof="login"), Claim("email", AMINA, proof="login")),
        at=noon,
        source="shop",
    )
    directory.observe([told, mine])
    allow("amina@work.example", "surveys", noon, granted=False)
    assert ask(amina, noon).why == "denied"


def test_an_answer_to_their_own_words_goes_whatever_they_said_of_offers(amina: int, noon: datetime) -> None:
    allow(AMINA, "service", noon, granted=False)
    contact.suppress("email", AMINA, covers="unasked", reason="complaint", at=noon)
    cap(0, 30, noon)
    contact.pause(amina, "case:1", at=noon)
    assert ask(amina, noon, "service", is_answer=True) == Verdict(
        "yes", "answer", None, Asked.objects.get().pk
    )


def test_nothing_goes_to_an_address_from_which_mail_comes_back(amina: int, noon: datetime) -> None:
    contact.suppress("email", AMINA, covers="everything", reason="bounced", at=noon)
    assert ask(amina, noon, "service", is_answer=True).why == "suppressed"
    (kept,) = queries.suppressions()[0]
    contact.unsuppress(kept.pk, by=Operator(), at=noon)
    assert ask(amina, noon, "service", is_answer=True).is_yes


def test_who_may_not_speak_of_consent_lets_no_address_be_written_to_again(amina: int, noon: datetime) -> None:
    class Viewer:
        role, audit_name = "viewer", "Vera"

    kept = contact.suppress("email", AMINA, covers="everything", reason="bounced", at=noon)
    assert ask(amina, noon).why == "suppressed"
    with pytest.raises(NotAllowed):
        contact.unsuppress(kept.pk, by=Viewer(), at=noon)


def test_nobody_is_asked_how_it_went_while_a_matter_of_theirs_is_open(amina: int, noon: datetime) -> None:
    contact.pause(amina, "case:1", at=noon)
    contact.pause(amina, "case:2", at=noon)
    contact.resume(amina, "case:1", at=noon)
    verdict = ask(amina, noon)
    assert (verdict.answer, verdict.why, verdict.until) == ("later", "paused", noon + timedelta(hours=1))
    assert ask(amina, noon, "service").is_yes, "what concerns their own orders goes on"
    contact.resume(amina, "case:2", at=noon)
    assert ask(amina, noon).is_yes


def test_nobody_is_written_to_at_night_on_their_own_clock(amina: int, noon: datetime) -> None:
    quiet(21, 8, noon)
    told = Sighting(
        claims=(Claim("email", AMINA),), at=noon, source="shop", traits={"time_zone": "Asia/Tokyo"}
    )
    directory.observe([told])
    verdict = ask(amina, noon + timedelta(hours=1))
    assert (verdict.answer, verdict.why) == ("later", "quiet")
    assert verdict.until == datetime(2026, 3, 2, 23, tzinfo=UTC), "eight in the morning in Tokyo"
    assert ask(amina, noon - timedelta(hours=1)).is_yes, "eight in the evening there"


def test_a_rolling_cap_is_not_fooled_by_midnight(amina: int) -> None:
    before = datetime(2026, 3, 2, 23, 50, tzinfo=UTC)
    cap(1, 1, before)
    assert ask(amina, before).is_yes
    after = ask(amina, before + timedelta(minutes=20))
    assert (after.answer, after.why, after.until) == ("later", "capped", before + timedelta(days=1))
    assert ask(amina, before + timedelta(days=1)).is_yes


def test_a_cap_of_one_purpose_leaves_others_alone_and_one_of_all_does_not(amina: int, noon: datetime) -> None:
    cap(1, 30, noon, purpose="surveys")
    assert ask(amina, noon).is_yes
    assert ask(amina, noon, "marketing").is_yes
    cap(2, 30, noon)
    assert ask(amina, noon, "marketing").why == "capped"


def test_two_addresses_of_one_customer_share_one_cap(amina: int, noon: datetime) -> None:
    cap(1, 30, noon)
    shared = Claim("user_id", "amina", proof="login")
    for address in (AMINA, "amina@work.example"):
        claims = (shared, Claim("email", address, proof="login"))
        directory.observe([Sighting(claims=claims, at=noon, source="shop")])
    allow("amina@work.example", "surveys", noon)
    other = identifier("amina@work.example", noon)
    wishes = [Wish(number, "surveys", "email", "a test") for number in (amina, other)]
    assert [one.answer for one in contact.ask_many(wishes, at=noon)] == ["yes", "later"]


def test_what_was_not_sent_after_all_gives_its_place_back(amina: int, noon: datetime) -> None:
    cap(1, 30, noon)
    verdict = ask(amina, noon)
    assert ask(amina, noon).answer == "later"
    contact.release([verdict.id], at=noon)
    assert ask(amina, noon).is_yes


def test_a_rule_that_was_ended_holds_no_longer(amina: int, noon: datetime) -> None:
    cap(0, 30, noon)
    assert ask(amina, noon).answer == "later"
    contact.end_rule(queries.active_rules()[0].pk, by=Operator(), at=noon)
    assert ask(amina, noon).is_yes


@pytest.mark.parametrize(
    "new",
    [
        contact.NewRule("cap", most=1),
        contact.NewRule("cap", most=-1, days=3),
        contact.NewRule("cap", most=1, days=3, purpose="fun"),
        contact.NewRule("quiet", starts=time(8), ends=time(8)),
        contact.NewRule("quiet", starts=time(8)),
        contact.NewRule("never"),
    ],
)
@pytest.mark.django_db
def test_a_rule_that_makes_no_sense_is_refused(new: contact.NewRule, noon: datetime) -> None:
    with pytest.raises(contact.BadRule):
        contact.make_rule(new, by=Operator(), at=noon)


@pytest.mark.django_db
def test_somebody_who_is_gone_is_not_written_to(noon: datetime) -> None:
    assert ask(4711, noon) == Verdict("no", "gone")


def test_what_was_asked_long_ago_is_forgotten(amina: int, noon: datetime) -> None:
    ask(amina, noon)
    assert contact.tidy(at=noon + timedelta(days=399)) == 0
    assert contact.tidy(at=noon + timedelta(days=401)) == 1


def test_asking_about_many_costs_no_more_questions_than_about_two(
    amina: int, noon: datetime, django_assert_max_num_queries: object
) -> None:
    cap(5, 30, noon)
    wishes = [Wish(amina, "surveys", "email", "a test")]
    wishes += [Wish(identifier(f"c{n}@mail.example", noon), "surveys", "email", "a test") for n in range(40)]
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        assert len(contact.ask_many(wishes, at=noon)) == 41


moments = st.integers(0, 60 * 24 * 60).map(
    lambda minutes: datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(st.lists(moments, max_size=60), st.integers(1, 4), st.integers(1, 10))
def test_no_window_ever_holds_more_than_its_cap(asked: list[datetime], most: int, days: int) -> None:
    rule = Rule("cap", most=most, days=days)
    granted: list[Before] = []
    for at in sorted(asked):
        if rules.free_at(rule, granted, at) is None:
            granted.append(Before("surveys", "email", at))
    for first in granted:
        within = [one for one in granted if first.at <= one.at < first.at + timedelta(days=days)]
        assert len(within) <= most


@given(moments, st.times(), st.times(), st.sampled_from(["Europe/Berlin", "America/Lima", "Asia/Tokyo"]))
def test_when_quiet_hours_end_it_is_no_longer_quiet(
    at: datetime, starts: time, ends: time, zone: str
) -> None:
    from zoneinfo import ZoneInfo

    starts, ends = starts.replace(second=0, microsecond=0), ends.replace(second=0, microsecond=0)
    rule = Rule("quiet", starts=starts, ends=ends)
    if starts == ends:
        return
    until = rules.quiet_until(rule, ZoneInfo(zone), at)
    if until is not None:
        assert at < until <= at + timedelta(hours=25)
        assert rules.quiet_until(rule, ZoneInfo(zone), until) is None
