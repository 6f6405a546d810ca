"""One Web API call as its method sees it: who asks, with what, and what they may."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from bot.playground.membership import may_see
from bot.playground.shapes import Channel, Installation, Json, Person, Refused

if TYPE_CHECKING:
    from bot.playground.apps import App
    from bot.playground.world import World


class Method(NamedTuple):
    """`tier` 0 is special: metered apart, or not at all. `caller` is bot, app or anyone."""

    do: Callable[["Ask"], Json]
    scope: str = ""
    tier: int = 0
    caller: str = "bot"


@dataclass
class Ask:
    world: "World"
    args: Json
    token: str
    _installation: Installation | None

    @property
    def installation(self) -> Installation:
        if self._installation is None:
            raise Refused("invalid_auth")
        return self._installation

    @property
    def app(self) -> "App":
        return self.world.apps[self.installation.app_id]

    @property
    def team(self) -> str:
        return self.installation.team

    @property
    def bot(self) -> str:
        return self.installation.bot_user_id

    def check(self, method: Method) -> None:
        """Refused: not_authed, invalid_auth, token_revoked …, missing_scope."""
        if method.caller == "anyone":
            return
        if not self.token:
            raise Refused("not_authed")
        is_app_token = any(app.app_token == self.token for app in self.world.apps.values())
        if is_app_token != (method.caller == "app"):
            known = is_app_token or self._installation
            raise Refused("not_allowed_token_type" if known else "invalid_auth")
        if is_app_token:
            return
        if self.installation.revoked:
            raise Refused(self.installation.revoked)
        now = self.world.clock.now().timestamp()
        if self.installation.expires_at and now >= self.installation.expires_at:
            raise Refused("token_expired")
        if method.scope:
            self.needs(method.scope)

    def needs(self, scope: str) -> None:
        """Refused `missing_scope` when the token does not hold it."""
        held = self.installation.scopes
        if scope not in held:
            raise Refused("missing_scope", needed=scope, provided=",".join(held))

    def text(self, name: str) -> str:
        """A required argument. Refused `invalid_arguments` without it."""
        value = self.args.get(name)
        if value in (None, ""):
            wrong = f"[ERROR] missing required field: {name}"
            raise Refused("invalid_arguments", response_metadata={"messages": [wrong]})
        return str(value)

    def maybe(self, name: str) -> str:
        value = self.args.get(name)
        return "" if value is None else str(value)

    def flag(self, name: str) -> bool:
        return self.args.get(name) in (True, 1, "1", "true", "True")

    def count(self, name: str, default: int, most: int) -> int:
        """Refused `invalid_limit` when it is no number."""
        try:
            wanted = int(self.args.get(name) or default)
        except (TypeError, ValueError):
            raise Refused("invalid_limit") from None
        return max(1, min(wanted, most))

    def json(self, name: str, error: str) -> Any:
        """An argument that is JSON, also inside a form. Refused `error` when it is broken."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except json.JSONDecodeError:
            raise Refused(error) from None

    def channel(self, name: str = "channel") -> Channel:
        """The channel, when this bot may see it. Refused `channel_not_found`."""
        channel = self.world.channel(self.text(name))
        if not may_see(self.world, channel, self.bot):
            raise Refused("channel_not_found")
        return channel

    def joined(self, name: str = "channel") -> Channel:
        """The channel, when this bot is in it. Refused `not_in_channel`."""
        channel = self.channel(name)
        if self.bot not in channel.members:
            raise Refused("not_in_channel")
        return channel

    def person(self, user: object) -> Person:
        """Someone this bot can know of. Refused `user_not_found`."""
        person = self.world.people.get(str(user))
        if person is None or not self._near(person):
            raise Refused("user_not_found")
        return person

    def reads(self, channel: Channel, what: str) -> None:
        """The scope for `what` (history or read) in this kind of channel."""
        kind = {"channel": "channels", "group": "groups", "im": "im"}[channel.kind]
        self.needs(f"{kind}:{what}")

    def _near(self, person: Person) -> bool:
        return self.world.belongs(person.team, self.team) or any(
            {person.id, self.bot} <= channel.members
            or (person.id in channel.members and self.world.belongs(channel.team, self.team))
            for channel in self.world.channels_of(self.team)
        )
