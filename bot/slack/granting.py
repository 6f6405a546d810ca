"""What Slack gives for a code, or for the token that renews another."""

from typing import Any

from msgspec import Struct

from bot.payload import object_at, objects_at, text_at
from bot.slack.installations import whose
from bot.slack.web_client import plain_client

PATIENCE = 15  # seconds for one answer of Slack's


class Grant(Struct, frozen=True):
    """A token, and of whom. `workspace` is a workspace (T…) or a whole organisation (E…), whose
    `teams` are its workspaces. `seconds` is how long the token is good for; 0 for ever."""

    workspace: str
    organisation: str
    name: str
    address: str
    teams: tuple[str, ...]
    bot_user: str
    bot_id: str
    bot_token: str
    refresh_token: str
    scopes: tuple[str, ...]
    installed_by: str
    seconds: int

    def __repr__(self) -> str:
        return f"Grant({self.workspace})"


class Renewal(Struct, frozen=True):
    """The next pair of tokens of an installation."""

    bot_token: str
    refresh_token: str
    seconds: int

    def __repr__(self) -> str:
        return "Renewal(…)"


class Granting:
    """Asks Slack for tokens, as the app that these two secrets are of. Every method raises
    SlackApiError where Slack says no, and aiohttp's errors where it says nothing."""

    def __init__(self, base_url: str, client_id: str, client_secret: str) -> None:
        self.client_id = client_id
        self._secret = client_secret
        self._slack = plain_client(base_url, timeout=PATIENCE, retry_handlers=[])

    async def grant(self, code: str, redirect_uri: str) -> Grant:
        """A token for a code, which is good once."""
        said = await self._slack.oauth_v2_access(
            client_id=self.client_id,
            client_secret=self._secret,
            code=code,
            redirect_uri=redirect_uri,
        )
        token = text_at(said.data, "access_token")
        home = await whose(self._slack, token)  # the answer does not tell the bot's id
        whole = bool(said.get("is_enterprise_install"))
        return Grant(
            workspace=text_at(said.data, "enterprise" if whole else "team", "id"),
            organisation=text_at(said.data, "enterprise", "id"),
            name=text_at(said.data, "enterprise" if whole else "team", "name") or home.name,
            address=home.address,
            teams=await self._teams(token) if whole else (),
            bot_user=text_at(said.data, "bot_user_id"),
            bot_id=home.bot_id,
            bot_token=token,
            refresh_token=text_at(said.data, "refresh_token"),
            scopes=tuple(filter(None, text_at(said.data, "scope").split(","))),
            installed_by=text_at(object_at(said.data, "authed_user"), "id"),
            seconds=_seconds(said.get("expires_in")),
        )

    async def renew(self, refresh_token: str) -> Renewal:
        """The next tokens."""
        said = await self._slack.oauth_v2_access(
            client_id=self.client_id,
            client_secret=self._secret,
            grant_type="refresh_token",
            refresh_token=refresh_token,
        )
        return Renewal(
            text_at(said.data, "access_token"),
            text_at(said.data, "refresh_token") or refresh_token,
            _seconds(said.get("expires_in")),
        )

    async def takes(self, token: str) -> bool:
        """Whether Slack takes this token."""
        return bool((await self._slack.auth_test(token=token)).get("ok"))

    async def _teams(self, token: str) -> tuple[str, ...]:
        """The workspaces of an organisation that the bot may work in."""
        teams: list[str] = []
        async for page in await self._slack.auth_teams_list(token=token, limit=200):
            teams += [text_at(each, "id") for each in objects_at(page.data, "teams")]
        return tuple(filter(None, teams))


def _seconds(told: Any) -> int:
    return told if isinstance(told, int) and not isinstance(told, bool) and told > 0 else 0
