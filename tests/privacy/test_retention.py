"""What is older than it is kept is forgotten in short steps; days stay counted, and nothing so old comes again."""

from datetime import datetime, timedelta

import pytest
from tests.made_up import event, record

from rapport.customers.directory.models import Activity, Customer
from rapport.interactions.ingestion import commands as imports
from rapport.interactions.ingestion import queries as kept
from rapport.interactions.ingestion.models import Upload
from rapport.interactions.log import commands as log
from rapport.interactions.log import queries
from rapport.interactions.log.models import DayCount, Interaction, Removal, RetentionRule
from rapport.interactions.log.rules import months_before
from rapport.kernel.refusals import NotAllowed
from rapport.staff.audit.models import AuditEntry
from rapport.staff.roles.queries import reach
from rapport.staff.roles.rules import Operator

pytestmark = pytest.mark.django_db

VIEWS = log.Age(("page_view",), 13)


class Agent:
    role, audit_name = "agent", "Ann"


def two_years_of(name: str, noon: datetime, source: str = "web shop") -> None:
    """A page looked at every month and a purchase every half year."""
    record(
        *(event("page_view", f"user_id={name}", at=months_before(noon, n), text="words") for n in range(24)),
        *(
            event("purchase", f"user_id={name}", at=months_before(noon, n), amount_minor=100, currency="EUR")
            for n in (0, 6, 12, 18)
        ),
        at=noon,
        source=source,
    )


def derived() -> object:
    return (
        [*DayCount.objects.order_by("day", "kind").values_list("day", "kind", "interactions", "forgotten")],
        [*Activity.objects.order_by("pk").values_list()],
        [*Customer.objects.order_by("pk").values_list()],
    )


def test_what_would_go_is_counted_first_and_nothing_goes(noon: datetime) -> None:
    two_years_of("ada", noon)

    assert log.how_many(VIEWS, by=Operator(), at=noon) == 10
    assert Interaction.objects.count() == 28


def test_old_page_views_go_and_purchases_stay(noon: datetime) -> None:
    two_years_of("ada", noon)
    log.keep_for(VIEWS, by=Operator(), at=noon)

    assert log.forget_old(at=noon, step=3) == 10

    assert Interaction.objects.filter(kind="page_view").count() == 14
    assert Interaction.objects.filter(kind="purchase").count() == 4
    assert Customer.objects.get().interactions == 18
    assert log.forget_old(at=noon) == 0


def test_days_stay_counted_and_a_rebuild_gives_the_same(noon: datetime) -> None:
    two_years_of("ada", noon)
    days = [*DayCount.objects.order_by("day", "kind").values_list("day", "kind", "interactions")]
    log.keep_for(VIEWS, by=Operator(), at=noon)
    log.forget_old(at=noon, step=4)
    after = derived()

    log.rebuild()

    assert derived() == after
    assert [*DayCount.objects.order_by("day", "kind").values_list("day", "kind", "interactions")] == days
    assert queries.count(reach=reach(Operator())) == 18


def test_one_source_can_be_kept_shorter_than_others(noon: datetime) -> None:
    two_years_of("ada", noon, source="web shop")
    two_years_of("bea", noon, source="app")
    app = {name: number for number, name in queries.sources()}["app"]
    log.keep_for(log.Age(("page_view",), 1, app), by=Operator(), at=noon)

    log.forget_old(at=noon)

    assert Interaction.objects.filter(kind="page_view", source__name="app").count() == 2
    assert Interaction.objects.filter(kind="page_view", source__name="web shop").count() == 24


def test_what_is_too_old_is_not_taken_in_again(noon: datetime) -> None:
    two_years_of("ada", noon)
    log.keep_for(VIEWS, by=Operator(), at=noon)
    log.forget_old(at=noon)
    counted = derived()

    record(event("page_view", "user_id=ada", at=months_before(noon, 20)), at=noon + timedelta(days=1))

    assert derived() == counted


def test_whoever_follows_the_log_is_told_once_for_each_sweep(noon: datetime) -> None:
    two_years_of("ada", noon)
    last = Interaction.objects.filter(kind="page_view").order_by("-id")[0].id
    log.keep_for(VIEWS, by=Operator(), at=noon)

    log.forget_old(at=noon, step=2)

    note = Removal.objects.get()
    assert (note.kinds, note.before) == (["page_view"], months_before(noon, 13))
    gone_upto = Interaction.objects.filter(kind="page_view", occurred_at__gte=note.before).count()
    assert gone_upto == 14
    assert note.upto <= last


def test_a_sweep_that_is_asked_to_stop_goes_on_next_time(noon: datetime) -> None:
    two_years_of("ada", noon)
    log.keep_for(VIEWS, by=Operator(), at=noon)

    assert log.forget_old(at=noon, step=4, should_stop=lambda: True) == 4
    assert log.forget_old(at=noon) == 6


def test_rules_are_made_and_ended_by_who_may_and_written_down(noon: datetime) -> None:
    with pytest.raises(NotAllowed):
        log.keep_for(VIEWS, by=Agent(), at=noon)
    with pytest.raises(log.BadRetention):
        log.keep_for(log.Age(("gossip",), 13), by=Operator(), at=noon)
    with pytest.raises(log.BadRetention):
        log.keep_for(log.Age(("page_view",), 0), by=Operator(), at=noon)

    made = log.keep_for(VIEWS, by=Operator(), at=noon)
    log.keep_on(made.pk, by=Operator(), at=noon)

    assert not RetentionRule.objects.exists()
    acts = (
        AuditEntry.objects.filter(subject=f"retention:{made.pk}").order_by("id").values_list("act", flat=True)
    )
    assert list(acts) == ["retention.add", "retention.remove"]


def test_files_brought_to_the_import_page_go_after_a_month(noon: datetime) -> None:
    old = imports.keep_upload([b"mail\nada@example.org\n"], name="old.csv", by=Operator(), at=noon)
    new = imports.keep_upload([b"mail\n"], name="new.csv", by=Operator(), at=noon + timedelta(days=9))

    assert imports.throw_away_old(at=noon + timedelta(days=31)) == 1

    assert [one.token for one in Upload.objects.all()] == [new.token]
    assert not kept.upload_path(old.token).exists()
    assert kept.upload_path(new.token).exists()
