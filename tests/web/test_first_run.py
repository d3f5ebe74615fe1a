from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from tests.conftest import uses_postgres

from rapport.staff.organisation import queries as organisation
from rapport.staff.organisation.commands import Settings
from rapport.staff.people import commands, queries
from rapport.staff.roles.rules import EVERYTHING

ANSWERS = {
    "name": "Wrenfield Clinic",
    "time_zone": "Europe/London",
    "currency": "GBP",
    "customer_word": "patient",
    "your_name": "Ada Lindqvist",
    "email": "ada@wrenfield.example",
    "password": "three-unrelated-words",
}


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/touchpoints/", "/settings/"])
def test_every_page_of_a_new_installation_leads_to_the_first_run(path: str) -> None:
    answer = Client().get(path, follow=True)
    assert answer.redirect_chain[-1][0] == "/first-run/"
    assert "Welcome to Rapport" in answer.text


@pytest.mark.django_db
def test_five_answers_set_the_house_up_and_sign_its_administrator_in() -> None:
    visitor = Client()
    answer = visitor.post("/first-run/", ANSWERS, follow=True)
    assert answer.redirect_chain[-1][0] == "/first-run/steps/"
    assert "Now bring in your patients" in answer.text
    found = organisation.current()
    assert found is not None
    assert (found.name, found.customers_word) == ("Wrenfield Clinic", "patients")
    member = queries.by_email("ada@wrenfield.example")
    assert member is not None
    assert member.role == "admin"


@pytest.mark.django_db
def test_a_weak_password_is_said_at_its_question_and_nothing_is_kept() -> None:
    answer = Client().post("/first-run/", ANSWERS | {"password": "1234567890"})
    assert answer.status_code == 422
    assert "entirely numeric" in answer.text
    assert organisation.current() is None
    assert not queries.anybody_yet()


@pytest.mark.django_db
def test_the_first_run_is_closed_for_good_once_somebody_works_here() -> None:
    Client().post("/first-run/", ANSWERS)
    stranger = Client()
    assert stranger.get("/first-run/").status_code == 404
    assert stranger.post("/first-run/", ANSWERS | {"email": "eve@example.org"}).status_code == 404
    assert queries.by_email("eve@example.org") is None


@pytest.mark.django_db
def test_of_two_first_runs_at_once_the_second_is_refused_whole(noon: datetime) -> None:
    first = commands.NewStaffMember("ada@wrenfield.example", "three-unrelated-words", "admin")
    second = commands.NewStaffMember("eve@example.org", "three-unrelated-words", "admin")
    commands.begin(Settings(name="Wrenfield"), first, at=noon)
    with pytest.raises(commands.AlreadyBegun):
        commands.begin(Settings(name="Evil"), second, at=noon)
    found = organisation.current()
    assert found is not None
    assert found.name == "Wrenfield"


@pytest.mark.skipif(
    not uses_postgres(), reason="SQLite lets one writer in at a time: there is no race to lose"
)
@pytest.mark.django_db(transaction=True)
def test_of_two_first_runs_in_the_same_moment_one_wins(noon: datetime) -> None:
    together = Barrier(2)

    def begin(name: str) -> bool:
        together.wait(10)
        first = commands.NewStaffMember(f"{name}@wrenfield.example", "three-unrelated-words", "admin")
        try:
            commands.begin(Settings(name=name), first, at=noon)
        except commands.AlreadyBegun:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as people:
        won = list(people.map(begin, ("ada", "eve")))
    assert sorted(won) == [False, True]
    assert queries.everybody(reach=EVERYTHING).count() == 1
