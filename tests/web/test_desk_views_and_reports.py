"""Views and reports of the desk, as pages."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from tests.desk.shop import MINUTE, answer, asked, colleague
from tests.web.conftest import Signing

from rapport.service.desk import commands as desk
from rapport.service.views.models import SavedView

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_view_is_made_stands_at_the_desk_with_its_count_and_is_put_away(
    signed_in_as: Signing, noon: datetime
) -> None:
    client = signed_in_as("agent")
    asked(noon)
    asked(noon, sender="ben@mail.example")

    made = client.post(
        reverse("desk:view-new"),
        {"name": "Mail for nobody", "box": "open", "owner": "nobody", "channel": ["email"]},
    )

    page = client.get(made["Location"]).content.decode()
    assert "Mail for nobody 2</a>" in page
    assert page.count("Amina Okafor") >= 1
    view = SavedView.objects.get()
    assert view.asked == {"owner": "nobody", "channel": "email"}
    client.post(reverse("desk:view-closure", args=[view.pk]))
    assert "Mail for nobody" not in client.get(reverse("desk:list")).content.decode()


def test_a_view_without_a_name_comes_back_with_what_to_mend(signed_in_as: Signing) -> None:
    answered = signed_in_as("agent").post(reverse("desk:view-new"), {"name": "", "box": "open"})
    assert answered.status_code == 422


def test_agents_do_not_share_views(signed_in_as: Signing) -> None:
    assert "is_shared" not in signed_in_as("agent").get(reverse("desk:view-new")).content.decode()
    assert "is_shared" in signed_in_as("lead").get(reverse("desk:view-new")).content.decode()


def test_a_view_of_somebody_else_is_not_found(signed_in_as: Signing) -> None:
    signed_in_as("lead").post(reverse("desk:view-new"), {"name": "Mine", "box": "open"})
    address = reverse("desk:view", args=[SavedView.objects.get().pk])
    assert signed_in_as("agent").get(address).status_code == 404


def test_the_report_says_what_came_in_and_how_long_it_took_and_is_a_file_too(
    signed_in_as: Signing, noon: datetime
) -> None:
    ben = colleague("Ben")
    for number in range(1, 6):
        case = asked(noon, sender=f"customer{number}@mail.example")
        desk.reply(case.pk, answer(to=case), by=ben, at=noon + number * 10 * MINUTE)
    client = signed_in_as("lead")
    query = {"days": "7", "by": "channel", "until": (noon + timedelta(days=1)).date().isoformat()}

    page = client.get(reverse("desk:reports"), query).content.decode()
    file = client.get(reverse("desk:reports-file"), query)

    assert "5 came in and 0 were settled; 5 are open." in page
    assert "30 minutes" in page
    assert "<svg" in page
    assert file["Content-Type"].startswith("text/csv")
    head, line = file.content.decode().splitlines()
    told = dict(zip(head.split(","), line.split(","), strict=True))
    assert (told["channel"], told["opened"], told["first_answer_middle"]) == ("Mail", "5", "1800")


@pytest.mark.parametrize(
    "query", [{"days": "0"}, {"by": "weather"}, {"until": "2026-13-45"}, {"until": "0001-01-01"}]
)
def test_a_strange_address_shows_the_usual_report(signed_in_as: Signing, query: dict[str, str]) -> None:
    assert signed_in_as("viewer").get(reverse("desk:reports"), query).status_code == 200
