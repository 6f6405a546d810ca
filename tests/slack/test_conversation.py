"""Commands, mentions and direct messages, through a local Slack and a real socket."""

import pytest

from bot.errors import Refusal
from bot.speech import Button, Buttons, card
from tests.slack.conftest import Heard, Room
from tests.slack.test_render_card import texts
from tests.slack.toys import SAVED, words


async def test_a_command_is_answered_in_the_ack(room: Room, heard: Heard) -> None:
    heard.reply = SAVED
    seen = await room.ben.command(room.channel, "/share", "https://x.org <3 & why")
    assert seen.text == "Saved for Tuesday."
    (asked,) = heard.asked
    assert asked.words == "share https://x.org <3 & why"
    assert (asked.who.name, asked.place.channel, asked.how) == ("ben", "C1", "command")
    assert not room.ana.private(room.channel)


async def test_a_command_may_be_answered_with_nothing(room: Room, heard: Heard) -> None:
    seen = await room.ben.command(room.channel, "/learn")
    assert (seen.text, heard.asked[0].words) == ("", "")


async def test_a_refusal_is_shown(room: Room, heard: Heard) -> None:
    heard.reply = Refusal("Only hosts can do that.")
    seen = await room.ben.command(room.channel, "/learn", "call skip")
    assert seen.text == "Only hosts can do that."


@pytest.mark.parametrize("words", ["share https://x.org because", "share " + "long words " * 900])
async def test_what_could_not_be_saved_is_given_back(words: str, room: Room, heard: Heard) -> None:
    heard.reply = RuntimeError("the database is locked")
    seen = await room.ben.command(room.channel, "/learn", words)
    assert "I could not save this just now" in seen.text
    assert f"/learn {words.strip()}" in "".join(texts(seen.message["blocks"]))


async def test_who_takes_too_long_has_not_saved(room: Room, heard: Heard) -> None:
    heard.hangs = True
    seen = await room.ben.command(room.channel, "/learn", "share it")
    assert "/learn share it" in seen.text


async def test_a_mention_is_answered_for_the_one_who_spoke(room: Room, heard: Heard) -> None:
    heard.reply = SAVED
    root = await room.ana.says(room.channel, "What shall we read?")
    assert root.sent is not None
    await room.ben.mentions(room.channel, room.slack_app, "find number talks", root.sent["ts"])
    await room.settled()
    (said,) = room.ben.private(room.channel)
    assert said["thread_ts"] == root.sent["ts"]
    assert not room.ana.private(room.channel)
    assert (heard.asked[0].words, heard.asked[0].how) == ("find number talks", "mention")


async def test_a_direct_message_is_answered_there(room: Room, heard: Heard) -> None:
    heard.reply = SAVED
    await room.ben.dm(room.slack_app, "share https://x.org why")
    await room.settled()
    direct = room.ben.dm_with(room.slack_app)
    assert words(room.ben.history(direct))[-1] == "Saved for Tuesday."
    (asked,) = heard.asked  # our own answer arrives as message.im too
    assert (asked.words, asked.how, asked.place.direct) == (
        "share https://x.org why",
        "direct",
        True,
    )


async def test_an_edited_direct_message_is_not_said_again(room: Room, heard: Heard) -> None:
    said = await room.ben.dm(room.slack_app, "share it")
    assert said.sent is not None
    await room.ben.edits(said.sent, "share that")
    await room.settled()
    assert len(heard.asked) == 1


async def test_what_is_said_in_a_channel_is_not_for_us(room: Room, heard: Heard) -> None:
    """It is overheard, where it has a link; nothing is said to it."""
    await room.ben.says(room.channel, "share and find")
    assert not heard.asked
    heard.reply = card("You should not see me.")
    await room.ben.says(room.channel, "share https://x.org")
    await room.settled()
    (asked,) = heard.asked
    assert (asked.words, asked.how) == ("overheard", "overheard")
    assert len(room.ben.history(room.channel)) == 2
    assert not room.ben.private(room.channel)


async def test_the_bot_joins_a_channel(room: Room, heard: Heard) -> None:
    heard.reply = card("Hello! I am Homeroom.")
    other = room.world.add_channel(room.workspace, "science", [room.ana.person], id="C2")
    await room.ana.invites(other, room.slack_app)
    await room.settled()
    assert words(room.ana.private(other)) == ["Hello! I am Homeroom."]
    assert (heard.asked[-1].how, heard.asked[-1].who.person) == ("join", "U1")


async def test_a_redelivery_has_the_same_delivery(room: Room, heard: Heard) -> None:
    await room.ben.mentions(room.channel, room.slack_app, "share it")
    await room.world.redeliver()
    assert len({each.delivery for each in heard.asked}) == 1
    assert len(heard.asked) == 2


async def test_the_bot_is_let_in_by_nobody_we_know(room: Room, heard: Heard) -> None:
    heard.reply = card("Hello! I am Homeroom.")
    other = room.world.add_channel(room.workspace, "science", [room.ana.person], id="C2")
    room.world.invite(other, room.slack_app)
    await room.world.until(lambda: room.ana.history(other))
    assert words(room.ana.history(other)) == ["Hello! I am Homeroom."]


async def test_a_mention_that_could_not_be_saved_is_told(room: Room, heard: Heard) -> None:
    heard.reply = RuntimeError("the database is locked")
    await room.ben.mentions(room.channel, room.slack_app, "share it")
    await room.settled()
    assert "could not save this" in words(room.ben.private(room.channel))[0]


async def test_an_answer_that_cannot_be_shown_is_no_silence(room: Room, heard: Heard) -> None:
    heard.reply = card(Buttons((Button("Yes", says="x" * 2001),)))
    seen = await room.ben.command(room.channel, "/share", "it")
    assert "Here are your words" in seen.text
