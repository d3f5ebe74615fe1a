from functools import cache
from typing import TYPE_CHECKING, Any, cast

from django.http import HttpRequest

from rapport.live.listening.hub import hub
from rapport.service.desk import queries as desk
from rapport.staff.organisation import queries as organisation
from rapport.staff.roles.rules import may
from rapport.web import availability, keys, navigation, words

if TYPE_CHECKING:
    from rapport.staff.organisation.models import Organisation

THEMES = ("light", "dark")


def organisation_of(request: HttpRequest) -> "Organisation | None":
    """The organisation that the frame has loaded for this page; asked for only where it has not."""
    if not hasattr(request, "organisation"):
        request.organisation = organisation.current()  # type: ignore[attr-defined]
    return cast("Organisation | None", request.organisation)  # type: ignore[attr-defined]


def words_for(request: HttpRequest) -> words.Words:
    """The words in which this page speaks of customers."""
    return words.of(organisation_of(request))


def frame(request: HttpRequest) -> dict[str, Any]:
    """What every page needs to draw its frame: the organisation, its words, where one can go, the theme."""
    found = organisation_of(request)
    theme = request.COOKIES.get("theme", "")
    own_words = words.of(found)
    context: dict[str, Any] = {
        "organisation": found,
        "words": own_words,
        "theme": theme if theme in THEMES else "",
        "areas": [],
        "workshop": [],
        "live_after": hub.cursor,
    }
    if hasattr(request, "user") and request.user.is_authenticated:
        context["areas"] = navigation.areas(request, own_words)
        context["workshop"] = navigation.workshop(request)
        context["availability"] = cache(lambda: availability.control(request))
        if may(request.user, "desk.view"):
            context |= {
                "unseen": cache(lambda: desk.unseen(int(request.user.pk or 0))),
                "page_keys": keys.of(request.path),
            }
    return context
