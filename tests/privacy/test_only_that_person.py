"""An export holds all of one person and nothing of anybody else; an erasure changes nobody else's."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.made_up import claim, event, identifier_of, record
from tests.privacy.people import erase, export_of, join, live_here

from rapport.customers.directory.commands import register
from rapport.customers.directory.models import Identifier, Link
from rapport.customers.privacy import commands as privacy
from rapport.customers.privacy.commands.labels import LABELS, TITLES
from rapport.files.store import queries as files
from rapport.files.store.rules import Asker
from rapport.interactions.log.models import Interaction
from rapport.kernel.refusals import NotAllowed, NotFound
from rapport.staff.people import commands as people
from rapport.staff.roles.rules import Operator
from rapport.wiring.privacy import HANDLERS

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_an_export_holds_everything_of_one_person_and_no_word_of_another(noon: datetime) -> None:
    amina = live_here("amina", noon)
    live_here("ben", noon)

    facts, page = export_of(amina, noon)

    for word in ("amina-canary-words", "amina-canary-shoes", "amina-canary-lace", "amina-canary-town",
                 "amina-canary-browser", "amina-canary-told", "amina.canary@example.org"):  # fmt: skip
        assert word in str(facts)
        assert word in page
    assert len(facts["sections"]["interactions"]) == Interaction.objects.count() // 2
    assert "ben" not in str(facts).lower()
    assert "ben" not in page.lower()


@pytest.mark.django_db
def test_an_export_names_no_member_of_staff_and_no_other_customer(noon: datetime) -> None:
    new = people.NewStaffMember("ann.staff@example.org", None, "agent", name="Ann Staffperson")
    staff = people.create(new, by=Operator(), at=noon)
    live_here("ben", noon)
    amina = live_here("amina", noon)
    record(
        event("message", "user_id=amina-canary-account", at=noon, staff_id=staff.pk, direction="out"), at=noon
    )
    from rapport.customers.directory import commands as directory

    made = directory.link(
        amina, identifier_of("email=ben.canary@example.org").id, by=staff, why="ben?", at=noon
    )
    directory.unlink(made.pk, by=staff, why="not ben", at=noon)

    facts, page = export_of(amina, noon)

    for word in ("ann", "staffperson", "ben"):
        assert word not in str(facts).lower().replace("channel", "")
        assert word not in page.lower().replace("channel", "")
    assert "somebody else" in page


@pytest.mark.django_db
def test_everything_on_the_page_has_a_name_in_words(noon: datetime) -> None:
    amina, other = live_here("amina", noon), live_here("aminata", noon)
    record(event("visit", "user_id=amina-canary-account", at=noon,
                 organisation=claim("organisation_id=canary-ltd")), at=noon)  # fmt: skip
    join(amina, other, noon)

    facts, _ = export_of(min(amina, other), noon)

    assert set(facts["sections"]) <= set(TITLES)
    named = {name for section in facts["sections"].values() for fact in section for name in fact}
    assert named - set(LABELS) == set()


@pytest.mark.django_db
def test_what_customers_say_stays_text_on_the_page(noon: datetime) -> None:
    evil = "<script>alert(1)</script>"
    record(event("message", "user_id=mallory", at=noon, text=evil, traits={"name": evil}), at=noon)

    _, page = export_of(identifier_of("user_id=mallory").customer_id, noon)

    assert "<script" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.django_db(transaction=True)
def test_an_export_is_kept_a_week_for_who_asked_and_goes_with_the_person(noon: datetime) -> None:
    amina = live_here("amina", noon)
    token = privacy.make_export(amina, handlers=HANDLERS, owner="staff:1", language="en", at=noon)

    assert b"".join(files.content(files.find(token, Asker("staff:1"), at=noon)))
    with pytest.raises(NotFound):
        files.find(token, Asker("staff:1"), at=noon + timedelta(days=7))
    with pytest.raises(NotFound):
        files.find(token, Asker("staff:2", frozenset({"customers.export"})), at=noon)
    erase(amina, noon)
    assert not files.path_of(token).exists()


@pytest.mark.django_db
def test_who_may_not_export_is_refused(noon: datetime) -> None:
    amina = live_here("amina", noon)

    class Agent:
        role, audit_name = "agent", "Ann"

    with pytest.raises(NotAllowed):
        privacy.ask_for_export(amina, owner="staff:1", language="en", by=Agent(), at=noon)


NAMES = ("ada", "bea", "cem", "dov", "eve", "fay")
identifiers = st.lists(
    st.sampled_from([f"{kind}={name}{at}" for name in NAMES for kind, at in (
        ("user_id", ""), ("email", "@example.org"), ("anonymous_id", "-browser-of-nobody"))]),
    min_size=1, max_size=2, unique=True,
)  # fmt: skip
happenings = st.lists(
    st.tuples(identifiers, st.sampled_from(["visit", "purchase", "message"])), min_size=2, max_size=14
)


@pytest.mark.django_db(transaction=True)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(happenings, st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=3), st.integers(0, 9))
def test_erasing_anybody_leaves_everybody_elses_export_as_it_was(
    lives: list[tuple[list[str], str]], joins: list[tuple[int, int]], who: int
) -> None:
    from django.core.management import call_command

    call_command("flush", verbosity=0, interactive=False)
    register.forget_everything()
    for number, (claims, kind) in enumerate(lives):
        record(event(kind, *claims, at=NOON - timedelta(hours=number), text=f"word-{number}"), at=NOON)
    ids = list(Identifier.objects.order_by("id").values_list("id", flat=True))
    for a, b in joins:
        first, second = ids[a % len(ids)], ids[b % len(ids)]
        if first != second:
            join(first, second, NOON)
    customers = sorted(set(Identifier.objects.values_list("customer_id", flat=True)))
    gone = customers[who % len(customers)]
    others = [one for one in customers if one != gone]
    once_joined = _once_joined_with(gone)
    before = {one: _told(one, once_joined) for one in others}

    erase(gone, NOON)

    assert {one: _told(one, once_joined) for one in others} == before
    assert set(Identifier.objects.values_list("customer_id", flat=True)) == set(before)


def _once_joined_with(customer_id: int) -> set[int]:
    """Those who have a link that was taken back to this customer: it names both, and goes with either."""
    found: set[int] = set()
    for one, other in (("first", "second"), ("second", "first")):
        links = Link.objects.filter(**{f"{one}__customer_id": customer_id})
        found |= set(links.values_list(f"{other}__customer_id", flat=True))
    return found - {customer_id}


def _told(customer_id: int, once_joined: set[int]) -> object:
    """Everything that somebody is told, file and page; without links, for who had one to the erased."""
    facts, page = export_of(customer_id, NOON)
    if customer_id not in once_joined:
        return facts, page
    return {name: told for name, told in facts["sections"].items() if name != "links"}
