"""The room where the cast meets, whatever its door: what people do there and see.

Ana hosts, Ben belongs, Grace hosts when Ana is away, Dee belongs from another workspace, Gus is a
guest, Cleo is elsewhere and sees nothing, Eve hosts another network.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, ClassVar

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import Session

from bot import plan
from bot.app import Homeroom
from bot.clock import MovableClock
from bot.playground.plain import plain
from bot.speech import Place, Platform, Who
from storage import networks, people, series
from storage.models import Base

MONDAY = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # 09:00 in Chicago
CALL = datetime(2026, 11, 24, 21, 0, tzinfo=UTC)  # Tuesday 15:00 in Chicago
PATIENCE = 60.0  # seconds: a slow machine is no slow program, and no test waits for it
QUESTIONS = ["What did you try?", "What will you bring?"]
NAMES = ("ana", "ben", "grace", "gus", "cleo", "eve", "dee")
CHANNELS = ("learning-call", "harbor", "elsewhere", "other-network")
ZONE = "America/Chicago"

Message = Any
"""A message that somebody looks at: Slack's own JSON, or `tests.teams.looks.Look`."""
Seen = Any
"""What somebody sees after doing something: `text`, `view` (the form or window that opened),
`errors` by field, and the last `message`."""


@dataclass
class Room(ABC):
    """Where the cast meets."""

    homeroom: Homeroom
    clock: MovableClock
    hands: dict[str, Any]
    channels: dict[str, Any]

    network_id = 0
    seen = None  # what came of the last words
    platform: ClassVar[Platform]
    calls_us: ClassVar[str]
    """What people type before their words in a channel."""
    mends_loss: ClassVar[str]
    mends_shut: ClassVar[str]
    """How a host is told to mend what `loses` and `shuts` do."""

    def __getattr__(self, name: str) -> Any:
        if name in self.__dict__.get("hands", {}):
            return self.hands[name]
        raise AttributeError(name)

    def channel(self, name: str = "learning-call") -> Any:
        """A channel: its `id`, and `team`, its workspace or tenant."""
        return self.channels[name]

    def place(self, where: str = "learning-call") -> Place:
        """A channel as the program knows it."""
        return Place(self.platform, self.channel(where).team, self.channel(where).id)

    def who(self, name: str, zone: str = "") -> Who:
        """Somebody of the cast as the program knows them."""
        person = self.hands[name].person
        return Who(self.platform, person.team, person.id, person.real_name, zone)

    def typed(self, words: str = "") -> str:
        """These words as people are told to type them in a channel."""
        return f"{self.calls_us} {words}".strip()

    def told(self, words: str = "") -> str:
        """These words as people are told to type them in a 1:1."""
        return self.typed(words)

    @abstractmethod
    def when(self, words: str, zone: str = ZONE) -> str:
        """An instant that is "Tue 24 Nov, 15:00" in a zone, as it is read in this room."""

    # -- doing -----------------------------------------------------------------------------------

    @abstractmethod
    async def says(self, who: str, words: str, where: str = "learning-call") -> Seen:
        """What someone sees after saying these words to Homeroom in a channel."""

    async def fills(
        self, who: str, words: str, where: str = "learning-call", **values: Any
    ) -> Seen:
        """Open a form with words and send it, fields by name."""
        opened = await self.says(who, words, where)
        assert opened.view, f"no form opened; {who} saw: {opened.text}"
        self.seen = await self.hands[who].submit(opened.view, values)
        return self.seen

    async def dialog(self, who: str, *pairs: tuple[str, str], where: str = "learning-call") -> None:
        """Each thing said is answered with words that contain what is expected."""
        for said, expected in pairs:
            answer = await self.says(who, said, where)
            assert expected in answer.text, f"{who} said {said!r} and saw:\n{answer.text}"

    @abstractmethod
    async def presses(self, who: str, place: Message, label: str) -> Seen:
        """What someone sees after pressing a button of a message or a window."""

    @abstractmethod
    async def writes(self, who: str, words: str) -> str:
        """What Homeroom answers in its 1:1 with someone."""

    @abstractmethod
    async def mentions(self, who: str, words: str, where: str = "learning-call") -> None:
        """Mention Homeroom in a channel."""

    @abstractmethod
    async def tells(self, who: str, words: str, where: str = "learning-call") -> Message:
        """The message that someone writes in a channel, to everybody there."""

    @abstractmethod
    async def edits(self, who: str, message: Message, words: str) -> None:
        """Someone changes the words of their message."""

    @abstractmethod
    async def deletes(self, who: str, message: Message) -> None:
        """Someone deletes their message."""

    @abstractmethod
    async def replies_to(
        self, who: str, post: Message, words: str, where: str = "learning-call"
    ) -> Message:
        """The message that someone writes in a post's thread, to everybody there."""

    @abstractmethod
    async def points(self, who: str, at: Message, command: str = "save") -> Seen:
        """What someone sees after choosing one of our actions on a message."""

    @abstractmethod
    async def invites(self, who: str, where: str) -> None:
        """Someone brings Homeroom into a channel."""

    @abstractmethod
    async def joins(self, who: str, where: str) -> None:
        """Someone comes into a channel."""

    @abstractmethod
    def loses(self, where: str = "learning-call") -> None:
        """Homeroom is taken out of a channel, and is not told."""

    @abstractmethod
    def shuts(self, where: str = "learning-call", *, again: bool = False) -> None:
        """A channel takes no posts of apps any more; or `again`."""

    @abstractmethod
    def locks_out(self, *, again: bool = False) -> None:
        """The first workspace does not let Homeroom in any more; or `again`."""

    @abstractmethod
    def newcomer(self, name: str, where: str = "learning-call") -> None:
        """Somebody nobody heard of is in a channel, and in `hands`."""

    @abstractmethod
    async def home(self, who: str) -> Message:
        """Someone's Home."""

    # -- looking ---------------------------------------------------------------------------------

    @abstractmethod
    def every_post(self, where: str = "learning-call") -> list[Message]:
        """What Homeroom posted in a channel for everybody, those in threads too, oldest first."""

    @abstractmethod
    def posts(self, where: str = "learning-call") -> list[Message]:
        """What Homeroom posted in a channel, oldest first, threads left out."""

    @abstractmethod
    def replies(self, post: Message, where: str = "learning-call") -> list[Message]:
        """What Homeroom posted in a post's thread."""

    @abstractmethod
    def private(self, who: str, where: str = "learning-call") -> list[Message]:
        """The messages in a channel that only this person sees, oldest first."""

    @abstractmethod
    def directs(self, who: str) -> list[Message]:
        """What Homeroom wrote to someone directly, oldest first."""

    def post(self, words: str, where: str = "learning-call") -> Message:
        """The newest post that contains these words."""
        found = [p for p in self.posts(where) if words in text(p)]
        assert found, f"no post with {words!r} in #{where}: {[text(p) for p in self.posts(where)]}"
        return found[-1]

    def direct(self, who: str) -> list[str]:
        """The words of what Homeroom wrote to someone directly."""
        return [text(each) for each in self.directs(who)]

    @abstractmethod
    def locked_out(self) -> int:
        """How often Homeroom was told that a workspace does not let it in."""

    @abstractmethod
    def direct_places(self, who: str) -> set[str]:
        """What a post to someone directly may name as its channel."""

    @abstractmethod
    def posted_at(self, post: Message) -> float:
        """When it was posted, in seconds since the epoch."""

    @abstractmethod
    def still_open(self, who: str, form: Message | None, seen: Seen) -> Message | None:
        """The form, or any, that still stands there after what was seen, with what was typed."""

    @abstractmethod
    def stands(self, who: str, words: str, where: str = "learning-call") -> bool:
        """Whether what someone typed for Homeroom still stands in the channel."""

    async def silence(self, *where: str) -> None:
        """Nothing was posted in these channels."""
        await self.settle()
        for name in where:
            posts = [text(each) for each in self.posts(name)]
            assert not posts, f"in #{name}: {posts}"

    # -- time ------------------------------------------------------------------------------------

    @abstractmethod
    async def replied(self) -> None:
        """Wait for the replies that are made after the ack."""

    @abstractmethod
    async def until(self, found: Callable[[], Any]) -> Any:
        """Wait until there is something."""

    async def settle(self) -> None:
        """Let the clock and the courier do all that is due now."""
        await self.homeroom.tick()
        while await self.homeroom.courier.send_due():
            pass

    async def goes_to(self, at: datetime) -> None:
        """Move the clock and do what is due."""
        self.clock.move(at)
        await self.settle()

    def rows(self) -> dict[str, int]:
        """How many rows each table of what people made holds."""
        with Session(self.homeroom.database.engine) as session:
            return {each[0]: each[1] for each in session.execute(_COUNTS)}


