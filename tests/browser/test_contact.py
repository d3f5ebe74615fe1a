"""When we write, and to whom nothing goes, as a person sees it: wide and on a phone, in daylight and in the dark."""

import subprocess
import sys

from tests.browser import looking
from tests.running import RunningServer

_LAY_IN = """
import django
django.setup()
from datetime import UTC, datetime
from rapport.channels.contact import commands as contact
from rapport.channels.contact.rules import Wish
from rapport.customers.directory.models import Identifier
at = datetime.now(UTC)
one = Identifier.objects.filter(kind="email").order_by("id").first()
contact.ask(Wish(one.pk, "surveys", "email", "surveys"), at=at)
contact.ask(Wish(one.pk, "service", "email", "desk", is_answer=True), at=at)
contact.pause(one.pk, "case:1", at=at)
contact.suppress("email", one.value, covers="everything", reason="bounced", detail="5.1.1 no such user", at=at)
print(one.customer_id)
"""


def test_a_rule_is_made_and_ended_by_hand(visit: looking.Visit) -> None:
    page = visit("/settings/contact/")
    looking.check_everywhere(page)
    page.get_by_label("What sort of rule?").select_option("cap")
    page.get_by_label("How many at most?").fill("3")
    page.get_by_label("In how many days?").fill("14")
    page.get_by_role("button", name="Add the rule").click()
    page.get_by_text("at most 3 in 14 days").wait_for()
    looking.check_everywhere(page)
    row = page.get_by_role("row").filter(has_text="at most 3 in 14 days")
    row.get_by_text("End it").first.click()
    row.get_by_role("button", name="End it").click()
    page.get_by_text("The rule has ended.").wait_for()
    page.get_by_role("button", name="Add the rule").click()
    page.get_by_text("Say from when to when it is quiet.").wait_for()


def test_an_address_from_which_mail_comes_back_is_written_to_again(
    visit: looking.Visit, server: RunningServer
) -> None:
    environment = server.environment | {"DJANGO_SETTINGS_MODULE": "rapport.config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", _LAY_IN], env=environment, check=True, capture_output=True, text=True
    )
    page = visit(f"/customers/{done.stdout.split()[-1]}/", role="agent")
    page.get_by_text("What was decided of late").click()
    looking.check_everywhere(page)
    looking.check_everywhere(visit("/settings/contact/", role="lead"))
    page.get_by_role("button", name="Write to it again").click()
    page.get_by_text("From now on this address is written to again.").wait_for()
