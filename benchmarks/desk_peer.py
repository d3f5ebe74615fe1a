"""django-helpdesk with many tickets, measured from inside: `python desk_peer.py TICKETS REQUESTS`.

Runs in an environment that has django-helpdesk and nothing of ours; PEER_DATABASE names the SQLite file to make.
"""

import base64
import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec

_WORDS = (
    "parcel",
    "refund",
    "invoice",
    "exchange",
    "voucher",
    "delivery",
    "password",
    "address",
    "warranty",
    "colour",
)
_ANSWERS = 10
urlpatterns: list = []
"""This module names the peer's addresses, once Django is set up."""


def main() -> None:
    tickets, requests = int(sys.argv[1]), int(sys.argv[2])
    _set_up()
    numbers = _fill(tickets)
    client = _client()
    dice = random.Random(20261122)
    query = base64.b64encode(json.dumps(_listing()).encode()).decode()
    pages = {
        "ticket": lambda: f"/tickets/{dice.choice(numbers)}/",
        "list": lambda: (
            f"/datatables_ticket_list/{query}?draw=1&start=0&length=25&order[0][column]=0&order[0][dir]=desc"
        ),
        "search": lambda: (
            f"/datatables_ticket_list/{_encoded(_listing(dice.choice(_WORDS)))}?draw=1&start=0&length=25"
            "&order[0][column]=0&order[0][dir]=desc"
        ),
    }
    print(json.dumps({name: _measured(client, address, requests) for name, address in pages.items()}))


def _set_up() -> None:
    import django
    from django.conf import settings

    wanted = (
        "bootstrap4form",
        "account",
        "pinax.invitations",
        "pinax.teams",
        "reversion",
        "rest_framework",
        "helpdesk",
    )
    apps = [f"django.contrib.{one}" for one in
            ("admin", "auth", "contenttypes", "humanize", "messages", "sessions", "sites", "staticfiles")]  # fmt: skip
    middleware = ["sessions.middleware.SessionMiddleware", "auth.middleware.AuthenticationMiddleware",
                  "messages.middleware.MessageMiddleware"]  # fmt: skip
    settings.configure(
        SECRET_KEY="bench",
        ALLOWED_HOSTS=["*"],
        USE_TZ=True,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["PEER_DATABASE"]}},
        INSTALLED_APPS=[*apps, *(one for one in wanted if _is_there(one))],
        MIDDLEWARE=["django.middleware.common.CommonMiddleware", *(f"django.contrib.{one}" for one in middleware)],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {
            "context_processors": ["django.contrib.auth.context_processors.auth",
                                   "django.template.context_processors.request",
                                   "django.contrib.messages.context_processors.messages"]}}],
        ROOT_URLCONF="__main__",
        STATIC_URL="/static/",
        SITE_ID=1,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        HELPDESK_TEAMS_MODE_ENABLED=False,
        LOGGING_CONFIG=None,
    )  # fmt: skip
    django.setup()
    from django.core.management import call_command
    from django.urls import include, path

    call_command("migrate", verbosity=0)
    urlpatterns.append(path("", include("helpdesk.urls")))


def _is_there(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ImportError:
        return False


def _fill(tickets: int) -> list[int]:
    from django.contrib.auth.models import User
    from django.utils import timezone
    from helpdesk.models import FollowUp, Queue, Ticket

    now = timezone.now()
    staff = User.objects.create_superuser("bench", "bench@example.org", "bench")
    queue = Queue.objects.create(title="Help", slug="help", email_address="help@shop.example")
    Ticket.objects.bulk_create(
        (
            Ticket(title=f"About your {_WORDS[number % 10]}", queue=queue, created=now, modified=now, priority=3,
                   status=1 if number % 50 == 0 else 4, submitter_email=f"customer{number // 5}@mail.example",
                   description=f"My {_WORDS[number % 10]} with the number {number} came late.")
            for number in range(tickets)
        ),
        batch_size=1000,
    )  # fmt: skip
    numbers = list(Ticket.objects.values_list("id", flat=True))
    FollowUp.objects.bulk_create(
        (
            FollowUp(ticket_id=number, date=now, title="Comment", public=True, user=staff if step % 2 else None,
                     comment=f"We looked at the {_WORDS[(number + step) % 10]} you asked about.")
            for number in numbers
            for step in range(_ANSWERS)
        ),
        batch_size=1000,
    )  # fmt: skip
    return numbers


def _client() -> object:
    from django.contrib.auth.models import User
    from django.test import Client

    client = Client()
    client.force_login(User.objects.get(username="bench"))
    return client


def _listing(words: str = "") -> dict:
    return {
        "filtering": {"status__in": [1, 2, 3, 4, 5]} if words else {"status__in": [1, 2]},
        "filtering_null": {},
        "sorting": "created",
        "sortreverse": True,
        "search_string": words,
    }


def _encoded(query: dict) -> str:
    return base64.b64encode(json.dumps(query).encode()).decode()


def _measured(client: object, address: Callable[[], str], requests: int) -> dict:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        _get(client, address())
    queries = len(asked)
    took, cpu = [], time.process_time()
    for _ in range(requests):
        begun = time.perf_counter()
        _get(client, address())
        took.append((time.perf_counter() - begun) * 1000)
    cpu = (time.process_time() - cpu) * 1000 / requests
    p99 = sorted(took)[int(len(took) * 0.99)]
    return {"p50": statistics.median(took), "p99": p99, "cpu": cpu, "queries": queries}


def _get(client: object, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)


if __name__ == "__main__":
    main()
