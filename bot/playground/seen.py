"""What a person sees as a result of what they did."""

import copy
from dataclasses import dataclass, field

from bot.playground.interactions import Result
from bot.playground.plain import message_text, view_text
from bot.playground.shapes import Json


@dataclass
class Seen:
    """What the person sees as a result of what they did.

    `messages` are new or changed ones by others, `view` the modal opened or updated, `errors`
    are by block_id, `failure` is Slack's own text when the app did not answer well.
    """

    messages: list[Json] = field(default_factory=list)
    view: Json | None = None
    home: Json | None = None
    errors: dict[str, str] = field(default_factory=dict)
    failure: str = ""
    response: str = ""
    """After a submission: close, clear, update or push."""
    sent: Json | None = None
    """The person's own message, when they wrote one."""

    @property
    def text(self) -> str:
        """All of it as plain words."""
        parts = [message_text(each) for each in self.messages]
        parts += [view_text(view) for view in (self.view, self.home) if view]
        parts += [*self.errors.values(), self.failure]
        return "\n".join(dict.fromkeys(filter(None, parts)))

    @property
    def message(self) -> Json:
        """The last message seen. LookupError when there is none."""
        return self.messages[-1]


def look(seen: Seen, frame: Json, user: str) -> None:
    """Add what a frame shows; the person's own messages are no news."""
    if frame["type"] == "message" and frame["message"]["user"] != user:
        message = copy.deepcopy(frame["message"])
        seen.messages = [each for each in seen.messages if each["ts"] != message["ts"]]
        seen.messages.append(message)
    elif frame["type"] == "view":
        seen.view = copy.deepcopy(frame["view"])
    elif frame["type"] == "home":
        seen.home = copy.deepcopy(frame["view"])


def take(seen: Seen, result: Result) -> None:
    """Add what Slack's client says of the ack."""
    seen.failure, seen.errors, seen.response = result.failure, result.errors, result.response
