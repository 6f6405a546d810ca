"""Save as resource: on a message anywhere that one can point at."""

from typing import Any

import pytest

from bot.playground import messages
from tests.cast import Room, SlackRoom
from tests.handlers.acting import field, nothing_changed
from tests.handlers.test_caught import TALKS, made, more
from tests.room import is_form

FILE: dict[str, Any] = {
    "id": "F1",
    "title": "Fraction strips",
    "mimetype": "application/pdf",
    "permalink": "https://coaching.slack.com/files/UBEN/F1/strips.pdf",
}
only_slack = pytest.mark.slack_only("threads, bots and files as the local workspace has them")


async def saves(room: Room, who: str, message: Any, **values: Any) -> str:
    """What someone reads after saving a message with its words as they are filled in."""
    opened = await room.points(who, message)
    assert is_form(opened), opened.text
    return str((await room.hands[who].submit(opened.view, values)).text)


async def test_a_message_in_another_networks_channel_is_not_for_ours(room: Room) -> None:
    """Whoever points at it joins nobody by it, and reads nothing of that network."""
    theirs = await room.tells("eve", f"Ours alone: {TALKS}", "other-network")
    async with nothing_changed(room):
        seen = await room.points("ben", theirs)
    assert not is_form(seen)
    assert "another network, which you are not in, so nothing was saved" in seen.text
    assert "Other Network" not in seen.text and "Ours alone" not in seen.text
    await room.dialog("ben", ("find alone", "Nothing found"))


async def test_a_message_where_no_network_is_goes_into_ones_own(room: Room) -> None:
    theirs = await room.tells("cleo", f"Look at this: {TALKS}", "elsewhere")
    assert "Saved for" in await saves(room, "ben", theirs)
    await room.dialog("ana", ("find look", "“Look at this"))
    async with nothing_changed(room):
        seen = await room.points("cleo", theirs)
    assert "You are not in a network here yet" in seen.text


async def test_what_was_caught_and_saved_is_one_resource(room: Room) -> None:
    posted = await room.tells("ben", f"Number talks got us going: {TALKS}")
    before = made(room)
    assert "Saved for" in await saves(room, "ana", posted)
    assert made(room) == more(before, 0, 0, 0, 1, 1)
    await room.presses("ben", await room.home("ben"), "Keep")
    assert made(room) == more(before, 0, 0, 1, 1, 2)


@only_slack
async def test_in_a_thread(room: SlackRoom) -> None:
    root = await room.tells("ben", "What works?")
    seen = await room.ana.says(room.channel(), f"This: {TALKS}", root["ts"])
    assert "Saved for" in await saves(room, "ben", seen.sent)
    await room.dialog("dee", ("find this", "“This:"), where="harbor")


@only_slack
async def test_a_file_is_its_title_and_where_it_is(room: SlackRoom) -> None:
    posted = messages.post(
        room.world, room.channel(), user="UANA", text="Hands on", files=[FILE], subtype="file_share"
    )
    opened = await room.points("ben", posted.message)
    assert field(opened.view, "title") == "Fraction strips"
    assert field(opened.view, "link") == FILE["permalink"]
    assert field(opened.view, "why") == "“Hands on”"
    saved = await room.ben.submit(opened.view, {"title": "Strips", "why": "We cut them"})
    assert "Saved for" in saved.text and "Strips" in saved.text
    await room.dialog("dee", ("find strips", "We cut them"), where="harbor")
    with room.homeroom.database.engine.connect() as connection:
        wanted = "select count(*) from resource where title_due is not null"
        assert connection.exec_driver_sql(wanted).scalar() == 0  # nobody fetches it


@only_slack
async def test_a_message_by_a_bot_and_in_a_private_channel_that_we_are_not_in(
    room: SlackRoom,
) -> None:
    hidden = room.world.add_channel(
        room.ben.workspace, "hidden", [room.ben.person], private=True, id="C9"
    )
    feed = messages.post(
        room.world, hidden, user="UFEED", text=f"New: <{TALKS}>", bot_id="BFEED", team="T1"
    )
    assert "Saved for" in await saves(room, "ben", feed.message)
    assert not room.world.messages[hidden.id].keys() - {feed.message["ts"]}
    await room.dialog("dee", ("find new", "“New:"), where="harbor")


@only_slack
async def test_a_link_that_a_feed_posts_is_kept_but_not_what_it_says(room: SlackRoom) -> None:
    root = await room.tells("ben", "What works?")
    feed = messages.post(
        room.world,
        room.channel(),
        user="UFEED",
        text=f"New: <{TALKS}>",
        bot_id="BFEED",
        team="T1",
        thread_ts=root["ts"],
    )
    async with nothing_changed(room):
        brought = await room.points("ben", feed.message, "bring")
        helped = await room.points("ben", feed.message, "helped")
    assert not is_form(brought) and not is_form(helped)
    assert "A bot wrote that" in brought.text and "choose Save as resource" in brought.text
    assert "A bot wrote that" in helped.text and "press I can help on the problem" in helped.text
    assert "Saved for" in await saves(room, "ben", feed.message)


async def test_what_we_posted_ourselves_is_kept_already(room: Room) -> None:
    await room.says("ben", f"share {TALKS} it helped us")
    await room.fills("ben", "ask", what="Parents come late", sight="network")
    await room.dialog("ben", ("find helped", "it helped"))
    await room.presses("ben", room.seen.message, "Post 1 here")
    await room.settle()
    post = room.post("it helped us")
    async with nothing_changed(room):
        for shortcut, said in (
            ("save", "what is in it is kept already. To save it for yourself, find it and press"),
            ("bring", "nothing was put on the agenda. Choose Bring to call on what somebody wrote"),
            ("helped", "This helped is for what a person answered"),
        ):
            seen = await room.points("gus", post, shortcut)
            assert not is_form(seen), shortcut
            assert "That is a post of mine" in seen.text and said in seen.text


async def test_a_message_without_a_link_says_what_to_do(room: Room) -> None:
    plain = await room.tells("ana", "Nothing to see")
    async with nothing_changed(room):
        seen = await room.points("ben", plain)
    assert "could not see a link or a file" in seen.text
    assert room.typed("share") in seen.text or "share" in seen.text
