"""One attempt at delivering an envelope, and what came of it."""

from dataclasses import dataclass

from bot.playground.shapes import Json

ACK_SECONDS = 3.0


@dataclass
class Outcome:
    """`failure` is the name Slack shows to the person; "" when the app acked."""

    failure: str = ""
    payload: Json | None = None
    retry_reason: str = ""
    no_retry: bool = False

    @property
    def ok(self) -> bool:
        return not self.failure


@dataclass
class Sent:
    """`kind` is events_api, slash_commands or interactive, as Socket Mode names them."""

    app_id: str
    kind: str
    payload: Json
    attempt: int = 0
    reason: str = ""
    outcome: Outcome | None = None
