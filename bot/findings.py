"""What `doctor` finds, and where it looks."""

from datetime import datetime

from msgspec import Struct

from bot.compose.places import channel_in, space_called


class Finding(Struct, frozen=True):
    """One thing that was looked at: what about it is so, `since` when as far as we know, and where
    that is not well, its mend."""

    about: str
    said: str
    mend: str = ""
    since: datetime | None = None

    @property
    def well(self) -> bool:
        """Whether nothing is to be done."""
        return not self.mend


class Looked(Struct, frozen=True):
    """A channel as its platform shows it to us: what it is called ("" where we may not know), and
    the platform's own word for why we are not in it ("" where we are)."""

    name: str = ""
    absent: str = ""


class Spot(Struct, frozen=True):
    """A channel of a network, on its platform. What is for it waits where it is `held`, or its
    workspace is `shut`: in the platform's word for why."""

    platform: str
    workspace: str
    channel: str
    name: str = ""
    known: bool = True
    """Whether it was ever told where to write there, on platforms that tell it."""
    space: str = ""
    held: str = ""
    since: datetime | None = None
    shut: str = ""

    @property
    def shown(self) -> str:
        """Its name, as people read it."""
        return channel_in(self.name, space_called(self.platform, self.space))
