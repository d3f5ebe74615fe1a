"""A shop's page, on an origin of its own, on which a chat stands."""

from typing import Any

PAGE = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>A shop</title>
<meta name="viewport" content="width=device-width,initial-scale=1">
</head><body><main><h1>A shop</h1><p>Shoes in all colours.</p></main>
<script src="{host}/widget.js" data-key="{key}" {more} async></script></body></html>"""


class Shop:
    """A page of somebody else, on an origin of its own, that trusts nothing but itself and the chat's host."""

    def __init__(self) -> None:
        self.page = ""
        self.host = ""
        self.is_strict = True

    def show(self, key: str, *, lang: str = "en", more: str = "") -> None:
        """Let the page hold the chat of this key."""
        self.page = PAGE.format(lang=lang, host=self.host, key=key, more=more)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            while (event := await receive())["type"] != "lifespan.shutdown":
                await send({"type": f"{event['type']}.complete"})
            await send({"type": "lifespan.shutdown.complete"})
            return
        policy = (
            f"default-src 'none'; script-src {self.host}; connect-src {self.host}; "
            "style-src 'none'; require-trusted-types-for 'script'; img-src 'self'"
        )
        headers = [(b"content-type", b"text/html")]
        if self.is_strict:
            headers.append((b"content-security-policy", policy.encode()))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": self.page.encode()})
