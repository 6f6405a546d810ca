"""The manifest: valid, and no scope too many or too few for what the program does."""

from datetime import timedelta

import pytest

from bot.errors import InDoubt, NotNow, Refused
from bot.manifest import ALIASES, made
from bot.playground.manifest import bot_scopes, check
from bot.slack.manifest import SCOPES
from bot.speech import Place, Post, card
from handlers.words import TABLE, match
from tests.cast import MONDAY

PRIVATE = Place("slack", "T1", "C5")
OPEN = Place("slack", "T1", "C1")
BEN = Place("slack", "T1", "UBEN", direct=True)


@pytest.mark.parametrize("url", ["", "https://homeroom.example.org"])
def test_slack_takes_it(url):
    check(made(url=url))


def test_commands_and_shortcuts_say_words_that_there_are():
    told = made()["features"]
    names = [each["command"] for each in told["slash_commands"]]
    assert names == ["/learn", *(f"/{name}" for name in ALIASES)]
    assert all(name in TABLE for name in ALIASES)
    assert all(match(each["callback_id"]) for each in told["shortcuts"])


async def walk(room) -> dict[str, bool]:
    """Everything that the door asks of Slack, and everything it is to hear; what worked."""
    door = room.homeroom.doors["slack"]
    since = MONDAY - timedelta(hours=1)
    sent = {}

    async def works(doing) -> bool:
        try:
            return await doing is not False
        except (Refused, InDoubt, NotNow):
            return False

    async def sends(place) -> None:
        sent[place] = await door.send(Post(f"key {place.channel}", place, card("Hello")))

    async def finds(place) -> bool:
        key = f"key {place.channel}"
        found = await door.find(Post(key, place, card("Hello")), since)
        return place in sent and found == [sent[place]]

    async def changes(place) -> None:
        await door.change(Post("key", place, card("Bye"), sent=sent.get(place, "1.1")))

    did = {}
    for place in (OPEN, PRIVATE, BEN):
        for act in (sends, finds, changes):
            did[f"{act.__name__} in {place.channel}"] = await works(act(place))
    for place in (OPEN, PRIVATE):
        did[f"people of {place.channel}"] = await works(door.people("T1", place.channel))
        did[f"name of {place.channel}"] = await works(door.look("T1", place.channel))
    did["permalink"] = await works(door.permalink("T1", "C1", sent.get(OPEN, "1.1")))
    did["hears a mention"] = await hears(room, room.ben.mentions(room.channel(), room.app, "help"))
    did["hears a direct message"] = await hears(room, room.ben.dm(room.app, "help"))
    for name in ("C6", "C7"):
        invited = room.ben.invites(room.world.channels[name], room.app)
        did[f"hears that it was invited to {name}"] = await hears(room, invited)
    did["catches a link"] = await signs(room, room.ben, "bookmark")
    did["hears a bookmark"] = await signs(room, room.ben, "white_check_mark")
    did["answers a command"] = bool((await room.says("ben", "help")).text)
    return did


async def signs(room, hands, sign) -> bool:
    """Whether Homeroom puts a reaction on a link that was posted, and then marked."""
    sent = (await hands.says(room.channel(), "It helped: https://example.org/talks")).sent
    await room.replied()
    if sign != "bookmark":
        await room.marks("ben", sent)
    return sign in await room.signs(sent)


async def hears(room, acting) -> bool:
    """Whether Homeroom says something new to anybody when this is done."""
    before = answers(room)
    await acting
    await room.replied()
    return answers(room) > before


def answers(room) -> int:
    own = [each for there in room.world.messages.values() for each in there.values()]
    whispered = [each for mine in room.world.private.values() for each in mine.values()]
    return sum(bool(each.get("bot_id")) for each in own) + sum(map(len, whispered))


@pytest.fixture
def wide(room):
    """The room, with a private channel, and two to be invited to."""
    bot = room.world.installation(room.app, "T1").bot_user_id
    space, ben = room.ben.workspace, room.ben.person
    room.world.add_channel(space, "private", [ben], private=True, id="C5").members.add(bot)
    room.world.add_channel(space, "new", [ben], id="C6")
    room.world.add_channel(space, "new-private", [ben], private=True, id="C7")
    return room


async def test_the_scopes_are_enough(wide):
    did = await walk(wide)
    assert [name for name, worked in did.items() if not worked] == []
    assert [call.method for call in wide.world.log if call.error == "missing_scope"] == []


# What the local workspace does not ask for, and Slack does.
UNASKED = {"commands", "files:read", "metadata.message:read"}


@pytest.mark.parametrize("scope", sorted(set(SCOPES) - UNASKED))
async def test_every_scope_is_needed(scope, wide):
    for installed in wide.world.installations:
        installed.scopes = [each for each in installed.scopes if each != scope]
    did = await walk(wide)
    assert [name for name, worked in did.items() if not worked]


def test_the_scopes_are_those_that_have_reasons():
    assert set(bot_scopes(made())) == set(SCOPES)
    assert all(len(reason) > 10 for reason in SCOPES.values())
