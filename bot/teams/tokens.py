"""What the Teams door shows to be let in."""

from typing import Protocol


class Tokens(Protocol):
    """Gives the bearer token that Teams's connector asks for."""

    async def bearer(self) -> str:
        """A token that is good for a while. Raises NotNow when none can be had."""


class FixedToken:
    """Always the same text: for local work, where nobody checks it."""

    def __init__(self, text: str = "local") -> None:
        self._text = text

    async def bearer(self) -> str:
        """That text."""
        return self._text
