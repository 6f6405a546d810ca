"""What a network keeps no longer: what was posted of it, then the rows, and nothing else."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import Refused
from bot.speech import Place, Post
from storage.models import Call, OutboxPost
from tests.cast import CALL, Room, SlackRoom, text
from tests.jobs.walking import walks_to
from tests.room import Message

HALF_A_YEAR, THINK = timedelta(days=190), timedelta(days=3)


async def a_week_of_long_ago(room: Room) -> Message:
    """A call with all that is posted of it, and a reply that Ben typed himself."""
    await room.says("ben", "share https://example.org/talks Number talks help")
    await room.fills(
        "ben", "ask", what="Talk fades", tried="Moves", wanted="Ideas", sight="network"
    )
    await room.settle()
    theirs = await room.replies_to("ben", room.post("Check-in"), "I read this on the train")
    await walks_to(room, CALL + timedelta(days=2))
    await room.goes_to(CALL + HALF_A_YEAR)
    return theirs


def stands(room: Room, message: Message) -> bool:
    """Whether what someone typed is still there."""
    if isinstance(room, SlackRoom):
        return message["ts"] in room.world.messages[room.channel().id]
    return not message.message.deleted


async def keeps(room: Room, months: str = "6") -> str:
    opened = await room.says("ana", "care")
    said = {"quiet_from": "21:00", "quiet_until": "07:00", "free": [], "kept": months}
    return (await room.ana.submit(opened.view, said)).text


async def until_clean(room: Room) -> None:
    """Let the time pass until nothing is to be taken away any more."""
    for _ in range(400):
        await room.goes_to(room.clock.now() + timedelta(seconds=4))
        if not states(room)["leaving"] and not states(room)["gone"]:
            return
    raise AssertionError(states(room))


def states(room: Room) -> Counter[str]:
    """How many posts there are in each state."""
    with Session(room.homeroom.database.engine) as session:
        return Counter(session.scalars(select(OutboxPost.state)))


def everything(room: Room) -> str:
    """All that can be read of what Homeroom wrote, anywhere."""
    posted = [text(each) for name in room.channels for each in room.every_post(name)]
    return "\n".join(posted + [said for who in room.hands for said in room.direct(who)])


async def test_what_is_old_goes_where_it_was_posted_and_then_here(room: Room) -> None:
    theirs = await a_week_of_long_ago(room)
    said = await keeps(room)
    assert re.search(r"\d+ things and \d+ posts of mine are older than 6 months", said), said
    assert "in their channels and direct messages, too" in said
    assert "What people typed there themselves stays theirs" in said
    await room.settle()
    assert "posts of mine are older" in room.direct("grace")[-1]
    for old in ("Talk fades", "Number talks help", "Tue 24 Nov"):
        assert old in everything(room)
    await room.goes_to(room.clock.now() + THINK - timedelta(minutes=1))
    assert states(room)["leaving"] == 0
    await room.goes_to(room.clock.now() + timedelta(minutes=2))
    assert states(room)["leaving"] > 5
    await until_clean(room)
    left = everything(room)
    assert "Talk fades" not in left and "Number talks help" not in left
    assert not any("Check-in" in text(each) for each in room.every_post())
    assert "posts of mine are older" in left  # it is new
    rows = room.rows()
    assert rows["problem"] == rows["resource"] == 0
    with Session(room.homeroom.database.engine) as session:
        assert not any(b"Talk fades" in post.card for post in session.query(OutboxPost))
        before = room.clock.now() - timedelta(days=184)
        assert session.query(Call).filter(Call.starts_at < before).count() == 0
    assert stands(room, theirs)


async def test_nothing_goes_where_a_host_thinks_better_of_it(room: Room) -> None:
    await a_week_of_long_ago(room)
    await keeps(room)
    await room.goes_to(room.clock.now() + timedelta(days=1))
    assert "as long as the network lasts" in await keeps(room, "0")
    await room.goes_to(room.clock.now() + timedelta(days=4))
    assert states(room)["leaving"] == states(room)["gone"] == 0
    assert "Talk fades" in everything(room)


async def test_what_the_platform_keeps_from_us_is_told_once_and_blanked_where_it_can_be(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    await a_week_of_long_ago(room)
    door = room.homeroom.doors[room.platform]

    async def refuse(place: Place, sent: str, thread: str = "") -> None:
        raise Refused("compliance_exports_prevent_deletion")

    change = door.change

    async def not_everywhere(post: Post) -> None:
        if not post.place.direct and post.place.channel == room.channel("harbor").id:
            raise Refused("cant_update_message")
        await change(post)

    monkeypatch.setattr(door, "delete", refuse)
    monkeypatch.setattr(door, "change", not_everywhere)
    await keeps(room)
    await room.goes_to(room.clock.now() + THINK + timedelta(minutes=1))
    await until_clean(room)
    assert "Deleted: Coaching Network keeps 6 months." in everything(room)
    told = [said for said in room.direct("ana") if "could not take it all away" in said]
    assert len(told) == 1 and "#harbor" in told[0] and "#learning-call" not in told[0]
    await room.goes_to(room.clock.now() + timedelta(days=2))
    assert len([said for said in room.direct("ana") if "could not take" in said]) == 1


async def test_what_a_network_keeps_no_longer_goes_after_its_end_too(room: Room) -> None:
    await a_week_of_long_ago(room)
    await keeps(room)
    await room.fills("ana", "network end", sure="coaching network")
    await room.settle()
    await room.goes_to(room.clock.now() + THINK + timedelta(minutes=1))
    await until_clean(room)
    assert "Talk fades" not in everything(room)
    assert room.rows()["problem"] == 0
    assert room.post("Coaching Network has ended")
