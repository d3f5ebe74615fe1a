from datetime import datetime

import pytest
from django.utils import timezone
from tests.web.conftest import PASSWORD, Signing

from rapport.interactions.touchpoints import commands as touchpoints
from rapport.interactions.touchpoints import queries as places
from rapport.staff.keys import queries as keys
from rapport.staff.organisation import queries as organisation
from rapport.staff.people import commands as member_commands
from rapport.staff.people import queries as people
from rapport.staff.roles.rules import EVERYTHING, Operator

SETTINGS = {
    "name": "Wrenfield Clinic",
    "time_zone": "Asia/Tokyo",
    "currency": "JPY",
    "customer_word": "patient",
    "customers_word": "patients",
    "phone_region": "JP",
}


def test_the_word_for_customer_is_the_organisations_own_on_every_page(signed_in_as: Signing) -> None:
    admin = signed_in_as("admin")
    admin.post("/settings/", SETTINGS)
    assert "No patients yet" in admin.get("/").text
    assert "Where patients and we meet" in admin.get("/touchpoints/").text


def test_settings_that_cannot_be_come_back_with_what_to_mend(signed_in_as: Signing) -> None:
    answer = signed_in_as("admin").post("/settings/", SETTINGS | {"name": "", "currency": "XXXX"})
    assert answer.status_code == 422
    found = organisation.current()
    assert found is not None
    assert found.name == "Wrenfield"


def test_a_rate_is_kept_with_its_date_and_can_be_removed(signed_in_as: Signing) -> None:
    admin = signed_in_as("admin")
    admin.post("/settings/rates/", {"currency": "EUR", "rate": "0.85", "valid_from": "2026-01-01"})
    rate = organisation.all_rates().get()
    assert (rate.currency, str(rate.rate.normalize())) == ("EUR", "0.85")
    admin.post(f"/settings/rates/{rate.pk}/removal/")
    assert not organisation.all_rates()


@pytest.mark.parametrize(("currency", "rate"), [("GBP", "1"), ("EUR", "0"), ("EUR", "-1"), ("EUR", "NaN")])
def test_a_rate_that_cannot_be_is_refused(signed_in_as: Signing, currency: str, rate: str) -> None:
    answer = signed_in_as("admin").post(
        "/settings/rates/", {"currency": currency, "rate": rate, "valid_from": "2026-01-01"}
    )
    assert answer.status_code == 422
    assert not organisation.all_rates()


def test_whoever_is_added_can_sign_in(signed_in_as: Signing) -> None:
    newcomer = {
        "name": "Kofi Mensah",
        "email": "kofi@wrenfield.example",
        "role": "agent",
        "password": PASSWORD,
    }
    signed_in_as("admin").post("/settings/people/new/", newcomer)
    browser = signed_in_as("")
    browser.post("/account/login/", {"login": "kofi@wrenfield.example", "password": PASSWORD})
    assert browser.get("/").status_code == 200


def test_people_are_shown_fifty_at_a_time_and_found_by_name_or_address(
    signed_in_as: Signing, noon: datetime
) -> None:
    for number in range(120):
        joins = member_commands.NewStaffMember(
            email=f"till{number}@wrenfield.example",
            password=PASSWORD,
            role="agent",
            name=f"Kofi {number // 2}",
        )
        member = member_commands.create(joins, by=Operator(), at=noon)
        if number % 3 == 0:
            member_commands.let_go(member.pk, by=Operator(), at=noon)
    admin, seen, address = signed_in_as("admin"), [], "/settings/people/"
    while address:
        page = admin.get(address)
        seen += [member.pk for member, _teams in page.context["people"]]
        assert len(page.context["people"]) <= 50
        address = f"/settings/people/{page.context['more']}" if page.context["more"] else ""
    assert seen == [member.pk for member in people.everybody(reach=EVERYTHING)]

    rows = admin.get("/settings/people/?after=3", headers={"HX-Request": "true"}).text
    assert "<html" not in rows
    assert "till77@" in admin.get("/settings/people/?q=TILL77%40").text
    assert admin.get("/settings/people/?q=kofi+38").text.count('<th scope="row">') == 2
    assert "Nobody like this" in admin.get("/settings/people/?q=nobody+at+all").text
    for odd in ("after=x", "after=99999999999999999999", "after=987654", "q=%00", "q=" + "x" * 300):
        assert len(admin.get(f"/settings/people/?{odd}").context["people"]) == 50


def test_the_same_address_is_not_added_twice(signed_in_as: Signing) -> None:
    again = {"name": "Somebody", "email": "LEAD@wrenfield.example", "role": "agent", "password": PASSWORD}
    answer = signed_in_as("admin").post("/settings/people/new/", again)
    assert answer.status_code == 422
    assert "is a member of staff already" in answer.text


