"""What goes with every page of ours, errors too: nobody shows it in a page of theirs, and nothing
in it runs or leads on."""

from collections.abc import Mapping
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
NEVER_KEPT: Mapping[str, str] = {**HEADERS, "Cache-Control": "no-store"}
"""For what must stay in no cache: what is private, and what may be otherwise in a minute."""


class Guarded:
    """The app, whose answers all have these headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add(message, NEVER_KEPT if message["status"] >= 400 else HEADERS)
            await send(message)

        await self._app(scope, receive, guarded)


def _add(message: Any, headers: Mapping[str, str]) -> None:
    own = MutableHeaders(scope=message)
    for name, value in headers.items():
        own.setdefault(name, value)
