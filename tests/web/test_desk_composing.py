"""What is written at the desk: files that go along, the way it goes, when it leaves; and nothing of it is lost."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.desk import shop
from tests.web.cases import a_file, address, page_of, seen

from rapport.channels.threads.models import Attachment, Message
from rapport.files.store.models import StoredFile
from rapport.jobs.queue.models import Job
from rapport.service.desk.models import Case, Draft
from rapport.service.desk.rules import acts
from rapport.web.desk import later

MINUTE = timedelta(minutes=1)


def test_files_are_kept_with_the_draft_and_go_with_the_answer(agent: Client, now: datetime) -> None:
    case = shop.asked(now - 5 * MINUTE)
    added = {"text": "See the file", "files": [a_file("one.pdf"), a_file("two.txt", b"words")]}

    agent.post(address(case, "enclosing/"), added)
    drafted = page_of(agent, case)
    agent.post(address(case, "answers/"), {"text": "See the file", "seen": seen(case)})

    assert "one.pdf" in drafted
    assert "See the file</textarea>" in drafted
    sent = Message.objects.get(pk=seen(case))
    kept = {one.name: one.media_type for one in Attachment.objects.filter(message=sent)}
    assert kept == {"one.pdf": "application/pdf", "two.txt": "text/plain"}
    page = page_of(agent, case)
    assert page.count("one.pdf") == 1, "in the conversation, and no more in the box"


def test_a_file_comes_back_from_the_conversation_as_a_download_alone(agent: Client, now: datetime) -> None:
    case = shop.asked(now - 5 * MINUTE)
    page_with_script = a_file("page.html", b"<script>alert(1)</script>")
    agent.post(address(case, "answers/"), {"text": "Here", "seen": seen(case), "files": [page_with_script]})
    attached = Attachment.objects.get(message_id=seen(case))

    got = agent.get(address(case, f"files/{attached.pk}/"))

    assert got["Content-Disposition"].startswith("attachment")
    assert got["Content-Security-Policy"] == "sandbox"
    assert got["Content-Type"] == "application/octet-stream"


def test_a_file_that_is_taken_out_is_thrown_away(agent: Client, now: datetime) -> None:
    case = shop.asked(now - 5 * MINUTE)
    agent.post(address(case, "enclosing/"), {"files": [a_file("one.pdf")]})
    stored = StoredFile.objects.get()

    agent.post(address(case, f"enclosing/?out={stored.pk}"), {"text": ""})

    assert "one.pdf" not in page_of(agent, case)
    assert not StoredFile.objects.exists()


def test_a_file_of_somebody_elses_draft_cannot_be_taken_out(
    agent: Client, signed_in_as: object, now: datetime
) -> None:
    case = shop.asked(now - 5 * MINUTE)
    agent.post(address(case, "enclosing/"), {"files": [a_file("one.pdf")]})
    stored = StoredFile.objects.get()

    refused = signed_in_as("lead").post(address(case, f"enclosing/?out={stored.pk}"), {"text": ""})  # type: ignore[operator]

    assert refused.status_code == 404
    assert StoredFile.objects.exists()


def test_a_file_that_is_too_large_is_named_and_the_words_stay(
    agent: Client, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rapport.service.desk.commands.enclosing.LARGEST_FILE", 1024**2)
    case = shop.asked(now - 5 * MINUTE)
    large = a_file("film.mp4", b"x" * (1024**2 + 1))

    refused = agent.post(
        address(case, "enclosing/"), {"text": "My words", "files": [large]}, headers={"HX-Request": "true"}
    )

    assert refused.status_code == 422
    assert "film.mp4 is larger than 1 MB." in refused.content.decode()
    assert not StoredFile.objects.exists()
    assert "My words</textarea>" in page_of(agent, case)


def test_more_files_than_go_with_one_answer_are_refused(agent: Client, now: datetime) -> None:
    case = shop.asked(now - 5 * MINUTE)
    many = [a_file(f"{number}.txt") for number in range(acts.MOST_FILES + 1)]

    refused = agent.post(address(case, "answers/"), {"text": "All", "seen": seen(case), "files": many})

    assert refused.status_code == 409
    assert "At most 10 files" in refused.content.decode()
    assert not Message.objects.filter(direction="out").exists()


def test_an_answer_that_is_taken_back_has_its_files_again(agent: Client, now: datetime) -> None:
    case = shop.asked(now - 5 * MINUTE)
    agent.post(address(case, "answers/"), {"text": "Here", "seen": seen(case), "files": [a_file("one.pdf")]})
    agent.post(address(case, f"taking-back/?message={seen(case)}"))

    agent.post(address(case, "answers/"), {"text": "Here it is", "seen": 0 or seen(case)})

    assert Attachment.objects.filter(message__text="Here it is", name="one.pdf").exists()


def test_a_file_alone_is_an_answer(agent: Client, now: datetime) -> None:
    case = shop.asked(now - 5 * MINUTE)

    sent = agent.post(
        address(case, "answers/"), {"text": "", "seen": seen(case), "files": [a_file("one.pdf")]}
    )

    assert sent.status_code == 302


def test_the_draft_keeps_the_way_that_was_chosen(agent: Client, now: datetime) -> None:
    case = shop.asked(now - 5 * MINUTE)
    second = shop.our_mailbox(now, "orders@shop.example")
    way = f'value="{second.pk}:0"'
    assert f"{way} selected" not in page_of(agent, case)

    agent.post(address(case, "draft/"), {"text": "Dear Amina", "kind": "reply", "way": f"{second.pk}:0"})

    assert f"{way} selected" in page_of(agent, case)


def test_an_answer_is_set_to_leave_later_and_kept_here_after_all(agent: Client, now: datetime) -> None:
    case = shop.asked(now - 5 * MINUTE)

    agent.post(address(case, "scheduling/"), {"text": "Good morning!", "until": "tomorrow"})
    set_to = page_of(agent, case)
    due_at = Draft.objects.get().due_at
    agent.post(address(case, "unscheduling/"))
    kept = page_of(agent, case)

    assert due_at is not None
    assert timezone.localtime(due_at).strftime("%H:%M") == "09:00"
    assert "This leaves on" in set_to
    assert Job.objects.filter(task="desk.send_scheduled").exists()
    assert "This leaves on" not in kept
    assert "Good morning!</textarea>" in kept


@pytest.mark.parametrize(
    ("text", "moment"), [("", "2999-01-01T10:00"), ("Hi", "2020-01-01T10:00"), ("Hi", "x")]
)
def test_what_cannot_leave_then_is_refused(agent: Client, now: datetime, text: str, moment: str) -> None:
    case = shop.asked(now - 5 * MINUTE)

    refused = agent.post(address(case, "scheduling/"), {"text": text, "moment": moment})

    assert refused.status_code == 409
    assert not Draft.objects.filter(due_at__isnull=False).exists()


def test_a_case_is_put_off_until_a_moment_that_was_picked(agent: Client, now: datetime) -> None:
    case = shop.asked(now - 5 * MINUTE)

    agent.post(address(case, "snooze/"), {"moment": "2999-01-01T10:00"})

    until = Case.objects.get(pk=case.pk).snoozed_until
    assert until is not None
    assert timezone.localtime(until).strftime("%Y-%m-%d %H:%M") == "2999-01-01 10:00"
    assert "Look at it now" in page_of(agent, case)


def test_moments_are_named_by_the_clock_of_whoever_reads() -> None:
    from zoneinfo import ZoneInfo

    friday = datetime(2026, 3, 27, 11, 30, tzinfo=ZoneInfo("Europe/London"))

    offered = {one.value: later.named(one.value, friday) for one in later.choices(friday)}

    assert {name: f"{moment:%a %d %H:%M %z}" for name, moment in offered.items() if moment} == {
        "hour": "Fri 27 12:30 +0000",
        "afternoon": "Fri 27 14:00 +0000",
        "tomorrow": "Sat 28 09:00 +0000",
        "monday": "Mon 30 09:00 +0100",
        "week": "Fri 03 09:00 +0100",
    }