def test_whoever_is_let_go_is_signed_out_and_can_come_back(signed_in_as: Signing) -> None:
    admin, agent = signed_in_as("admin"), signed_in_as("agent")
    member = people.by_email("agent@wrenfield.example")
    assert member is not None
    admin.post(f"/settings/people/{member.pk}/departure/")
    assert agent.get("/").status_code == 302
    admin.post(f"/settings/people/{member.pk}/return/")
    assert people.member(member.pk, reach=EVERYTHING).is_active


def test_the_only_administrator_can_neither_leave_nor_step_down(signed_in_as: Signing) -> None:
    admin = signed_in_as("admin")
    member = people.by_email("admin@wrenfield.example")
    assert member is not None
    refused = admin.post(f"/settings/people/{member.pk}/departure/")
    assert refused.status_code == 409
    assert "only administrator" in refused.text
    step_down = {"name": "Ada", "role": "viewer", "department": ""}
    assert admin.post(f"/settings/people/{member.pk}/", step_down).status_code == 422


def test_a_new_password_ends_the_old_sessions(signed_in_as: Signing) -> None:
    admin, agent = signed_in_as("admin"), signed_in_as("agent")
    member = people.by_email("agent@wrenfield.example")
    assert member is not None
    admin.post(f"/settings/people/{member.pk}/password/", {"password": "another-long-password"})
    assert agent.get("/").status_code == 302


def test_a_key_is_shown_once_and_then_only_its_first_letters(signed_in_as: Signing) -> None:
    admin = signed_in_as("admin")
    made = admin.post("/settings/keys/", {"name": "web shop", "kind": "write"})
    key = keys.all_keys(reach=EVERYTHING).get()
    assert made.headers["Cache-Control"] == "no-store"
    secret = made.text.split('<code class="secret">')[1].split("<")[0]
    assert keys.find(secret, at=timezone.now()) == key
    assert secret not in admin.get("/settings/keys/").text
    admin.post(f"/settings/keys/{key.pk}/revocation/")
    assert keys.find(secret, at=timezone.now()) is None


def test_a_key_that_only_sends_may_nothing_of_what_was_ticked(signed_in_as: Signing) -> None:
    admin = signed_in_as("admin")
    plain = {"name": "web shop", "kind": "write"}
    assert "A key that only sends needs nothing here" in admin.get("/settings/keys/").text
    admin.post("/settings/keys/", plain | {"scopes": ["customers.read", "links.write"]})
    admin.post("/settings/keys/", plain)
    ticked, unticked = keys.all_keys(reach=EVERYTHING)
    assert ticked.scopes == unticked.scopes
    assert "customers.read" not in ticked.scopes


def test_a_touchpoint_is_added_changed_closed_and_opened_again(signed_in_as: Signing) -> None:
    lead = signed_in_as("lead")
    till = {"name": "Till in Leeds", "department": "Retail", "channel": "in_person", "note": ""}
    lead.post("/touchpoints/new/", till)
    found = places.by_department(reach=EVERYTHING).get()
    lead.post(f"/touchpoints/{found.pk}/edit/", till | {"note": "by the door"})
    assert "by the door" in lead.get(f"/touchpoints/{found.pk}/").text
    lead.post(f"/touchpoints/{found.pk}/closure/")
    assert lead.post(f"/touchpoints/{found.pk}/closure/").status_code == 409
    assert lead.post(f"/touchpoints/{found.pk}/edit/", till).status_code == 422
    lead.post(f"/touchpoints/{found.pk}/opening/")
    assert places.touchpoint(found.pk, reach=EVERYTHING).closed_at is None


def test_two_touchpoints_have_two_names(signed_in_as: Signing, noon: datetime) -> None:
    till = touchpoints.Description(name="Till in Leeds", department="Retail", channel="in_person")
    touchpoints.add(till, by=Operator(), at=noon)
    answer = signed_in_as("lead").post(
        "/touchpoints/new/", {"name": " Till in Leeds ", "department": "Retail", "channel": "web"}
    )
    assert answer.status_code == 422
    assert "already" in answer.text


def test_what_was_done_is_read_in_words_newest_first_a_page_at_a_time(
    signed_in_as: Signing, noon: datetime
) -> None:
    for number in range(60):
        place = touchpoints.Description(name=f"Till {number}", department="Retail", channel="in_person")
        touchpoints.add(place, by=Operator(), at=noon)
    admin = signed_in_as("admin")
    newest = admin.get("/settings/audit/").text
    assert "added a touchpoint" in newest
    assert newest.count("<tr>") == 51
    older = newest.split("?before=")[1].split('"')[0]
    assert "changed the settings" in admin.get(f"/settings/audit/?before={older}").text
    assert admin.get("/settings/audit/?before=nonsense").status_code == 200