# All in one statement: one for each table took longer than most of what happens between two counts.
_COUNTS = union_all(
    *(
        select(literal(table.name), func.count()).select_from(table)
        for table in Base.metadata.sorted_tables
        if table.name != "delivery"
    )
)


# -- reading: Slack's JSON, or what answers for itself --------------------------------------------


def text(message: Message) -> str:
    """A message as it is read."""
    if isinstance(message, dict):
        return plain(message.get("blocks") or []) or str(message.get("text", ""))
    return str(message.text)


def identity(message: Message) -> str:
    """What tells a message from others."""
    return str(message["ts"] if isinstance(message, dict) else message.id)


def links(message: Message) -> list[str]:
    """Every address in a message's words."""
    if not isinstance(message, dict):
        return list(message.links)
    return [each["url"] for each in inside(message.get("blocks")) if each.get("type") == "link"]


def strong(message: Message) -> list[str]:
    """Every emphasised text in a message."""
    if not isinstance(message, dict):
        return list(message.strong)
    every = [each for each in inside(message.get("blocks")) if each.get("type") == "text"]
    return [each["text"] for each in every if (each.get("style") or {}).get("bold")]


def buttons(place: Message) -> list[str]:
    """The labels of the buttons of a message or a window."""
    if not isinstance(place, dict):
        return list(place.buttons)
    return [each["text"]["text"] for each in _buttons(place)]


