"""The Teams app: Bot Framework activities in, answers out.

An activity walks through the modules so: `gate` (with `keys` and `loopback`) lets it in;
`listeners` and, for what Teams waits for, `invokes` take it; `updates` keeps in `conversations`
where it was said; `arrivals` (with `spoken`, `html`, `pointed`, `said` and `form_values`) makes an
Incoming of it; `once` and `talk` ask the program, with a memory in `recent`. The answer rides in
the response (`answered`) or is said by a call (`replies`, `direct`, `client`).

Posts go out by `door`, over `client` with `tokens` from `credentials`; `failures` says what went
wrong, `people` who is there. Cards are made by `render_card`, `render_form` and `render_picks` of
`lines`, `markdown`, `buttons` and `limits`. `manifest` and `package` are what is installed.
"""

import asyncio
from collections.abc import Set
from contextlib import suppress

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.asking import Answer
from bot.errors import ConfigError
from bot.later import Later
from bot.teams.buttons import Opens
from bot.teams.client import Connector
from bot.teams.conversations import Conversations
from bot.teams.direct import Direct
from bot.teams.gate import Denied, Gate
from bot.teams.keys import Keys
from bot.teams.listeners import Listeners
from bot.teams.loopback import is_loopback_address
from bot.teams.once import Once
from bot.teams.replies import Replies
from bot.teams.talk import Talk
from bot.teams.updates import Updates

log = structlog.get_logger(__name__)

PATH = "/api/messages"
LAST_CALLS = 8.0  # seconds; a program that takes longer to stop may be killed


class TeamsApp:
    """The door's inbound half: its route for the web side, and the unfinished calls of its
    replies."""

    def __init__(self, gate: Gate, keys: Keys, listeners: Listeners, later: Later) -> None:
        self._gate, self._keys, self._listeners = gate, keys, listeners
        self.later = later
        self.routes: list[BaseRoute] = [Route(PATH, self.receive, methods=["POST"])]

    async def receive(self, request: Request) -> Response:
        """One activity. Never an error of ours with a trace."""
        try:
            told = await self._gate.admit(request)
            return (await self._listeners.receive(told)).response()
        except Denied as no:
            return PlainTextResponse(no.said, no.status)
        except Exception:
            log.exception("a request of Teams has an odd shape")
            return PlainTextResponse("That was not understood.", 400)

    async def close(self) -> None:
        """Make the calls that are left, but for those that Teams lets wait too long. The connector
        is closed by who made it."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_CALLS):
                await self.later.settled()
        await self._keys.close()


def make_app(
    answer: Answer,
    opens: Opens,
    conversations: Conversations,
    connector: Connector,
    *,
    client_id: str,
    tenants: Set[str],
    openid_url: str,
    unauthenticated: bool = False,
    patience: float = 4.0,
) -> TeamsApp:
    """The app that asks `answer` and lets it take `patience` seconds; `opens` says whether words
    are answered with a form. People of `tenants` are heard, and of no other. An issuer on this
    machine (`openid_url`) stands for connectors on it, too. Close it at the end.

    Raises ConfigError when anybody could speak as Teams.
    """
    if not client_id and not unauthenticated:
        raise ConfigError("TEAMS_CLIENT_ID is empty: without it anyone could speak as Teams.")
    keys, later, once = Keys(openid_url), Later(), Once(answer)
    local = is_loopback_address(openid_url)
    gate = Gate(keys, client_id, unauthenticated=unauthenticated, loopback=local)
    replies = Replies(connector, Direct(connector, conversations, client_id), opens)
    talk, updates = Talk(once, opens, patience), Updates(conversations)
    listeners = Listeners(talk, once, replies, updates, later, opens, tenants)
    return TeamsApp(gate, keys, listeners, later)
