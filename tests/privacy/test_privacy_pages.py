"""What the law gives a customer, from the page on which staff do it."""

import io
import zipfile
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from tests.made_up import event, record
from tests.privacy.people import live_here
from tests.web.conftest import Signing

from rapport.customers.directory.models import Identifier
from rapport.customers.privacy.models import Erasure
from rapport.interactions.log.models import RetentionRule
from rapport.jobs.queue.tasks import Worker
from rapport.staff.departments import commands as departments
from rapport.staff.roles.rules import Operator
from rapport.wiring import tasks

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_copy_is_asked_for_made_and_fetched_by_who_asked_alone(
    signed_in_as: Signing, noon: datetime
) -> None:
    amina = live_here("amina", noon)
    lead = signed_in_as("lead")
    tasks.load()

    lead.post(f"/customers/{amina}/copies/")
    assert "being made" in lead.get(f"/customers/{amina}/privacy/").content.decode()
    Worker().run_until_idle()
    page = lead.get(f"/customers/{amina}/privacy/")

    (copy,) = page.context["copies"]
    answer = lead.get(f"/files/{copy.token}/")
    content = b"".join(answer.streaming_content)
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert b"amina-canary-words" in packed.read("everything.json")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Security-Policy"] == "sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert signed_in_as("admin").get(f"/files/{copy.token}/").status_code == 404
    assert signed_in_as("").get(f"/files/{copy.token}/").status_code == 302


def test_somebody_is_forgotten_in_two_steps(signed_in_as: Signing, noon: datetime) -> None:
    amina = live_here("amina", noon)
    admin = signed_in_as("admin")

    admin.post(f"/customers/{amina}/erasure/", {"why": "asked"})
    page = admin.get(f"/customers/{amina}/privacy/").content.decode()
    assert "for good?" in page
    assert Identifier.objects.exists()
    asked = Erasure.objects.get()
    done = admin.post(f"/customers/erasures/{asked.pk}/confirmation/", follow=True)

    assert "Forgotten." in done.content.decode()
    assert not Identifier.objects.exists()
    assert admin.get(f"/customers/{amina}/privacy/").status_code == 404


def test_no_reason_is_no_request(signed_in_as: Signing, noon: datetime) -> None:
    amina = live_here("amina", noon)

    assert signed_in_as("admin").post(f"/customers/{amina}/erasure/").status_code == 409
    assert not Erasure.objects.exists()


def test_they_can_be_kept_after_all(signed_in_as: Signing, noon: datetime) -> None:
    amina = live_here("amina", noon)
    admin = signed_in_as("admin")
    admin.post(f"/customers/{amina}/erasure/", {"why": "mistake"})

    admin.post(f"/customers/erasures/{Erasure.objects.get().pk}/withdrawal/")

    assert "Why?" in admin.get(f"/customers/{amina}/privacy/").content.decode()


def test_a_lead_may_give_a_copy_but_forget_nobody(signed_in_as: Signing, noon: datetime) -> None:
    amina = live_here("amina", noon)

    assert "Forget them" not in signed_in_as("lead").get(f"/customers/{amina}/privacy/").content.decode()
    assert "/privacy/" not in signed_in_as("agent").get(f"/customers/{amina}/").content.decode()


def test_who_sees_one_department_gets_no_copy_of_what_all_did(signed_in_as: Signing, noon: datetime) -> None:
    record(event("visit", "user_id=ben", at=noon), at=noon)
    rules = {"is_sight_limited": True, "second_step_roles": []}
    departments.set_access_rules(**rules, by=Operator(), at=timezone.now())

    answer = signed_in_as("lead").post(f"/customers/{Identifier.objects.get().id}/copies/")

    assert answer.status_code == 403
    assert "all departments" in answer.content.decode()


def test_a_rule_of_retention_is_made_after_seeing_what_would_go(
    signed_in_as: Signing, noon: datetime
) -> None:
    record(*(event("page_view", "user_id=ada", at=noon - timedelta(days=800 + n)) for n in range(3)), at=noon)
    admin = signed_in_as("admin")
    given = {"kinds": "group:visits", "source": "0", "months": "13"}

    asked = admin.post("/settings/retention/", given).content.decode()
    assert "3 interactions would be forgotten" in asked
    assert not RetentionRule.objects.exists()
    admin.post("/settings/retention/", given | {"seen": "yes"})

    rule = RetentionRule.objects.get()
    assert (rule.months, set(rule.kinds)) == (13, {"visit", "page_view", "action", "login"})
    assert "Visits" in admin.get("/settings/retention/").content.decode()
    admin.post(f"/settings/retention/{rule.pk}/removal/")
    assert not RetentionRule.objects.exists()


def test_a_rule_that_cannot_be_comes_back_with_what_to_mend(signed_in_as: Signing) -> None:
    answer = signed_in_as("admin").post(
        "/settings/retention/", {"kinds": "gossip", "source": "0", "months": "0", "seen": "yes"}
    )

    assert answer.status_code == 422
    assert not RetentionRule.objects.exists()


def test_who_was_not_heard_of_for_years_is_shown_and_stays(signed_in_as: Signing, noon: datetime) -> None:
    record(event("visit", "user_id=old-friend", at=noon - timedelta(days=9 * 365)), at=noon)
    record(event("visit", "user_id=ada", at=timezone.now()), at=timezone.now())
    admin = signed_in_as("admin")

    page = admin.get("/settings/retention/")

    assert page.context["quiet"] == 1
    listed = admin.get(f"/customers/?seen.until={page.context['quiet_before']}").content.decode()
    assert "old-friend" in listed
    assert "user_id=ada" not in listed
    assert Identifier.objects.count() == 2
