"""Who exports and erases what of a person: every part that keeps something of people is in this table.

They come in their order: what refers to the directory before the directory, whose rows go last.
A test walks all tables of the house: each is covered by a handler here or named in `NOBODYS` with its reason.
"""

from datetime import datetime

from rapport.channels.chat.commands import privacy as chat
from rapport.channels.contact.commands import privacy as contact
from rapport.channels.inbound.commands import privacy as inbound
from rapport.channels.outbound.commands import privacy as outbound
from rapport.channels.threads.commands import privacy as threads
from rapport.customers.consent.commands import privacy as consent
from rapport.customers.directory.commands import privacy as directory
from rapport.customers.privacy import commands
from rapport.customers.privacy.commands import answers, files
from rapport.interactions.ingestion.commands import privacy as imports
from rapport.interactions.log.commands import privacy as log
from rapport.jobs.queue import rules as jobs
from rapport.kernel.persons import Handler
from rapport.service.clocks.commands import privacy as clocks
from rapport.service.desk.commands import privacy as desk
from rapport.service.promises.commands import privacy as promises
from rapport.service.routing.commands import privacy as routing
from rapport.staff.audit.commands import privacy as audit

HANDLERS: tuple[Handler, ...] = (
    outbound,
    inbound,
    contact,
    promises,
    clocks,
    desk,
    routing,
    chat,
    threads,
    imports,
    log,
    consent,
    files,
    answers,
    audit,
    directory,
)

NOBODYS: dict[str, str] = {
    "account.EmailAddress": "addresses with which staff sign in",
    "account.EmailConfirmation": "addresses with which staff sign in",
    "auth.Group": "unused groups of Django's own",
    "auth.Permission": "names of tables",
    "axes.AccessAttempt": "sign-ins of staff",
    "axes.AccessAttemptExpiration": "sign-ins of staff",
    "axes.AccessFailureLog": "sign-ins of staff",
    "axes.AccessLog": "sign-ins of staff",
    "channels.Alias": "addresses at which we are reached",
    "channels.ContactRule": "rules of the organisation",
    "channels.Endpoint": "places where we are reached",
    "channels.Mailbox": "how far our mailboxes were read",
    "channels.NamingKey": "the sealed key of our own names",
    "channels.Pace": "names of mail domains, and how much went there within a minute",
    "contenttypes.ContentType": "names of tables",
    "customers.Changed": "numbers of customers, gone with them",
    "customers.Epoch": "a number",
    "customers.Mark": "keyed digests of the erased: what is left on purpose",
    "customers.MarkKey": "the sealed key of those digests",
    "interactions.DayCount": "counts of a day, with nobody in them",
    "interactions.Delivery": "numbers of interactions; what was sent is not kept",
    "interactions.LogCursor": "numbers of rows",
    "interactions.RetentionRule": "rules of the organisation",
    "interactions.SavedMapping": "names of columns",
    "interactions.ShelvedTouchpoint": "places",
    "interactions.Source": "names of shops, tills and files",
    "interactions.Touchpoint": "places",
    "interactions.Webhook": "addresses of programs",
    "jobs.Firing": "names of duties",
    "jobs.Job": "numbers of things to do; whatever names a person is looked up when it is done",
    "jobs.LastSlot": "names of duties",
    "jobs.Sign": "names of machines",
    "jobs.Trouble": "names of duties",
    "live.Event": "that something changed, for a day; never what",
    "mfa.Authenticator": "second factors of staff",
    "search.Shelf": "permissions",
    "service.Calendar": "hours of the organisation",
    "service.CalendarVersion": "hours of the organisation",
    "service.Clock": "times that somebody waited; the case, and with it the person, leaves them when it is erased",
    "service.ClockEvent": "times that somebody waited",
    "service.CaseState": "names of states",
    "service.HistoryQueue": "places at another desk",
    "service.HistoryRun": "counts, and numbers of cases at another desk that could not be told",
    "service.CaseTally": "counts of cases",
    "service.SavedView": "lists of the desk, named by staff",
    "service.Macro": "words for any customer",
    "service.RoutingRules": "rules of the organisation",
    "service.Seat": "what staff can do, and whether they are there",
    "service.Skill": "names of skills",
    "service.NotificationChoice": "how staff want to be told",
    "sessions.Session": "sign-ins of staff",
    "socialaccount.SocialAccount": "sign-ins of staff",
    "socialaccount.SocialApp": "where staff sign in",
    "socialaccount.SocialToken": "sign-ins of staff",
    "staff.AccessRules": "rules of the organisation",
    "staff.Department": "parts of the organisation",
    "staff.ExchangeRate": "rates",
    "staff.Key": "keys of programs",
    "staff.Organisation": "the organisation itself",
    "staff.StaffMember": "staff, who are no customers",
    "staff.Team": "parts of the organisation",
}
"""Tables that hold nothing of customers, each with the reason."""


@jobs.task(commands.EXPORT)
def export(
    context: jobs.Context,  # noqa: ARG001 - given to every task
    *,
    customer_id: int,
    owner: str,
    language: str,
    asked_at: str,
) -> None:
    """Make the export that somebody asked for."""
    at = datetime.fromisoformat(asked_at)
    commands.make_export(customer_id, handlers=HANDLERS, owner=owner, language=language, at=at)
