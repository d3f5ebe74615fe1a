from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from rapport.interactions.ingestion import commands, queries
from rapport.staff.roles import rules as roles
from rapport.web.access import actor, allowed, reach
from rapport.web.imports import uploading
from rapport.web.imports.cases import told_of
from rapport.web.imports.rows import progress
from rapport.wiring import imports as whole

if TYPE_CHECKING:
    from rapport.interactions.ingestion.models import Import

SHOWN_REJECTS = 20
PAGE = 50


@allowed("imports.view")
def import_list(request: HttpRequest) -> HttpResponse:
    """What was taken in, and files that wait for a word."""
    now = timezone.now()
    before = request.GET.get("before", "")
    found = queries.newest_first(reach=reach(request))
    if before.isdecimal() and len(before) < 19:
        found = found.filter(pk__lt=int(before))
    shown = list(found[: PAGE + 1])
    context = {
        "rows": [(one, progress(one, now)) for one in shown[:PAGE]],
        "more": shown[PAGE - 1].pk if len(shown) > PAGE else None,
        "uploads": queries.waiting_uploads()[:20],
        "may_run": roles.may(actor(request), "imports.run"),
    }
    return render(request, "imports/import_list.html", context)


@allowed("imports.run")
@csrf_exempt
def new(request: HttpRequest) -> HttpResponse:
    """Drop a file. The limit is set before the body is read, and only then is the form's token looked at."""
    uploading.check(int(request.META.get("CONTENT_LENGTH") or 0))
    request.upload_handlers = [uploading.Bounded(request)]
    return _new(request)


@csrf_protect
def _new(request: HttpRequest) -> HttpResponse:
    fault = ""
    if request.method == "POST":
        given = request.FILES.get("file")
        if given is not None and given.size:
            kept = commands.keep_upload(
                given.chunks(), name=given.name or "", by=actor(request), at=timezone.now()
            )
            return redirect("imports:map", token=kept.token)
        fault = _("Choose a file that is not empty.")
    context = {"fault": fault, "most": filesizeformat(uploading.limit())}
    return render(request, "imports/new.html", context, status=422 if fault else 200)


@allowed("imports.run")
@require_POST
def drop(request: HttpRequest, token: str) -> HttpResponse:
    """Throw an uploaded file away."""
    commands.drop_upload(token, by=actor(request))
    return redirect("imports:list")


@allowed("imports.view")
def show(request: HttpRequest, import_id: int) -> HttpResponse:
    """One import: how far it is, what came of it, what was not taken."""
    one = queries.import_run(import_id, reach=reach(request))
    template = "imports/_run.html" if request.headers.get("HX-Request") else "imports/show.html"
    return render(request, template, _shown(request, one))


def _shown(request: HttpRequest, one: "Import") -> dict[str, Any]:
    who = actor(request)
    return {
        "one": one,
        "progress": progress(one, timezone.now()),
        "names": [file["name"] for file in one.files],
        "rejects": queries.first_rejects(one.pk, SHOWN_REJECTS),
        "cases": told_of(one),
        "left_out": one.checkpoint.get("left_out", []),
        "may_run": roles.may(who, "imports.run"),
        "may_take_back": roles.may(who, "imports.take_back") and not one.taken_back_at,
    }


@allowed("imports.view")
def rejects(request: HttpRequest, import_id: int) -> HttpResponse:
    """The lines that were not taken, each with its reason."""
    path = queries.rejects_path(queries.import_run(import_id, reach=reach(request)).pk)
    if not path.exists():
        raise Http404
    file = FileResponse(path.open("rb"), as_attachment=True, filename=f"import-{import_id}-rejects.csv")
    return cast("HttpResponse", file)


@allowed("imports.take_back")
@require_POST
def take_back(request: HttpRequest, import_id: int) -> HttpResponse:
    """Take an import back whole."""
    removed = whole.take_back(import_id, by=actor(request), at=timezone.now())
    messages.info(
        request,
        _("The import is taken back: %(count)s interactions are gone. The file can be imported anew.")
        % {"count": f"{removed:,}"},
    )
    return redirect("imports:show", import_id=import_id)


@allowed("imports.run")
@require_POST
def try_again(request: HttpRequest, import_id: int) -> HttpResponse:
    """Let a stopped import go on."""
    commands.try_again(import_id, by=actor(request), at=timezone.now())
    return redirect("imports:show", import_id=import_id)
