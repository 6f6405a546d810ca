"""What may go wrong on purpose."""

from typing import Literal

from bot.speech import Span, plain_line


class Refusal(Exception):
    """A request that is answered with a kind sentence, shown to the person as it is."""

    def __init__(self, *said: Span) -> None:
        super().__init__(plain_line(said))
        self.said = said


class Unsure(Refusal):
    """It may have been saved, or not: the person looks, and what was typed is given back."""


class ConfigError(Exception):
    """The settings do not fit together; the text names the variable and the mend."""


# What a door tells the courier of a post that it could not send or change.


class NotNow(Exception):
    """The platform certainly took nothing (429, connection refused): try again after `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"try again in {seconds:g} s")
        self.seconds = seconds


class InDoubt(Exception):
    """The platform may have taken it (5xx, time-out, reset): look before sending again."""


class Refused(Exception):
    """The platform will not take it; `reason` is its own word (channel_not_found …). `of` says
    what stands in the way: this post alone, all in its place, or all in its workspace. `mend`
    tells a host in a sentence what to do."""

    def __init__(
        self, reason: str, of: Literal["post", "place", "workspace"] = "post", mend: str = ""
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.of = of
        self.mend = mend
