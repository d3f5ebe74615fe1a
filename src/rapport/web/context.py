from typing import Any

from django.http import HttpRequest

from rapport.staff.organisation import queries as organisation
from rapport.web import navigation, words

THEMES = ("light", "dark")


def frame(request: HttpRequest) -> dict[str, Any]:
    """What every page needs to draw its frame: the organisation, its words, where one can go, the theme."""
    found = request.organisation if hasattr(request, "organisation") else organisation.current()
    theme = request.COOKIES.get("theme", "")
    own_words = words.of(found)
    context: dict[str, Any] = {
        "organisation": found,
        "words": own_words,
        "theme": theme if theme in THEMES else "",
        "areas": [],
        "workshop": [],
    }
    if hasattr(request, "user") and request.user.is_authenticated:
        context["areas"] = navigation.areas(request, own_words)
        context["workshop"] = navigation.workshop(request)
    return context
