"""What the world is made of: plain records. Messages and views stay in Slack's own JSON."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


class Refused(Exception):
    """Slack's answer is no: `error` is Slack's name for it, `extra` goes beside it."""

    def __init__(self, error: str, **extra: Any) -> None:
        super().__init__(error)
        self.error = error
        self.extra = extra


@dataclass
class Workspace:
    id: str
    name: str
    domain: str
    free: bool = False
    """A free workspace shows its last 90 days only."""
    organisation: str = ""
    """The Enterprise organisation (E…) that it is part of. That has a Workspace of its own, without
    people or channels."""


@dataclass
class Person:
    """Someone who can write: a member, a guest, or an app's bot user."""

    team: str
    id: str
    name: str
    real_name: str = ""
    title: str = ""
    tz: str = "UTC"
    guest: bool = False
    deactivated: bool = False
    app_id: str = ""
    emoji: str = ""

    @property
    def bot(self) -> bool:
        return bool(self.app_id)


@dataclass
class Channel:
    id: str
    team: str
    name: str
    members: set[str] = field(default_factory=set)
    private: bool = False
    im: bool = False
    topic: str = ""
    archived: bool = False
    created: int = 0
    shared_with: dict[str, str] = field(default_factory=dict)
    """Slack Connect: the other workspaces, and what each calls the channel."""
    bookmarks: list[Json] = field(default_factory=list)

    @property
    def connect(self) -> bool:
        return bool(self.shared_with)

    @property
    def kind(self) -> str:
        """`channel_type` as events name it."""
        if self.im:
            return "im"
        return "group" if self.private else "channel"

    def name_in(self, team: str) -> str:
        return self.shared_with.get(team, self.name)


@dataclass
class Installation:
    """An app in a workspace. `scopes` are what its token holds."""

    app_id: str
    team: str
    bot_token: str
    bot_user_id: str
    bot_id: str
    scopes: list[str]
    revoked: str = ""
    """The error its token now meets: token_revoked or account_inactive."""
    refresh_token: str = ""
    expires_at: float = 0.0
    """By the world's clock; 0 for a token that does not rotate."""


@dataclass
class Trigger:
    """A `trigger_id`: good once, for three seconds, for this app and person."""

    app_id: str
    user: str
    team: str
    at: float
    view_id: str = ""
    used: bool = False


@dataclass
class ResponseUrl:
    """Five answers in thirty minutes to one command, action or shortcut."""

    installation: Installation
    channel: str
    user: str
    at: float
    message_ts: str = ""
    ephemeral: bool = False
    uses: int = 0


@dataclass
class Opened:
    """A modal on somebody's screen, with what is typed in it so far."""

    view: Json
    app_id: str
    team: str
    user: str


@dataclass
class Call:
    """One line of the platform's own log of Web API calls. `args` are without the token."""

    method: str
    team: str
    args: Json
    at: float
    accepted: bool = False
    error: str = ""
    ts: str = ""
    fault: str = ""
