"""The ASGI application: Django, and beside it the plain routes that must be fast."""

import gc
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.config.settings")

import django
from django.urls import get_resolver

django.setup()

from rapport.api.chat import Chat  # noqa: E402 - they import tables: Django must be set up
from rapport.api.gate import Gate  # noqa: E402 - they import tables: Django must be set up
from rapport.api.live import Streams  # noqa: E402 - they import tables: Django must be set up
from rapport.api.observing import Observed  # noqa: E402
from rapport.api.plain import PlainRoutes  # noqa: E402
from rapport.api.wire import Receive, Scope, Send  # noqa: E402
from rapport.config import guard  # noqa: E402
from rapport.config.pages import Pages  # noqa: E402
from rapport.live.listening.hub import hub  # noqa: E402

_pages = Pages()
_plain = PlainRoutes()
_streams = Streams(hub)
_chat = Chat(hub)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Hand each request to who serves it, as long as the database answers; start and stop what they need."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
    else:
        await _observed(scope, receive, send)


async def _serve(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http" and _plain.serves(scope["path"]):
        await _plain(scope, receive, send)
    elif scope["type"] == "http" and _streams.serves(scope["path"]):
        await _streams(scope, receive, send)
    elif scope["type"] == "http" and _chat.serves(scope["path"]):
        await _chat(scope, receive, send)
    else:
        await _pages(scope, receive, send)


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
            guard.be_impatient()
            _pages.start()
            _guard.pulse.start()
            settle()
            await hub.start()
            await send({"type": "lifespan.startup.complete"})
    await hub.stop()
    await _plain.intake.stop()
    _chat.stop()
    _pages.stop()
    _guard.pulse.stop()
    await send({"type": "lifespan.shutdown.complete"})


_guard = guard.Guard(_serve)
_observed = Observed(Gate(_guard))