def addresses(place: Message) -> list[str]:
    """The addresses that the buttons of a message or a window open."""
    if not isinstance(place, dict):
        return list(place.addresses)
    return [each["url"] for each in _buttons(place) if "url" in each]


def title(view: Message) -> str:
    """What stands above a form."""
    return str(view["title"]["text"] if isinstance(view, dict) else view.title)


def is_form(seen: Seen) -> bool:
    """Whether a form stands open in what was seen."""
    if not isinstance(seen.view, dict):
        return seen.view is not None and bool(seen.view.fields)
    return any(each["type"] == "input" for each in seen.view["blocks"])


def field(view: Message, name: str) -> Any:
    """What stands in a field of a form: a text, or a list where several may be chosen."""
    if not isinstance(view, dict):
        return view.field(name)
    element = _element(view, name)
    for shown in ("initial_value", "initial_date", "initial_time"):
        if shown in element:
            return element[shown]
    if element["type"] in ("checkboxes", "multi_static_select"):
        return [each["value"] for each in element.get("initial_options", [])]
    return (element.get("initial_option") or {"value": ""})["value"]


def options(view: Message, name: str) -> list[str]:
    """What can be chosen in a field of a form."""
    if not isinstance(view, dict):
        return list(view.options(name))
    return [each["text"]["text"] for each in _element(view, name)["options"]]


def says_of(place: Message, label: str) -> str:
    """The words that a button says."""
    if not isinstance(place, dict):
        return str(place.says(label))
    return next(str(e["value"]) for e in _buttons(place) if e["text"]["text"] == label)


def _element(view: Message, name: str) -> Any:
    return next(each for each in view["blocks"] if each.get("block_id") == name)["element"]


def _buttons(place: Message) -> list[Any]:
    return [each for each in inside(place.get("blocks")) if each.get("type") == "button"]


def inside(part: Any) -> Iterator[Any]:
    """A part of Slack's JSON and every part in it."""
    if isinstance(part, list):
        for each in part:
            yield from inside(each)
    elif isinstance(part, dict):
        yield part
        yield from inside(list(part.values()))


# -- the network ----------------------------------------------------------------------------------


def begin(session: Session, here: Room) -> int:
    """The cast's networks; the id of the one that Ana hosts."""
    ours = networks.add(
        session,
        name="Coaching Network",
        zone=ZONE,
        organisations=["Northside", "Harbor"],
        now=MONDAY,
    )
    homes = {each.name: each.id for each in networks.organisations(session, network_id=ours.id)}
    own = _channels(session, here, ours.id, ["learning-call", "harbor"])
    for name, role, home in (
        ("ana", "host", "Northside"),
        ("grace", "host", "Northside"),
        ("ben", "member", "Northside"),
        ("gus", "member", "Northside"),
        ("dee", "member", "Harbor"),
    ):
        _join(session, here, ours.id, name, role, homes[home])
    known = series.add(
        session,
        network_id=ours.id,
        name="Weekly call",
        every="week",
        starts_on=date(2026, 11, 24),
        at=time(15, 0),
        zone=ZONE,
        minutes=60,
        link="https://meet.example.org/call",
        protocol="consultancy",
        questions=QUESTIONS,
        steps={},
        ends_on=None,
        channels=own,
    )
    plan.plan_ahead(session, known, MONDAY)
    theirs = networks.add(session, name="Other Network", zone="UTC", organisations=[], now=MONDAY)
    _channels(session, here, theirs.id, ["other-network"])
    _join(session, here, theirs.id, "eve", "host", None)
    return ours.id


def _channels(session: Session, here: Room, network_id: int, names: Sequence[str]) -> list[Any]:
    return [
        networks.add_channel(
            session,
            network_id=network_id,
            platform=here.platform,
            workspace=here.channel(name).team,
            channel=here.channel(name).id,
            name=name,
            now=MONDAY,
        )
        for name in names
    ]


def _join(
    session: Session, here: Room, network_id: int, name: str, role: str, home: int | None
) -> None:
    person = here.hands[name].person
    people.join(
        session,
        network_id=network_id,
        platform=here.platform,
        workspace=person.team,
        person=person.id,
        name=person.real_name,
        now=MONDAY,
        role=role,
        organisation_id=home,
        zone=ZONE,
    )
