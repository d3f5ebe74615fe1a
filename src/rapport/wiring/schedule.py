"""What is done again and again. The worker looks at this table every few seconds.

A row is name -> Periodic(task, every, at, arguments): `task` is the name a task was registered under, `every`
how often, `at` how long after midnight UTC the first run of a day is (for weeks: after midnight on Monday).
Each slot is run once, whichever and however many workers look; slots missed while none ran are made up for once;
while a run is not finished the next is left out.
"""

from datetime import timedelta

from rapport.jobs.schedule.rules import Periodic

DAY = timedelta(days=1)

SCHEDULE: dict[str, Periodic] = {
    "answers.tidy": Periodic("answers.tidy", every=DAY, at=timedelta(hours=2, minutes=45)),
    "contact.tidy": Periodic("contact.tidy", every=DAY, at=timedelta(hours=2, minutes=55)),
    "inbound.fetch_mail": Periodic("inbound.fetch_mail", every=timedelta(minutes=1)),
    "desk.mail_notifications": Periodic("desk.mail_notifications", every=timedelta(minutes=1)),
    "routing.look": Periodic("routing.look", every=timedelta(minutes=1)),
    "chat.follow": Periodic("chat.follow", every=timedelta(minutes=1)),
    "inbound.take_in_rest": Periodic("inbound.take_in_rest", every=timedelta(minutes=2)),
    "webhooks.tidy": Periodic("webhooks.tidy", every=DAY, at=timedelta(hours=2, minutes=50)),
    "lake.refresh": Periodic("lake.refresh", every=timedelta(hours=1), at=timedelta(minutes=7)),
    "files.sweep": Periodic("files.sweep", every=timedelta(hours=1), at=timedelta(minutes=23)),
    "imports.throw_away_old": Periodic("imports.throw_away_old", every=DAY, at=timedelta(hours=3)),
    "log.forget_old": Periodic("log.forget_old", every=DAY, at=timedelta(hours=3, minutes=20)),
    "jobs.tidy": Periodic("jobs.tidy", every=DAY, at=timedelta(hours=2, minutes=40)),
}
