"""Ready answers: made and changed in the settings, used at the desk; nothing in them is looked up but declared tags."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from tests.desk import shop
from tests.web.cases import address, page_of
from tests.web.conftest import Signing

from rapport.service.desk.models import Case, Macro
from rapport.service.desk.rules.wording import TAGS
from rapport.web.settings import ready_answers

PAGE = "/settings/ready-answers/"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def lead(signed_in_as: Signing) -> Client:
    return signed_in_as("lead")


def made(client: Client, name: str, text: str, **more: object) -> Macro:
    kept = client.post(f"{PAGE}new/", {"name": name, "words": text, **more})
    assert kept.status_code == 302, kept.content.decode()
    return Macro.objects.get(name=name)


def test_one_is_made_used_changed_and_taken_off(lead: Client, now: datetime) -> None:
    case = shop.asked(now - 5 * MINUTE)
    macro = made(lead, "On its way", "Dear {{customer.first_name}}, it is on its way.")

    lead.post(address(case, "ready/"), {"text": "Hello!", "macro": macro.pk})
    filled = page_of(lead, case)
    lead.post(f"{PAGE}{macro.pk}/", {"name": "Sent", "words": "It left."})
    lead.post(f"{PAGE}{macro.pk}/closure/")

    assert "Hello!\n\nDear Amina, it is on its way.</textarea>" in filled
    assert "On its way</button>" in filled
    assert Macro.objects.get(pk=macro.pk).name == "Sent"
    assert "It left." not in lead.get(PAGE).content.decode()


def test_a_tag_that_is_none_is_refused_by_its_name(lead: Client) -> None:
    refused = lead.post(f"{PAGE}new/", {"name": "Bad", "words": "{{customer.shoe_size}}"})

    assert refused.status_code == 422
    assert "customer.shoe_size" in refused.content.decode()
    assert not Macro.objects.exists()


def test_what_it_would_read_like_is_shown_while_it_is_written(lead: Client) -> None:
    shown = lead.post(f"{PAGE}new/?try=1", {"words": "Dear {{customer.name}} {{ nonsense }}"})

    page = shown.content.decode()
    assert "Dear Amina Okafor" in page
    assert "nonsense" in page
    assert not Macro.objects.exists()


def test_what_it_does_is_done_with_one_press(lead: Client, now: datetime) -> None:
    case = shop.asked(now - 5 * MINUTE)
    macro = made(lead, "Mine", "", acts=["assign:me", "snooze:24"])
    assert macro.acts == [{"act": "assign", "owner": "me"}, {"act": "snooze", "hours": "24"}]

    lead.post(address(case, "ready/"), {"text": "", "macro": macro.pk})

    changed = Case.objects.get(pk=case.pk)
    assert changed.owner is not None
    assert changed.snoozed_until is not None
    form = lead.get(f"{PAGE}{macro.pk}/").content.decode()
    assert form.count("checked") == 2


def test_an_agent_makes_them_for_themselves_alone(agent: Client, lead: Client) -> None:
    own = made(agent, "My own", "Yours, {{agent.first_name}}", is_own="on")
    everybodys = made(lead, "Ours", "Yours")

    assert own.staff is not None
    assert "My own" not in lead.get(PAGE).content.decode()
    assert lead.get(f"{PAGE}{own.pk}/").status_code == 404
    assert agent.post(f"{PAGE}{everybodys.pk}/", {"name": "Mine now", "words": "x"}).status_code == 403
    assert agent.post(f"{PAGE}new/", {"name": "For all", "words": "x"}).status_code == 403
    assert agent.get(f"{PAGE}{own.pk}/").status_code == 200


def test_every_tag_there_is_stands_on_the_page() -> None:
    assert set(ready_answers.TAGS) == set(TAGS)
