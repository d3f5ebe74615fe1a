"""Events: heard once, in spite of whatever order transactions commit in, by those who may."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from rapport.live.events import commands, queries, rules
from rapport.live.events.models import Event
from rapport.live.events.rules import News


def heard(reader: queries.Reader) -> list[str]:
    return [one.topic for one in reader.read().news]


@pytest.mark.django_db
def test_each_event_is_heard_once(noon: datetime) -> None:
    reader = queries.Reader(queries.now())
    commands.tell([News("customer:1", "customers.view"), News("customer:1", "customers.view")], at=noon)
    commands.tell([News("log", "interactions.view")], at=noon)

    assert heard(reader) == ["customer:1", "log"]
    assert heard(reader) == []
    commands.tell([News("log", "interactions.view")], at=noon)
    assert heard(reader) == ["log"]


@pytest.mark.django_db(transaction=True)
def test_an_event_whose_transaction_commits_late_is_heard_all_the_same(noon: datetime) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite there is one writer: ids follow commits")
    reader = queries.Reader(queries.now())
    has_told, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            commands.tell([News("slow", "customers.view")], at=noon)
            has_told.set()
            may_commit.wait(10)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    has_told.wait(10)
    commands.tell([News("quick", "customers.view")], at=noon)
    first = reader.read()
    assert [one.topic for one in first.news] == ["quick"], "a slow one holds up nobody"
    assert heard(reader) == []
    resumed = queries.Reader(first.cursor)
    may_commit.set()
    thread.join()

    assert heard(reader) == ["slow"]
    assert heard(reader) == []
    assert set(heard(resumed)) == {"quick", "slow"}, "who comes back by the cursor misses neither"


@pytest.mark.django_db
def test_what_is_undone_was_never_told(noon: datetime) -> None:
    reader = queries.Reader(queries.now())
    with transaction.atomic():
        commands.tell([News("log", "interactions.view")], at=noon)
        transaction.set_rollback(True)

    assert heard(reader) == []


@pytest.mark.django_db
def test_events_go_after_a_day_and_a_cursor_before_them_is_behind(noon: datetime) -> None:
    begin = queries.now()
    commands.tell([News("old", "customers.view")], at=noon - timedelta(days=2))
    commands.tell([News("new", "customers.view")], at=noon)
    assert queries.earliest() >= begin

    assert commands.prune(at=noon) == 1
    assert commands.prune(at=noon + timedelta(days=9)) == 0, "the newest stays"

    assert list(Event.objects.values_list("topic", flat=True)) == ["new"]


def test_news_concerns_those_who_follow_it_and_may_see_it() -> None:
    news = [News("customer:1", "customers.view", "Retail"), News("import", "imports.view"), News("log", "x")]
    wanted = frozenset({"customer:1", "import:4", "import:5", "customer:11"})

    told = rules.by_topic(news)

    assert rules.concerning(told, wanted, lambda *_: True) == {"customer:1", "import:4", "import:5"}
    seen = rules.concerning(told, wanted, lambda _, department: department != "Retail")
    assert seen == {"import:4", "import:5"}
    assert rules.concerning(told, wanted, lambda *_: False) == set()


MANY = ",".join(f"a:{n}" for n in range(30))


@pytest.mark.parametrize("text", ["", ",", "customer:x", "a b", "x" * 30, "log,'--", MANY])
def test_what_is_no_topic_is_refused(text: str) -> None:
    with pytest.raises(rules.BadTopic):
        rules.topics(text)
