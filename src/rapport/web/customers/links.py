"""Joining two customers by hand, and taking a join back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rapport.customers.directory import commands
from rapport.customers.finding import queries as finding
from rapport.customers.finding.rules import Filters
from rapport.customers.portrait import queries
from rapport.customers.portrait.queries import Portrait
from rapport.kernel.refusals import Refusal
from rapport.web.access import actor, allowed
from rapport.web.customers import comparing, house
from rapport.web.forms import TO_MEND

MOST_FOUND = 20


class NoReason(Refusal):
    """A join by hand without a reason."""


@require_http_methods(["GET", "POST"])
@allowed("customers.link")
def create(request: HttpRequest, pk: int) -> HttpResponse:
    """Find the other one, compare the two, say why, join."""
    if request.method == "GET":
        return _ask(request, pk, request.GET.get("other", ""), None)
    try:
        return _joined(request, queries.current_id(pk))
    except (commands.CannotLink, NoReason) as refusal:
        return _ask(request, pk, request.POST.get("other", ""), refusal)


@require_POST
@allowed("customers.link")
def retract(request: HttpRequest, pk: int, link_id: int) -> HttpResponse:
    """Take one join back: both sides are again as if it had never been made."""
    _check(pk, link_id, is_live=True)
    why = request.POST.get("why", "").strip()
    commands.unlink(link_id, by=actor(request), why=why, at=timezone.now())
    return _show(pk, parted=link_id)


@require_POST
@allowed("customers.link")
def renew(request: HttpRequest, pk: int, link_id: int) -> HttpResponse:
    """Join again what was taken back by mistake."""
    ended = _check(pk, link_id, is_live=False)
    why = _("taken back by mistake")
    made = commands.link(*ended, by=actor(request), why=why, at=timezone.now())
    return _show(pk, joined=made.pk)


def _ask(request: HttpRequest, pk: int, chosen: str, refusal: Refusal | None) -> HttpResponse:
    ids = [queries.current_id(pk), *([queries.current_id(_number(chosen))] if chosen else [])]
    both = queries.portraits(ids)
    one, other = both[ids[0]], both[ids[1]] if chosen else None
    search = request.GET.get("q", "").strip()
    context = {
        "one": one,
        "other": other,
        "rows": comparing.rows(one, other) if other else [],
        "is_same": other is not None and other.id == one.id,
        "search": search,
        "found": _found(request, one, search) if search and not other else (),
        "why": request.POST.get("why", ""),
        "refusal": refusal,
    }
    return render(request, "customers/joining.html", context, status=TO_MEND if refusal else 200)


def _found(request: HttpRequest, one: Portrait, search: str) -> list[finding.Row]:
    page = finding.page(
        Filters(search=search), region=house.region(request), zone=timezone.get_current_timezone()
    )
    return [row for row in page.rows if row.customer.id != one.id][:MOST_FOUND]


def _joined(request: HttpRequest, one_id: int) -> HttpResponse:
    other_id = queries.current_id(_number(request.POST.get("other", "")))
    why = request.POST.get("why", "").strip()
    if other_id == one_id:
        raise commands.CannotLink(_("They are one already."), field="other", value=other_id)
    if not why:
        raise NoReason(_("Say why you think so: whoever looks later must be able to judge it."), field="why")
    made = commands.link(one_id, other_id, by=actor(request), why=why, at=timezone.now())
    return _show(one_id, joined=made.pk)


def _portrait(pk: int) -> Portrait:
    found = queries.portrait(queries.current_id(pk))
    if found is None:
        raise queries.NoSuchCustomer(_("Nobody is known by this number."), field="customer", value=pk)
    return found


def _check(pk: int, link_id: int, *, is_live: bool) -> tuple[int, int]:
    """The two ends of a link of this customer that is live, or was taken back."""
    portrait = _portrait(pk)
    for link in portrait.links if is_live else portrait.taken_back:
        if link.pk == link_id:
            return link.first_id, link.second_id
    if is_live:
        raise commands.CannotUnlink(_("That join has been taken back already."), field="link", value=link_id)
    raise commands.CannotLink(_("That join was not taken back."), field="link", value=link_id)


def _show(pk: int, **done: int) -> HttpResponse:
    now = queries.current_id(pk)
    query = "&".join(f"{name}={value}" for name, value in done.items())
    return redirect(f"{reverse('customers:show', args=[now])}?{query}")


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise queries.NoSuchCustomer(_("Nobody is known by this number."), field="other", value=text)
    return int(text)
