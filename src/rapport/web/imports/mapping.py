"""The page on which each column says in words what it becomes."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.interactions.ingestion import commands, queries
from rapport.interactions.ingestion.files.previewing import Look, Preview
from rapport.interactions.ingestion.rules import drafting
from rapport.interactions.ingestion.rules.drafting import Draft
from rapport.kernel.channels import CHANNELS, DIRECTIONS
from rapport.kernel.kinds import KINDS
from rapport.kernel.refusals import NotFound, Refusal
from rapport.staff.organisation import queries as organisation
from rapport.web import choices
from rapport.web.access import actor, allowed
from rapport.web.forms import TO_MEND, Form


class MappingForm(Form):
    """What holds for the whole file."""

    source = forms.CharField(
        label=gettext_lazy("Where it comes from"),
        max_length=80,
        help_text=gettext_lazy("The till, the web shop. Lines of one source are never taken in twice."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("What each one is"))
    channel = forms.ChoiceField(label=gettext_lazy("Channel"))
    direction = forms.ChoiceField(label=gettext_lazy("Who began it"))
    moment_format = forms.ChoiceField(label=gettext_lazy("How moments are written"))
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"))
    currency = forms.ChoiceField(label=gettext_lazy("Currency"))
    name = forms.CharField(
        label=gettext_lazy("Keep this mapping as"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("For the next file of this sort."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = {
            "kind": [(kind.name, _(kind.title)) for kind in KINDS.values()],
            "channel": [(name, _(title)) for name, title in CHANNELS.items()],
            "direction": [(name, _(title)) for name, title in DIRECTIONS.items()],
            "moment_format": [(form, _EXAMPLES.get(form, form)) for form in drafting.MOMENT_FORMATS],
            "time_zone": choices.time_zones(),
            "currency": [(code, code) for code in choices.CURRENCIES],
        }
        for field, options in given.items():
            self.fields[field].choices = options  # type: ignore[attr-defined]


_EXAMPLES = {
    "iso": "2026-03-02 14:05",
    "%d/%m/%Y %H:%M": "02/03/2026 14:05 (2 March)",
    "%d/%m/%Y": "02/03/2026 (2 March)",
    "%m/%d/%Y %H:%M": "03/02/2026 14:05 (2 March)",
    "%m/%d/%Y": "03/02/2026 (2 March)",
    "%d.%m.%Y %H:%M": "02.03.2026 14:05",
    "%d.%m.%Y": "02.03.2026",
    "%Y%m%d": "20260302",
    "unix": "1772460300",
    "unix_ms": "1772460300000",
}


@allowed("imports.run")
def map_columns(request: HttpRequest, token: str) -> HttpResponse:
    """See the first lines, say what each column becomes, see what comes of it, and go."""
    upload = queries.upload(token)
    if upload.import_run_id:
        return redirect("imports:show", import_id=upload.import_run_id)
    if request.method == "POST" and request.POST.get("mapping"):
        return _with_known(request, token)
    try:
        look = queries.look(token)
    except NotFound:
        raise
    except Refusal as refusal:
        return render(
            request, "imports/unreadable.html", {"upload": upload, "why": refusal.message}, status=TO_MEND
        )
    form, draft = _form(request, upload.name, look)
    preview, fault, text = _preview(token, draft) if form.is_valid() or not form.is_bound else (None, "", "")
    act = request.POST.get("act", "")
    if text and act == "go":
        return _go(request, token, form, text)
    if text and act == "keep":
        fault = _keep(request, form, text)
    context = _context(look, form, draft) | {
        "upload": upload,
        "preview": preview,
        "fault": fault,
        "is_kept": act == "keep" and not fault,
    }
    template = "imports/_preview.html" if request.headers.get("HX-Request") else "imports/map.html"
    is_wrong = bool(fault) or (form.is_bound and not form.is_valid())
    return render(request, template, context, status=TO_MEND if is_wrong and form.is_bound else 200)


def _with_known(request: HttpRequest, token: str) -> HttpResponse:
    name = request.POST["mapping"]
    text = queries.saved_mapping(name)
    begun = commands.begin_from_upload(
        token, mapping_name=name, text=text, by=actor(request), at=timezone.now()
    )
    return redirect("imports:show", import_id=begun.pk)


def _go(request: HttpRequest, token: str, form: MappingForm, text: str) -> HttpResponse:
    name = form.text("name") or form.text("source")
    if form.text("name"):
        commands.keep_mapping(name, text, by=actor(request), at=timezone.now())
    begun = commands.begin_from_upload(
        token, mapping_name=name, text=text, by=actor(request), at=timezone.now()
    )
    return redirect("imports:show", import_id=begun.pk)


def _keep(request: HttpRequest, form: MappingForm, text: str) -> str:
    """Keep the mapping under its name; what is wrong with that, if anything."""
    if not form.text("name"):
        return _("Give the mapping a name to keep it.")
    try:
        commands.keep_mapping(form.text("name"), text, by=actor(request), at=timezone.now())
    except commands.MappingNameTaken as refusal:
        return refusal.message
    return ""


def _form(request: HttpRequest, name: str, look: Look) -> tuple[MappingForm, Draft]:
    source = name.partition(".")[0][:80] or "file"
    draft = drafting.guess(look.columns, look.lines, source=source)
    known = organisation.current()
    draft.currency = organisation.base_currency()
    draft.time_zone = known.time_zone if known else "UTC"
    if request.method != "POST":
        names = ("source", "kind", "channel", "direction", "currency", "time_zone", "moment_format")
        return MappingForm(initial={name: getattr(draft, name) for name in names}), draft
    form = MappingForm(request.POST)
    for place, column in enumerate(look.columns):
        part = request.POST.get(f"column-{place}", "")
        draft.parts[column] = part if part in drafting.PARTS else drafting.LEFT_OUT
    if form.is_valid():
        for field in ("source", "kind", "channel", "direction", "currency", "time_zone", "moment_format"):
            setattr(draft, field, form.text(field))
    return form, draft


def _preview(token: str, draft: Draft) -> tuple[Preview | None, str, str]:
    """What comes of it, what is wrong with it, and the mapping itself."""
    try:
        text = drafting.as_toml(draft)
        return queries.preview(token, text, at=timezone.now()), "", text
    except NotFound:
        raise
    except Refusal as refusal:
        return None, refusal.message, ""


def _context(look: Look, form: MappingForm, draft: Draft) -> dict[str, Any]:
    shipped, kept = queries.mapping_names()
    return {
        "columns": [
            (place, column, draft.parts[column], [line[place] for line in look.lines][:3])
            for place, column in enumerate(look.columns)
        ],
        "parts": [(part, _(title)) for part, title in drafting.PARTS.items()],
        "form": form,
        "tables": look.tables,
        "shipped": shipped,
        "kept": kept,
    }
