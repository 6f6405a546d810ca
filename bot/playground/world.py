"""The world: workspaces, people, channels, messages and apps, as plain state.

What people and apps do in it is in `messages`, `membership`, `interactions` and `modals`;
this file holds what there is, and sets it up.
"""

import asyncio
import secrets
from collections import defaultdict, deque
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

from bot.playground import events, manifest, membership
from bot.playground.apps import App, new_app
from bot.playground.delivery import Deliveries
from bot.playground.faults import Faults
from bot.playground.feeds import Feeds
from bot.playground.keeping import Keeping
from bot.playground.outcome import Outcome
from bot.playground.rates import Meter, Rates
from bot.playground.shapes import (
    Call,
    Channel,
    Installation,
    Json,
    Opened,
    Person,
    Refused,
    ResponseUrl,
    Trigger,
    Workspace,
)
from bot.playground.watch import Watch

T = TypeVar("T")
SLACKBOT = "USLACKBOT"
LETTERS = "ABCDEFGHIJKLMNPQRSTUVWXYZ0123456789"


class Clock(Protocol):
    def now(self) -> datetime: ...


class World:
    """`clock` stamps messages; `watch` counts the seconds of acks, triggers and rates.

    With a `file`, everything but modals, triggers and private messages outlives the process.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        rates: Rates | None = None,
        file: Path | None = None,
        watch: Watch | None = None,
    ) -> None:
        self.clock = clock
        self.watch = watch or Watch()
        self.rates = rates or Rates()
        self.meter = Meter(self.watch)
        self.faults = Faults()
        self.feeds = Feeds()
        self.deliveries = Deliveries(self)
        self.log: deque[Call] = deque(maxlen=200_000)
        self.base_url = "http://127.0.0.1:0"
        self.workspaces: dict[str, Workspace] = {}
        self.people: dict[str, Person] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, dict[str, Json]] = defaultdict(dict)
        self.private: dict[str, dict[str, dict[str, Json]]] = defaultdict(lambda: defaultdict(dict))
        """Ephemeral messages: by viewer, channel and ts. They do not outlive the session."""
        self.read_marks: dict[str, dict[str, str]] = defaultdict(dict)
        self.apps: dict[str, App] = {}
        self.installations: list[Installation] = []
        self.homes: dict[tuple[str, str], Json] = {}
        self.views: dict[str, Opened] = {}
        self.stacks: dict[str, list[str]] = defaultdict(list)
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.uploads: dict[str, Json] = {}
        self.codes: dict[str, Json] = {}
        self._last_ts = 0
        self._waiting: list[asyncio.Future[None]] = []
        self._keeping = Keeping(file) if file else None
        if self._keeping:
            self._wake(self._keeping)

    # Setting up

    def add_workspace(
        self,
        id: str,  # noqa: A002
        name: str,
        domain: str,
        *,
        free: bool = False,
        organisation: str = "",
    ) -> Workspace:
        workspace = Workspace(id=id, name=name, domain=domain, free=free, organisation=organisation)
        self.workspaces[id] = workspace
        self.keep("workspace", id, workspace)
        return workspace

    def add_person(
        self,
        workspace: Workspace,
        name: str,
        *,
        real_name: str = "",
        title: str = "",
        tz: str = "UTC",
        guest: bool = False,
        deactivated: bool = False,
        id: str = "",  # noqa: A002
    ) -> Person:
        """A new person; the apps that ask for it hear `team_join`."""
        person = Person(
            team=workspace.id,
            id=id or self.mint("U"),
            name=name,
            real_name=real_name or name,
            title=title,
            tz=tz,
            guest=guest,
            deactivated=deactivated,
        )
        self.people[person.id] = person
        self.keep("person", person.id, person)
        events.person_event(self, "team_join", person)
        self.changed()
        return person

    def change_person(self, person: Person, **changes: Any) -> Person:
        """Rename, retitle, deactivate …: sends `user_change`."""
        for name, value in changes.items():
            setattr(person, name, value)
        self.keep("person", person.id, person)
        events.person_event(self, "user_change", person)
        self.changed()
        return person

    def add_channel(
        self,
        workspace: Workspace,
        name: str,
        members: list[Person] | None = None,
        *,
        private: bool = False,
        topic: str = "",
        id: str = "",  # noqa: A002
    ) -> Channel:
        channel = Channel(
            id=id or self.mint("C"),
            team=workspace.id,
            name=name,
            members={person.id for person in members or []},
            private=private,
            topic=topic,
            created=int(self.clock.now().timestamp()),
        )
        self.channels[channel.id] = channel
        membership.publish(self, channel)
        return channel

    def make_app(self, described: Json, *, emoji: str = "") -> App:
        """The app of this manifest: new, or the kept one of the same name, re-read.

        Raises InvalidManifest.
        """
        manifest.check(described)
        name = described["display_information"]["name"]
        app = next((app for app in self.apps.values() if app.name == name), None)
        if app is None:
            app = new_app(self, described, emoji)
            self.apps[app.id] = app
        app.manifest = described
        self.keep("app", app.id, app.row())
        return app

    def invite(self, channel: Channel, app: App) -> None:
        """Bring the app's bot into the channel: it hears `member_joined_channel`."""
        for team in (channel.team, *channel.shared_with):
            found = self.installation(app, team)
            if found:
                membership.join(self, channel, found.bot_user_id)
                return
        raise Refused("user_not_found")

    def share_channel(self, channel: Channel, other: Workspace, name: str = "") -> None:
        """Slack Connect: `other` sees the same channel, perhaps under another name."""
        channel.shared_with[other.id] = name or channel.name
        membership.publish(self, channel)

    # Looking up

    def workspace(self, team: str) -> Workspace:
        return self.workspaces[team]

    def channel(self, channel_id: object) -> Channel:
        """Refused `channel_not_found`."""
        found = self.channels.get(str(channel_id))
        if found is None:
            raise Refused("channel_not_found")
        return found

    def message(self, channel_id: str, ts: object) -> Json:
        """Refused `message_not_found`."""
        found = self.messages[channel_id].get(str(ts))
        if found is None:
            raise Refused("message_not_found")
        return found

    def installation(self, app: App, team: str) -> Installation | None:
        """The workspace's own, else its organisation's that is live."""
        every = [each for each in self.installations if each.app_id == app.id]
        own = [each for each in every if each.team == team]
        whole = [each for each in every if self.belongs(team, each.team) and not each.revoked]
        return next(iter(own or whole), None)

    def belongs(self, team: str, to: str) -> bool:
        """Whether a workspace is this one, or part of this organisation."""
        known = self.workspaces.get(team)
        return team == to or bool(known and to and known.organisation == to)

    def installed(self, team: str) -> list[tuple[App, Installation]]:
        """The live installations of a workspace."""
        return [
            (self.apps[each.app_id], each)
            for each in self.installations
            if self.belongs(team, each.team) and not each.revoked
        ]

    def channels_of(self, team: str) -> list[Channel]:
        return [
            channel
            for channel in self.channels.values()
            if any(self.belongs(each, team) for each in (channel.team, *channel.shared_with))
        ]

    def ims_of(self, user: str) -> list[Channel]:
        return [each for each in self.channels.values() if each.im and user in each.members]

    # Time, names, news

    def mint(self, prefix: str) -> str:
        return prefix + "0" + "".join(secrets.choice(LETTERS) for _ in range(9))

    def next_ts(self) -> str:
        """A message's `ts`: the clock's, unique and increasing."""
        self._last_ts = max(round(self.clock.now().timestamp() * 1_000_000), self._last_ts + 100)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def changed(self) -> None:
        """Something did: whoever waits in `until` looks again."""
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def until(
        self,
        condition: Callable[[], T],
        timeout: float = 5,  # noqa: ASYNC109 - the callers' deadline, on the real clock
    ) -> T:
        """Wait for a truthy `condition()`, asked again at every change. Raises TimeoutError."""
        async with asyncio.timeout(timeout):
            while not (found := condition()):
                future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                self._waiting.append(future)
                await future
        return found

    def hurry(self) -> None:
        """Redeliver at once what waits for its next attempt."""
        self.deliveries.hurry()

    async def redeliver(self, event_id: str = "") -> Outcome:
        """Deliver an acked event again, as after a lost ack: the last, or the one named."""
        return await self.deliveries.redeliver(event_id)

    def drop_sockets(self) -> None:
        """Break every app's WebSocket, as a network does: without a goodbye."""
        self.deliveries.sockets.drop()

    # Keeping

    def keep(self, kind: str, key: str, thing: Any) -> None:
        if self._keeping:
            self._keeping.put(kind, key, thing)

    def forget(self, kind: str, key: str) -> None:
        if self._keeping:
            self._keeping.drop(kind, key)

    def close(self) -> None:
        if self._keeping:
            self._keeping.close()

    def _wake(self, kept: Keeping) -> None:
        self.workspaces = dict(kept.all("workspace", Workspace))
        self.people = dict(kept.all("person", Person))
        self.channels = dict(kept.all("channel", Channel))
        self.apps = {key: App(world=self, **row) for key, row in kept.all("app", Json)}
        self.installations = [each for _, each in kept.all("installation", Installation)]
        for key, message in kept.all("message", Json):
            channel, ts = key.split()
            self.messages[channel][ts] = message
            self._last_ts = max(self._last_ts, int(ts.replace(".", "")))
        for user, marks in kept.all("read", dict[str, str]):
            self.read_marks[user] = marks
        for key, view in kept.all("home", Json):
            app_id, user = key.split()
            self.homes[app_id, user] = view
