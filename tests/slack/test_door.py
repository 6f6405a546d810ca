"""What the courier and the directory ask of Slack, with its faults."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.errors import InDoubt, NotNow, Refused
from bot.findings import Looked
from bot.playground.faults import Kind
from bot.slack.door import SlackDoor
from bot.slack.failures import refused
from bot.slack.people import Profile
from bot.speech import Button, Buttons, Place, Post, card
from tests.slack.conftest import Everywhere, Room

BEFORE = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
AGENDA = card("Agenda <for> @channel https://x.org")


def post(key: str = "key-1", place: Place = Place("slack", "T1", "C1"), **more: Any) -> Post:  # noqa: B008
    return Post(key, place, AGENDA, **more)


async def test_a_post_is_sent_quietly(room: Room) -> None:
    ts = await room.door.send(post())
    message = room.world.message("C1", ts)
    assert message["metadata"]["event_payload"] == {"key": "key-1"}
    assert message["blocks"][0]["block_id"] == "key-1"
    assert "<!channel>" not in message["text"]
    (call,) = [each for each in room.world.log if each.method == "chat.postMessage"]
    assert call.args["unfurl_links"] in (False, "0", "false")
    assert call.args["unfurl_media"] in (False, "0", "false")


async def test_a_reply_goes_into_its_thread(room: Room) -> None:
    root = await room.door.send(post())
    reply = await room.door.send(post("key-2", thread=root))
    assert room.world.message("C1", reply)["thread_ts"] == root
    assert await room.door.find(post("key-2", thread=root), BEFORE) == [reply]


@pytest.mark.parametrize(
    ("fault", "raised", "there"),
    [
        ("rate_limited", NotNow, False),
        ("error_before", InDoubt, False),
        ("error_after", InDoubt, True),
        ("reset", InDoubt, False),
        ("lost_answer", InDoubt, True),
    ],
)
async def test_a_fault_is_named_and_the_post_never_repeated(
    fault: Kind, raised: type[Exception], there: bool, room: Room
) -> None:
    room.world.faults.add("chat.postMessage", fault, seconds=7)
    with pytest.raises(raised) as caught:
        await room.door.send(post())
    if isinstance(caught.value, NotNow):
        assert caught.value.seconds == 7
    assert len(room.world.messages["C1"]) == int(there)
    found = await room.door.find(post(), BEFORE)
    assert bool(found) == there


async def test_nobody_listening_means_nothing_was_taken() -> None:
    door = SlackDoor(Everywhere(), base_url="http://127.0.0.1:9/api/")
    with pytest.raises(NotNow):
        await door.send(post())
    await door.close()


async def test_what_slack_will_not_take_is_refused(room: Room) -> None:
    with pytest.raises(Refused, match="channel_not_found"):
        await room.door.send(post(place=Place("slack", "T1", "C404")))
    with pytest.raises(Refused, match="not_installed"):
        await room.door.send(post(place=Place("slack", "T404", "C1")))
    too_long = Buttons((Button("Share", says="x" * 2001),))
    with pytest.raises(Refused, match="cannot_be_rendered"):
        await room.door.send(Post("key-1", Place("slack", "T1", "C1"), card(too_long)))


async def test_a_busy_slack_is_asked_again_later(room: Room) -> None:
    for n in range(4):
        await room.door.send(post(f"key-{n}"))
    with pytest.raises(NotNow) as caught:
        await room.door.send(post("key-5"))
    assert caught.value.seconds >= 1


async def test_a_post_is_changed_twice_without_harm(room: Room) -> None:
    ts = await room.door.send(post())
    changed = Post("key-1", Place("slack", "T1", "C1"), card("Changed."), sent=ts)
    await room.door.change(changed)
    await room.door.change(changed)
    assert room.world.message("C1", ts)["text"] == "Changed."
    assert await room.door.find(post(), BEFORE) == [ts]


async def test_a_direct_post_is_sent_changed_and_found_by_the_person(room: Room) -> None:
    direct = Place("slack", "T1", "U2", direct=True)
    ts = await room.door.send(post(place=direct))
    await room.door.change(Post("key-1", direct, card("Changed."), sent=ts))
    channel = room.ben.dm_with(room.slack_app)
    assert room.ben.history(channel)[-1]["text"] == "Changed."
    assert await room.door.find(post(place=direct), BEFORE) == [ts]


async def test_only_our_own_posts_count_as_found(room: Room) -> None:
    await room.ben.says(room.channel, "key-1")
    assert await room.door.find(post(), BEFORE) == []
    ts = await room.door.send(post())
    assert await room.door.find(post("key-2"), BEFORE) == []
    assert await room.door.find(post(), BEFORE + timedelta(hours=2)) == []
    assert await room.door.find(post(), BEFORE) == [ts]


async def test_a_key_copied_by_another_bot_is_not_ours(room: Room) -> None:
    ts = await room.door.send(post())
    message = room.world.message("C1", ts)
    message |= {"bot_id": "B_OTHER", "user": "U_OTHER"}
    assert await room.door.find(post(), BEFORE) == []


async def test_people(room: Room) -> None:
    people = {each.person: each for each in await room.door.people("T1", "C1")}
    assert people["U1"] == Profile("U1", "Ana Ruiz", "America/Chicago", "T1")
    assert people["U2"] == Profile("U2", "Ben Osei", "UTC", "T1", guest=True)
    (bot,) = set(people) - {"U1", "U2"}
    assert people[bot].bot
    assert await room.door.profile("T1", "U1") == people["U1"]
    assert await room.door.profile("T1", "U404") == Profile("U404")


async def test_names_and_addresses(room: Room) -> None:
    ts = await room.door.send(post())
    assert await room.door.look("T1", "C1") == Looked("weekly")
    link = await room.door.permalink("T1", "C1", ts)
    assert link == f"https://bay.slack.com/archives/C1/p{ts.replace('.', '')}"


async def test_a_post_is_found_beyond_the_first_page(room: Room) -> None:
    ts = await room.door.send(post())
    for n in range(205):
        await room.ben.says(room.channel, f"message {n}")
    assert await room.door.find(post(), BEFORE) == [ts]


async def test_every_copy_of_a_post_is_found_and_each_can_be_taken_away(room: Room) -> None:
    first, second = await room.door.send(post()), await room.door.send(post())
    assert await room.door.find(post(), BEFORE) == [first, second]
    await room.door.delete(post().place, second)
    await room.door.delete(post().place, second)  # gone already: that is well
    assert await room.door.find(post(), BEFORE) == [first]


@pytest.mark.parametrize(
    ("reason", "of", "mend"),
    [
        ("not_in_channel", "place", "invite me there again"),
        ("is_archived", "place", "Unarchive"),
        ("token_revoked", "workspace", "install it there again"),
        ("missing_scope", "workspace", "install it in this workspace again"),
        ("msg_blocks_too_long", "post", ""),
    ],
)
def test_a_refusal_says_what_it_stands_in_the_way_of(reason: str, of: str, mend: str) -> None:
    said = refused(reason)
    assert (said.reason, said.of) == (reason, of)
    assert mend in said.mend
