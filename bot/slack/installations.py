"""Where the app is installed, and with which token."""

from typing import Protocol

from msgspec import Struct
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.web_client import plain_client


class Installation(Struct, frozen=True):
    """One workspace (T…), or one whole organisation (E…), that has let the bot in.

    `bot_user` (U…) is how people mention it; `bot_id` (B…) is how its own posts are signed.
    """

    workspace: str
    bot_token: str
    bot_user: str
    bot_id: str
    name: str = ""
    address: str = ""
    """The workspace's own: https://name.slack.com/"""
    trouble: str = ""
    """Why its token could not be renewed the last time."""

    def __repr__(self) -> str:
        return f"Installation({self.workspace})"


class Installations(Protocol):
    """Finds an installation, quickly: it is asked on every request and for every post."""

    async def find(self, workspace: str, enterprise: str = "") -> Installation | None:
        """The workspace's own installation, else its organisation's, else None."""

    async def again(self, old: Installation) -> Installation | None:
        """The same installation with another token, where Slack does not take that of `old` any
        more; None where there is none."""

    async def heard_from(self, home: Installation, team: str) -> None:
        """A workspace of this organisation speaks: its people are written to by the same token."""

    async def revoked(self, homes: list[str]) -> None:
        """Slack says that one of these workspaces or organisations took the bot's token away.
        Raises what keeps it from being written down."""


class KnownInstallations:
    """Installations kept in memory, learnt from the tokens in the settings."""

    def __init__(self, base_url: str = "https://slack.com/api/") -> None:
        self._base_url = base_url
        self._known: dict[str, Installation] = {}
        self._teams: dict[str, str] = {}

    async def find(self, workspace: str, enterprise: str = "") -> Installation | None:
        """See `Installations`."""
        whole = enterprise or self._teams.get(workspace, "")
        return self._known.get(workspace) or self._known.get(whole)

    async def again(self, old: Installation) -> Installation | None:
        """See `Installations`: the settings have one token."""
        return None

    async def heard_from(self, home: Installation, team: str) -> None:
        """See `Installations`."""
        self._teams.setdefault(team, home.workspace)

    async def revoked(self, homes: list[str]) -> None:
        """See `Installations`: the next call says so itself."""

    async def learn(self, token: str) -> Installation:
        """Ask Slack whose token this is (auth.test) and remember it.

        Raises SlackApiError when Slack does not take the token.
        """
        found = await whose(plain_client(self._base_url, token), token)
        self.remember(found)
        return found

    def remember(self, found: Installation) -> None:
        """Know this installation, in place of an older one of the same workspace."""
        self._known[found.workspace] = found


async def whose(slack: AsyncWebClient, token: str) -> Installation:
    """Ask Slack whose token this is. Raises SlackApiError when it does not take it."""
    said = await slack.auth_test(token=token)
    whole = bool(said.get("is_enterprise_install"))
    return Installation(
        workspace=str(said["enterprise_id"] if whole else said["team_id"]),
        bot_token=token,
        bot_user=str(said["user_id"]),
        bot_id=str(said.get("bot_id") or ""),
        name=str(said.get("team") or ""),
        address=str(said.get("url") or ""),
    )
