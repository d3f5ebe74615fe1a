"""What is asked about a mailbox, a chat, or a door for another system."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.channels.endpoints.rules import mail
from rapport.channels.endpoints.rules.mail import Dkim, MailSettings, OAuth, Secrets, Server
from rapport.channels.endpoints.rules.places import Described
from rapport.channels.endpoints.rules.web import FIRST_COLOUR, ChatSettings
from rapport.interactions.touchpoints import queries as touchpoints
from rapport.staff.roles.rules import Reach
from rapport.web import choices
from rapport.web.forms import Form

BEGINNINGS = (
    ("unread", gettext_lazy("What lies there unread, and everything that arrives from now on")),
    ("new", gettext_lazy("Only what arrives from now on")),
    ("all", gettext_lazy("Everything that lies there")),
)
SECURITIES = (
    ("tls", gettext_lazy("TLS (ports 993 and 465)")),
    ("starttls", gettext_lazy("STARTTLS (ports 143 and 587)")),
    ("none", gettext_lazy("None: only within your own network")),
)
_PLAIN = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}
_SECRET = {"autocomplete": "new-password"}


class ChannelForm(Form):
    """What every channel is called, and whose it is."""

    name = forms.CharField(
        label=gettext_lazy("What is it called here?"),
        help_text=gettext_lazy("As people say it: Support, Orders, the chat in the shop."),
        max_length=80,
    )
    department = forms.ChoiceField(label=gettext_lazy("Department it belongs to"), required=False)
    touchpoint = forms.TypedChoiceField(
        label=gettext_lazy("Touchpoint where it happens"), coerce=int, empty_value=None, required=False
    )

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = self.initial.get("department", "")
        known = touchpoints.by_department(reach=reach).filter(closed_at=None)
        places = [("", _("none")), *((str(one.pk), one.name) for one in known)]
        self.fields["department"].choices = choices.departments(own)  # type: ignore[attr-defined]
        self.fields["touchpoint"].choices = places  # type: ignore[attr-defined]

    def described(self) -> Described:
        kept = self.cleaned_data
        return Described(kept["name"], kept["department"], kept["touchpoint"])


class MailboxForm(ChannelForm):
    """A mailbox: its address, its two servers, how to sign in, how it writes."""

    address = forms.EmailField(
        label=gettext_lazy("Mail address"), widget=forms.EmailInput({"autocomplete": "off"})
    )
    aliases = forms.CharField(
        label=gettext_lazy("Other addresses that lead here"),
        help_text=gettext_lazy("One in each line."),
        required=False,
        widget=forms.Textarea({"rows": 2, **_PLAIN}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        help_text=gettext_lazy("Some providers want one made for this program alone."),
        required=False,
        widget=forms.PasswordInput(_SECRET),
    )
    imap = forms.CharField(
        label=gettext_lazy("Incoming server (IMAP)"),
        help_text=gettext_lazy(
            "Such as imap.example.org; with :port where it is not the usual one. "
            "Empty only where your provider hands mail over by webhook."
        ),
        required=False,
        max_length=200,
        widget=forms.TextInput(_PLAIN),
    )
    imap_security = forms.ChoiceField(label=gettext_lazy("How that line is kept private"), choices=SECURITIES)
    smtp = forms.CharField(
        label=gettext_lazy("Outgoing server (SMTP)"),
        help_text=gettext_lazy("Such as smtp.example.org."),
        max_length=200,
        widget=forms.TextInput(_PLAIN),
    )
    smtp_security = forms.ChoiceField(label=gettext_lazy("How that line is kept private"), choices=SECURITIES)
    user = forms.CharField(
        label=gettext_lazy("Name to sign in with, if it is not the address"),
        max_length=254,
        required=False,
        widget=forms.TextInput(_PLAIN),
    )
    sender_name = forms.CharField(
        label=gettext_lazy("Name beside the address in what you send"), max_length=120, required=False
    )
    signature = forms.CharField(
        label=gettext_lazy("Signature below what you send"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    begin = forms.ChoiceField(
        label=gettext_lazy("What is taken in at first?"), choices=BEGINNINGS, widget=forms.RadioSelect
    )
    folder = forms.CharField(label=gettext_lazy("Folder to read"), max_length=200, initial="INBOX")
    marks_read = forms.BooleanField(
        label=gettext_lazy("Mark as read on the server what was taken in"), required=False, initial=True
    )
    takes_tags = forms.BooleanField(
        label=gettext_lazy("Mail to name+anything@ arrives at name@"),
        help_text=gettext_lazy("Most servers do so. Answers are then recognised by their address too."),
        required=False,
        initial=True,
    )
    token_address = forms.CharField(
        label=gettext_lazy("Address that gives access tokens"),
        help_text=gettext_lazy("Such as https://oauth2.googleapis.com/token."),
        max_length=500,
        required=False,
        widget=forms.TextInput(_PLAIN),
    )
    client_id = forms.CharField(
        label=gettext_lazy("Client id"), max_length=300, required=False, widget=forms.TextInput(_PLAIN)
    )
    client_secret = forms.CharField(
        label=gettext_lazy("Client secret"),
        max_length=500,
        required=False,
        widget=forms.PasswordInput(_SECRET),
    )
    refresh_token = forms.CharField(
        label=gettext_lazy("Refresh token"),
        help_text=gettext_lazy("Without it the program asks for access in its own name."),
        max_length=4_000,
        required=False,
        widget=forms.PasswordInput(_SECRET),
    )
    scope = forms.CharField(
        label=gettext_lazy("Scope"), max_length=500, required=False, widget=forms.TextInput(_PLAIN)
    )
    dkim_domain = forms.CharField(
        label=gettext_lazy("Domain that signs"),
        max_length=190,
        required=False,
        widget=forms.TextInput(_PLAIN),
    )
    dkim_selector = forms.CharField(
        label=gettext_lazy("Selector"), max_length=63, required=False, widget=forms.TextInput(_PLAIN)
    )
    dkim_key = forms.CharField(
        label=gettext_lazy("Private key (PEM)"),
        max_length=8_000,
        required=False,
        widget=forms.Textarea({"rows": 3, **_PLAIN}),
    )
    vouched_by = forms.CharField(
        label=gettext_lazy("Name of your mail server in Authentication-Results"),
        help_text=gettext_lazy(
            "Such as mx.example.org: the first word of that field in a mail you received. Your server says there who "
            "really sent a mail. Without it no sender is taken for proven."
        ),
        max_length=253,
        required=False,
        widget=forms.TextInput(_PLAIN),
    )
    checks_signatures = forms.BooleanField(
        label=gettext_lazy("Check signatures here, if that server says nothing"),
        help_text=gettext_lazy("Asks the DNS for each mail, and needs the extra mail-auth."),
        required=False,
    )
    FIRST = ("name", "address", "password")
    SERVERS = ("imap", "imap_security", "smtp", "smtp_security", "user")
    WRITING = ("sender_name", "signature", "aliases", "department", "touchpoint")
    FOLDED = (
        (gettext_lazy("How the mailbox is read"), ("folder", "marks_read", "takes_tags")),
        (gettext_lazy("Who is believed to be who they say"), ("vouched_by", "checks_signatures")),
        (
            gettext_lazy("Access by OAuth instead of a password (Microsoft 365, Gmail)"),
            ("token_address", "client_id", "client_secret", "refresh_token", "scope"),
        ),
        (gettext_lazy("Signing what you send (DKIM)"), ("dkim_domain", "dkim_selector", "dkim_key")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_known = "name" in self.initial
        self.fields["password"].required = not (is_known or self.data.get("token_address"))

    def first(self) -> list[forms.BoundField]:
        """What everybody is asked."""
        return [self[name] for name in self.FIRST]

    def servers(self) -> list[forms.BoundField]:
        """Where the mailbox lies."""
        return [self[name] for name in self.SERVERS]

    def writing(self) -> list[forms.BoundField]:
        """How it writes, and whose it is."""
        return [self[name] for name in self.WRITING]

    def folded(self) -> list[dict[str, Any]]:
        """What few need: open where something is wrong or was said."""
        return [
            {
                "title": title,
                "fields": [self[name] for name in names],
                "is_open": any(self[name].errors for name in names),
            }
            for title, names in self.FOLDED
        ]

    def told(self) -> MailSettings:
        """The mailbox as it was described."""
        kept = self.cleaned_data
        token_address, dkim_domain = kept["token_address"].strip(), kept["dkim_domain"].strip().lower()
        oauth = OAuth(token_address, kept["client_id"].strip(), kept["scope"].strip())
        return MailSettings(
            address=kept["address"],
            aliases=tuple(kept["aliases"].split()),
            imap=self._server("imap"),
            smtp=self._server("smtp"),
            user=kept["user"].strip(),
            sender_name=kept["sender_name"],
            signature=kept["signature"],
            begin=kept["begin"],
            folder=kept["folder"],
            marks_read=kept["marks_read"],
            takes_tags=kept["takes_tags"],
            vouched_by=kept["vouched_by"].strip().lower(),
            checks_signatures=kept["checks_signatures"],
            oauth=oauth if token_address else None,
            dkim=Dkim(dkim_domain, kept["dkim_selector"].strip()) if dkim_domain else None,
            secrets=Secrets(
                password=kept["password"],
                client_secret=kept["client_secret"],
                refresh_token=kept["refresh_token"],
                dkim_key=kept["dkim_key"],
            ),
        )

    def _server(self, protocol: str) -> Server:
        written = self.text(protocol)
        security = self.text(f"{protocol}_security")
        return mail.server_from(written, protocol, security) if written.strip() else mail.NOWHERE


def mailbox_initial(settings: MailSettings) -> dict[str, Any]:
    """A form filled with what is kept; secrets stay where they are."""
    oauth, dkim = settings.oauth, settings.dkim
    return {
        "name": settings.name,
        "address": settings.address,
        "aliases": "\n".join(settings.aliases),
        "imap": _written(settings.imap, "imap"),
        "imap_security": settings.imap.security,
        "smtp": _written(settings.smtp, "smtp"),
        "smtp_security": settings.smtp.security,
        "token_address": oauth.token_address if oauth else "",
        "client_id": oauth.client_id if oauth else "",
        "scope": oauth.scope if oauth else "",
        "dkim_domain": dkim.domain if dkim else "",
        "dkim_selector": dkim.selector if dkim else "",
        **{
            name: getattr(settings, name)
            for name in ("user", "sender_name", "signature", "begin", "folder", "marks_read", "takes_tags")
        },
        **{name: getattr(settings, name) for name in ("vouched_by", "checks_signatures")},
    }


def _written(server: Server, protocol: str) -> str:
    if not server.host:
        return ""
    is_usual = server.port == mail.USUAL_PORTS[protocol, server.security]
    return server.host if is_usual and ":" not in server.host else str(server)


class ChatForm(ChannelForm):
    """A chat: where it may stand, how it looks, when somebody is there."""

    origins = forms.CharField(
        label=gettext_lazy("Sites that may show it"),
        help_text=gettext_lazy("One in each line, such as https://shop.example.org. Others are refused."),
        required=False,
        widget=forms.Textarea({"rows": 3, **_PLAIN}),
    )
    colour = forms.CharField(
        label=gettext_lazy("Colour of its button"),
        max_length=7,
        initial=FIRST_COLOUR,
        widget=forms.TextInput({"type": "color"}),
    )
    greeting = forms.CharField(
        label=gettext_lazy("What it says first"),
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )
    hours = forms.CharField(
        label=gettext_lazy("When is somebody there?"),
        help_text=gettext_lazy(
            "Such as Mon-Fri 9:00-12:00, 13:00-17:00; Sat 10:00-14:00. Nothing written: always. Outside these hours "
            "the chat says so, and offers to answer by mail."
        ),
        max_length=400,
        required=False,
    )
    zone = forms.ChoiceField(label=gettext_lazy("Time zone of these hours"), choices=choices.time_zones)
    field_order = ("name", "origins", "greeting", "colour", "hours", "zone", "department", "touchpoint")

    def told(self) -> ChatSettings:
        """The chat as it was described."""
        kept = self.cleaned_data
        return ChatSettings(
            kept["colour"], kept["greeting"], tuple(kept["origins"].split()), kept["hours"], kept["zone"]
        )


class DoorForm(ChannelForm):
    """A door: which channel comes through it, and where our words are posted."""

    channel = forms.ChoiceField(
        label=gettext_lazy("Which channel comes through it?"), choices=choices.channels
    )
    target = forms.CharField(
        label=gettext_lazy("Address to which your answers are posted"),
        help_text=gettext_lazy("Begins with https:// and can be reached from the public network."),
        max_length=2_000,
        required=False,
        widget=forms.TextInput({"inputmode": "url", **_PLAIN}),
    )
    field_order = ("name", "channel", "target", "department", "touchpoint")
