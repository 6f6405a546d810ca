"""The Bolt app: Slack's requests in, acks out."""

import re
from typing import Any

import structlog
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from starlette.routing import Route

from bot.asking import Answer
from bot.later import Later
from bot.slack.clients import Clients
from bot.slack.installations import Installations
from bot.slack.listeners import Listeners, calm
from bot.slack.replies import Replies
from bot.slack.web_client import plain_client

log = structlog.get_logger(__name__)

ANY = re.compile("")


class SlackApp(AsyncApp):
    """Bolt's app, with the connections and the unfinished calls of its replies."""

    def __init__(self, clients: Clients, signing_secret: str, authorize: Any) -> None:
        super().__init__(
            name="homeroom",
            process_before_response=True,  # ack means saved; it also spares Bolt's 10 ms polling
            raise_error_for_unhandled_request=True,  # so that `calm` acks it
            signing_secret=signing_secret,
            client=plain_client(clients.base_url),
            authorize=authorize,
            ignoring_self_events_enabled=False,  # arrivals.py does, and trusts no shape
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )
        self.clients = clients
        self.later = Later()
        self.can_verify = bool(signing_secret)
        self.pages: list[Route] = []
        """The pages by which people install it, where they may."""

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Ack even what makes Bolt itself stumble, in its error handling too: odd shapes."""
        try:
            return await super().async_dispatch(req)
        except Exception:
            log.exception("a request from Slack has an odd shape")
            return BoltResponse(status=200, body="")

    async def close(self) -> None:
        """Make the calls that are left, then close the connections."""
        await self.later.settled()
        await self.clients.close()


def make_app(
    answer: Answer,
    installations: Installations,
    *,
    base_url: str = "https://slack.com/api/",
    signing_secret: str = "",
    patience: float = 2.3,
) -> SlackApp:
    """The app that asks `answer` and lets it take `patience` seconds. Close it at the end."""
    app = SlackApp(Clients(base_url), signing_secret, _authorize(installations))
    listen = Listeners(answer, Replies(app.clients), app.later, patience, installations)
    app.command(ANY)(listen.command)
    app.view_submission(ANY)(listen.form)
    app.block_action({"action_id": ANY})(listen.press)
    app.message_shortcut(ANY)(listen.press)
    for taken_away in ("app_uninstalled", "tokens_revoked"):
        app.event(taken_away)(listen.revoked)
    app.event(ANY)(listen.heard)
    app.error(calm)
    return app


def _authorize(installations: Installations) -> Any:
    async def authorize(
        context: Any, enterprise_id: str | None, team_id: str | None
    ) -> AuthorizeResult:
        """Find the installation; without one the listeners say so, not Bolt."""
        found = await installations.find(team_id or "", enterprise_id or "")
        if found and team_id and found.workspace == enterprise_id:
            await installations.heard_from(found, team_id)
        context["installation"] = found
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_token=found.bot_token if found else None,
            bot_user_id=found.bot_user if found else None,
            bot_id=found.bot_id if found else None,
        )

    return authorize
