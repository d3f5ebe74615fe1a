"""Every address of the pages, walked as the resolver knows them."""

import re
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver


def pages(resolver: URLResolver | None = None, before: str = "/") -> Iterator[str]:
    """Each address that Django serves, its places filled with a number that nothing has."""
    for found in (resolver or get_resolver()).url_patterns:
        route = before + str(found.pattern)
        if isinstance(found, URLPattern):
            yield (
                re.sub(r"<(?:\w+:)?(\w+)>|\(\?P<\w+>[^)]*\)", "987654", route)
                .replace("^", "")
                .replace("\\Z", "")
            )
        else:
            yield from pages(found, route)
