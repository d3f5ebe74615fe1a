"""The ASGI application: Django, and beside it the plain routes that must be fast."""

import gc
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.config.settings")

from django.core.asgi import get_asgi_application
from django.urls import get_resolver

_django = get_asgi_application()

from rapport.api.plain import PlainRoutes  # noqa: E402 - they import tables: Django must be set up
from rapport.api.wire import Receive, Scope, Send  # noqa: E402

_plain = PlainRoutes()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Hand each request to the plain routes or to Django; stop the former when the server stops."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
    elif scope["type"] == "http" and _plain.serves(scope["path"]):
        await _plain(scope, receive, send)
    else:
        await _django(scope, receive, send)  # type: ignore[arg-type]


def settle() -> None:
    """Load every page before the first request, and let the collector of garbage leave alone what start-up made.

    Walking it took 70-100 ms in the middle of some request.
    """
    get_resolver().url_patterns  # noqa: B018 - loads them
    gc.collect()
    gc.freeze()


async def _live(receive: Receive, send: Send) -> None:
    while (event := await receive())["type"] != "lifespan.shutdown":
        if event["type"] == "lifespan.startup":
            settle()
            await send({"type": "lifespan.startup.complete"})
    await _plain.intake.stop()
    await send({"type": "lifespan.shutdown.complete"})
