"""The page of background work: what was given up and why, trying again, everything written down."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from tests.web.conftest import Signing, house, signed_in_as  # noqa: F401 - fixtures

from rapport.jobs.duties import commands as duties
from rapport.jobs.queue import commands, rules
from rapport.jobs.queue.models import Job
from rapport.jobs.queue.tasks import Worker
from rapport.kernel.refusals import Refusal
from rapport.staff.audit.models import AuditEntry
from rapport.web.settings.jobs import TITLES
from rapport.wiring import tasks

pytestmark = pytest.mark.django_db
PAGE = "/settings/jobs/"


@rules.task("test.refuse")
def refuse(_context: rules.Context, *, number: int) -> None:
    raise Refusal(f"Line {number} is not there.")


@pytest.fixture
def given_up() -> Iterator[list[int]]:
    now = datetime.now(UTC)
    wanted = [rules.Wanted("test.refuse", {"number": n}) for n in range(120)]
    numbers = commands.put_many(wanted, at=now - timedelta(seconds=1))
    Worker().run_until_idle()
    return numbers


def test_whatever_goes_on_in_the_background_is_named_in_words() -> None:
    tasks.load()
    ours = {one.name for one in rules.registered() if one.run.__module__.startswith("rapport.")}
    assert {name for name in ours if not name.startswith("test")} == set(TITLES)


def test_a_lead_finds_background_work_in_the_menu_and_an_administrator_in_the_settings(
    signed_in_as: Signing,  # noqa: F811
) -> None:
    entry = f'<a href="{PAGE}" data-go="b"'
    assert entry in signed_in_as("lead").get("/").text
    assert entry not in signed_in_as("admin").get("/").text
    assert entry not in signed_in_as("agent").get("/").text


def test_an_empty_page_says_what_will_stand_there(signed_in_as: Signing) -> None:  # noqa: F811
    page = signed_in_as("admin").get(PAGE).text
    assert "Nothing waits to be done" in page
    assert "Nobody does background work just now" in page


def test_every_job_that_was_given_up_is_found_by_going_on(
    signed_in_as: Signing,  # noqa: F811
    given_up: list[int],
) -> None:
    admin, seen, address = signed_in_as("admin"), [], PAGE
    while address:
        page = admin.get(address)
        seen += [line.job.pk for line in page.context["parked"]]
        more = page.context["parked_more"]
        address = f"{PAGE}?parked={more.replace('+', '%2B')}" if more else ""
    assert sorted(seen) == given_up
    assert len(set(seen)) == 120
    assert "Line 119 is not there." in admin.get(PAGE).text


@pytest.mark.parametrize("mark", ["x", "2026-01-01_1", "2026-01-01T00:00:00+00:00_", "_5", "\x00"])
def test_a_made_up_mark_shows_the_first_page(signed_in_as: Signing, given_up: list[int], mark: str) -> None:  # noqa: F811
    page = signed_in_as("admin").get(PAGE, {"parked": mark, "waiting": mark})
    assert len(page.context["parked"]) == min(50, len(given_up))


def test_one_is_tried_again_and_it_is_written_who_asked(signed_in_as: Signing, given_up: list[int]) -> None:  # noqa: F811
    signed_in_as("admin").post(f"{PAGE}{given_up[3]}/again/")
    assert Job.objects.get(pk=given_up[3]).parked_at is None
    entry = AuditEntry.objects.get(act="jobs.replay")
    assert (entry.subject, entry.detail) == (f"job:{given_up[3]}", {"task": "test.refuse"})


def test_all_of_a_kind_are_tried_again(signed_in_as: Signing, given_up: list[int]) -> None:  # noqa: F811
    admin = signed_in_as("admin")
    assert (
        "120 wait to be tried again."
        in admin.post(f"{PAGE}again/", {"task": "test.refuse"}, follow=True).text
    )
    assert Job.objects.filter(parked_at=None, finished_at=None).count() == len(given_up)
    assert admin.post(f"{PAGE}again/", {"task": "nothing"}).status_code == 404


def test_what_is_retried_while_the_same_work_waits_is_refused_in_words(signed_in_as: Signing) -> None:  # noqa: F811
    now = datetime.now(UTC)
    one = commands.enqueue("test.refuse", {"number": 1}, at=now, key="same")
    Worker().run_until_idle()
    commands.enqueue("test.refuse", {"number": 1}, at=now, due_at=now + timedelta(hours=1), key="same")
    answer = signed_in_as("admin").post(f"{PAGE}{one}/again/")
    assert answer.status_code == 409
    assert "waits or runs already" in answer.text


def test_a_lead_sees_what_was_given_up_but_not_its_inside(signed_in_as: Signing) -> None:  # noqa: F811
    commands.enqueue("test.unheard_of", {}, at=datetime.now(UTC))
    Worker().run_until_idle()
    page = signed_in_as("lead").get(PAGE).text
    assert "No task is called" in page
    assert "Try again" not in page
    assert "/settings/keys/" not in page


def test_something_stopped_goes_on_when_an_administrator_says_so(signed_in_as: Signing) -> None:  # noqa: F811
    duties.stop("reaction thanks", "It ran in circles.", at=datetime.now(UTC))
    admin = signed_in_as("admin")
    assert "It ran in circles." in admin.get(PAGE).text
    admin.post(f"{PAGE}duties/again/", {"duty": "reaction thanks"})
    assert "It ran in circles." not in admin.get(PAGE).text
    assert AuditEntry.objects.filter(act="duties.let_go_on").exists()


def test_the_page_costs_the_same_however_much_was_given_up(
    signed_in_as: Signing,  # noqa: F811
    given_up: list[int],
    django_assert_num_queries: object,
) -> None:
    admin = signed_in_as("admin")
    with django_assert_num_queries(10):  # type: ignore[operator]
        assert len(admin.get(PAGE).context["parked"]) < len(given_up)
