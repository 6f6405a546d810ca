"""What `doctor` finds, and where it looks."""

from msgspec import Struct


class Finding(Struct, frozen=True):
    """One thing that was looked at: what about it is so, and where that is not well, its mend."""

    about: str
    said: str
    mend: str = ""

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
    """A channel of a network, on its platform."""

    platform: str
    workspace: str
    channel: str
    name: str = ""
    known: bool = True
    """Whether it was ever told where to write there, on platforms that tell it."""

    @property
    def shown(self) -> str:
        """Its name, as people read it."""
        return f"#{self.name}" if self.name else "a channel without a name"
