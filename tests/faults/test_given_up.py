"""Deadlocks and serialisation failures of PostgreSQL are tried again without anybody noticing."""

from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from tests.conftest import uses_postgres

from rapport.jobs.queue import commands, rules
from rapport.jobs.queue.models import Job
from rapport.jobs.queue.tasks import Worker

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not uses_postgres(), reason="SQLite has one writer: nothing is given up"),
]
calls: list[str] = []


def give_up(code: str) -> None:
    """As PostgreSQL would, with its own words."""
    with connection.cursor() as cursor:
        cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'given up' USING ERRCODE = '{code}'; END $$")


def page(request: HttpRequest, code: str) -> HttpResponse:
    calls.append(request.POST["name"])
    with transaction.atomic():
        if len(calls) < 3:
            give_up(code)
    return HttpResponse("done")


urlpatterns = [path("given-up/<str:code>/", page)]


@rules.task("test.given_up", is_atomic=True)
def given_up(_context: rules.Context, *, code: str) -> None:
    calls.append(code)
    if len(calls) < 2:
        give_up(code)


@pytest.fixture(autouse=True)
def no_calls() -> None:
    calls.clear()


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("code", ["40001", "40P01"])
def test_a_page_is_asked_for_again(code: str) -> None:
    answer = Client().post(f"/given-up/{code}/", {"name": "amina"})
    assert answer.content == b"done"
    assert calls == ["amina"] * 3


@pytest.mark.parametrize("code", ["40001", "40P01"])
def test_a_job_is_tried_again(code: str) -> None:
    commands.enqueue("test.given_up", {"code": code}, at=datetime.now(UTC))
    Worker().run_until_idle()
    Job.objects.update(due_at=datetime.now(UTC))
    Worker().run_until_idle()
    assert Job.objects.get().finished_at
    assert calls == [code] * 2
