"""On which pages a chat may stand."""

from collections.abc import Collection

from rapport.channels.endpoints.rules.web import origin_from


def may_stand_on(origin: str, allowed: Collection[str]) -> bool:
    """Whether a page of this origin may use the chat; `https://*.example.org` stands for every name below it.

    >>> may_stand_on("https://shop.example.org", ["https://*.example.org"])
    True
    >>> may_stand_on("https://example.org.evil.test", ["https://*.example.org"]), may_stand_on("null", ["null"])
    (False, False)
    """
    given = origin_from(origin)
    if given is None or "*" in given:
        return False
    scheme, _, host = given.partition("://")
    parts = host.split(".")
    above = {f"{scheme}://*.{'.'.join(parts[place:])}" for place in range(1, len(parts) - 1)}
    return any(one == given or one in above for one in allowed)
