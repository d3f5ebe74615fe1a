"""The import pages, without a browser: drop, map, preview, go, look, take back."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.imports.conftest import NOON, ORDERS

from rapport.interactions.ingestion import queries
from rapport.interactions.ingestion.models import Import, SavedMapping, Upload
from rapport.interactions.ingestion.rules import drafting
from rapport.interactions.log.models import Interaction
from rapport.jobs.queue.tasks import Worker
from rapport.staff.people import commands as people
from rapport.staff.roles.rules import Operator
from rapport.wiring.imports import tasks as _tasks  # noqa: F401 - registers its tasks

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


@pytest.fixture
def sign_in(client: Client) -> SignIn:
    def as_role(role: str) -> Client:
        new = people.NewStaffMember(
            email=f"{role}@example.org", password="three-unrelated-words", role=role, name=role
        )
        client.force_login(
            people.create(new, by=Operator(), at=NOON),
            backend="allauth.account.auth_backends.AuthenticationBackend",
        )
        return client

    return as_role


def drop(client: Client, text: str = ORDERS, name: str = "orders.csv") -> str:
    answer = client.post(reverse("imports:new"), {"file": SimpleUploadedFile(name, text.encode())})
    assert answer.status_code == 302, answer.content
    return str(answer["Location"])


CHOICES = {
    "source": "till",
    "kind": "purchase",
    "channel": "in_person",
    "direction": "in",
    "moment_format": "iso",
    "time_zone": "Europe/London",
    "currency": "GBP",
    "name": "",
}
PARTS = ["key", "line", "quantity", "price", "when", "user_id", "email", "trait", "trait"]
COLUMNS = {f"column-{place}": part for place, part in enumerate(PARTS)}


def test_an_empty_list_says_how_to_begin(sign_in: SignIn) -> None:
    page = sign_in("admin").get(reverse("imports:list"))
    assert b"Nothing was imported yet" in page.content


def test_each_column_is_guessed_in_words(sign_in: SignIn) -> None:
    client = sign_in("admin")
    page = client.get(drop(client)).content.decode()
    chosen = [
        line.split(">")[1].split("<")[0]
        for line in page.split("<option")[1:]
        if " selected" in line.split(">")[0]
    ]
    assert chosen[:9] == [
        "which lines belong together",
        "kept with each line",
        "how many",
        "the price of one",
        "when it happened",
        "who: their account with us",
        "who: their mail address",
        "something known of them",
        "something known of them",
    ]


@pytest.mark.parametrize("column", ["customer mail", "Mail", "customer_email", "E-Mail"])
def test_a_column_of_mail_addresses_says_who_it_was(column: str) -> None:
    lines = [["2026-10-01 10:00", "amina@example.org"]]
    assert drafting.guess(["when", column], lines, source="till").parts[column] == "email"


def test_a_preview_shows_people_as_they_will_look(sign_in: SignIn) -> None:
    client = sign_in("admin")
    page = client.post(drop(client), CHOICES | COLUMNS | {"act": "look"}).content.decode()
    assert "Amina Okafor" in page
    assert "£9.34" in page
    assert "The first 5 lines become 3 interactions" in page
    assert Interaction.objects.count() == 0


def test_a_dropped_file_is_taken_in_by_the_worker_and_shown(sign_in: SignIn) -> None:
    client = sign_in("admin")
    answer = client.post(drop(client), CHOICES | COLUMNS | {"act": "go", "name": "Our till"})
    assert answer.status_code == 302
    assert b"Waiting for its turn" in client.get(answer["Location"]).content

    Worker().run_until_idle()

    page = client.get(answer["Location"]).content.decode()
    assert "See the customers" in page
    assert Interaction.objects.filter(channel="in_person").count() == 3
    assert SavedMapping.objects.get().name == "Our till"
    assert not Upload.objects.filter(import_run=None).exists()


def test_a_known_mapping_is_used_by_its_name(sign_in: SignIn) -> None:
    client = sign_in("admin")
    text = " 00004 0001 19970101  2   29.33\n 00004 0001 19970118  2   29.73\n"
    client.post(drop(client, text, "cdnow.txt"), {"mapping": "cdnow"})
    Worker().run_until_idle()
    assert Import.objects.get().interactions == 2


def test_what_is_missing_is_said_and_nothing_begins(sign_in: SignIn) -> None:
    client = sign_in("admin")
    nothing = dict.fromkeys(COLUMNS, "property")
    page = client.post(drop(client), CHOICES | nothing | {"act": "go"})
    assert page.status_code == 422
    assert b"Choose at least a column that says who it was" in page.content
    assert not Import.objects.exists()


def test_rejected_lines_are_shown_and_downloaded(sign_in: SignIn) -> None:
    client = sign_in("admin")
    answer = client.post(
        drop(client, ORDERS + "9,cup,x,1,2026-01-01,amina,,,\n"), CHOICES | COLUMNS | {"act": "go"}
    )
    Worker().run_until_idle()
    page = client.get(answer["Location"]).content.decode()
    assert "&#x27;x&#x27; is not an amount" in page
    one = Import.objects.get()
    file = client.get(reverse("imports:rejects", args=[one.pk]))
    assert b"'x' is not an amount" in b"".join(file.streaming_content)


def test_an_administrator_takes_an_import_back(sign_in: SignIn) -> None:
    client = sign_in("admin")
    client.post(drop(client), CHOICES | COLUMNS | {"act": "go"})
    Worker().run_until_idle()
    one = Import.objects.get()
    page = client.post(reverse("imports:take_back", args=[one.pk]), follow=True)
    assert b"took this import back" in page.content
    assert Interaction.objects.count() == 0


@pytest.mark.parametrize(("role", "expected"), [("viewer", 403), ("agent", 403), ("analyst", 403)])
def test_only_administrators_take_back(sign_in: SignIn, role: str, expected: int) -> None:
    assert sign_in(role).post(reverse("imports:take_back", args=[1])).status_code == expected


def test_a_file_over_the_limit_is_refused_and_not_kept(
    sign_in: SignIn, settings: object, own_home: Path
) -> None:
    settings.IMPORT_LARGEST_UPLOAD = 1_000
    client = sign_in("admin")
    big = SimpleUploadedFile("big.csv", b"a,b\n" + b"1,2\n" * 50_000)
    answer = client.post(reverse("imports:new"), {"file": big})
    assert answer.status_code == 409
    assert not Upload.objects.exists()
    assert list(own_home.glob("uploads/*")) == []


@pytest.mark.django_db(transaction=True)
def test_a_picture_is_refused_in_words_and_can_be_thrown_away(sign_in: SignIn) -> None:
    client = sign_in("admin")
    answer = client.post(reverse("imports:new"), {"file": SimpleUploadedFile("a.png", bytes(5_000))})
    page = client.get(answer["Location"])
    assert page.status_code == 422
    upload = Upload.objects.get()
    client.post(reverse("imports:drop", args=[upload.token]))
    assert not queries.upload_path(upload.token).exists()


def test_a_path_is_no_upload(sign_in: SignIn) -> None:
    assert sign_in("admin").get("/imports/files/..secret_key/").status_code == 404


def test_a_form_without_its_token_is_refused(sign_in: SignIn) -> None:
    sign_in("admin")
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = sign_in.__closure__[0].cell_contents.cookies
    answer = strict.post(reverse("imports:new"), {"file": SimpleUploadedFile("a.csv", ORDERS.encode())})
    assert answer.status_code == 403
    assert not Upload.objects.exists()


def test_a_file_taken_back_waits_for_a_mended_mapping(sign_in: SignIn) -> None:
    client = sign_in("admin")
    address = drop(client)
    client.post(address, CHOICES | COLUMNS | {"act": "go", "kind": "refund"})
    Worker().run_until_idle()
    client.post(reverse("imports:take_back", args=[Import.objects.get().pk]))

    assert b"orders.csv" in client.get(reverse("imports:list")).content
    client.post(address, CHOICES | COLUMNS | {"act": "go"})
    Worker().run_until_idle()
    assert set(Interaction.objects.values_list("kind", flat=True)) == {"purchase"}
