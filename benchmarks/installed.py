"""Installations of the measured program: every workspace has let us in."""

from bot.slack.installations import Installation


class Everywhere:
    """Every workspace's own, with one token."""

    async def find(self, workspace: str, enterprise: str = "") -> Installation | None:
        """It is there."""
        return Installation(workspace or "T1", "xoxb-bench", "UBOT", "BBOT")

    async def again(self, old: Installation) -> Installation | None:
        """No token runs out."""
        return None

    async def heard_from(self, home: Installation, team: str) -> None:
        """No organisation is whole."""

    async def revoked(self, homes: list[str]) -> None:
        """None is."""
