"""A channel joins a network by a one-time code, which its hosts approve; and leaves it."""

import asyncio
import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from bot.errors import Refusal
from bot.speech import Incoming, plain
from storage import networks
from storage.models import Channel, JoinCode, Joining, Network
from tests.cast import CALL, MONDAY, Room, text
from tests.handlers.acting import all_posts, buttons, nothing_changed, presses, writes
from tests.handlers.test_networks import begins, make_guest

CODE = re.compile(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}\b")


async def code_of(room: Room, who: str = "ana") -> str:
    """The join code that a host is shown, directly."""
    said = await writes(room, who, "network code")
    found = CODE.search(said)
    assert found, said
    return found[0]


def channels(room: Room) -> dict[str, str]:
    """Every channel that is a network's: its platform's id to the network's name."""
    with Session(room.homeroom.database.engine) as session:
        rows = session.execute(
            select(Channel.external, Network.name).join(Network, Network.id == Channel.network_id)
        )
        return dict(rows.all())  # type: ignore[arg-type]


async def asks(room: Room, who: str = "cleo", where: str = "elsewhere") -> str:
    """Somebody asks with a good code; what they read."""
    return str((await room.says(who, f"network join {await code_of(room)}", where)).text)


async def test_a_channel_joins_once_a_host_approves(room: Room) -> None:
    await room.invites("cleo", "elsewhere")
    assert "I have asked Coaching Network’s hosts" in await asks(room)
    assert room.channel("elsewhere").id not in channels(room)
    await room.settle()
    for host in ("ana", "grace"):
        assert "asks to join coaching network, asked by cleo" in room.direct(host)[-1].casefold()
    done = await presses(room, "grace", room.directs("grace")[-1], "Approve")
    assert "is in Coaching Network now, approved by Grace" in done.text
    assert channels(room)[room.channel("elsewhere").id] == "Coaching Network"
    await room.settle()
    assert "approved by Grace" in room.direct("ana")[-1]  # the card that asked her
    assert "is in Coaching Network now: Grace approved" in room.direct("cleo")[-1]
    assert "This channel is in Coaching Network now" in text(room.post("This channel", "elsewhere"))
    assert "Check-in: Weekly call" in text(room.post("Check-in", "elsewhere"))
    await room.dialog("cleo", ("agenda", "Weekly call"), where="elsewhere")


async def looks(room: Room) -> None:
    """The errands of channels: what they are called, whether Homeroom is in them, who is there."""
    room.homeroom._loop = asyncio.get_running_loop()
    while await asyncio.to_thread(room.homeroom._one_errand):
        pass
    await room.settle()


BARE_ID = re.compile(r"\bC\d\b|@thread|\bT\d\b|tenant-")


def every_word(room: Room) -> list[str]:
    """Whatever anybody read of a channel that joined, in its last shape."""
    return [each for who in ("ana", "grace", "cleo") for each in room.direct(who)]


async def test_nobody_reads_an_id(room: Room) -> None:
    """Channel and asker are named by their names: at once as far as the command tells them, and
    else within a second."""
    await asks(room)
    await room.settle()
    first = room.direct("ana")[-1]
    assert "asks to join Coaching Network" in first and not BARE_ID.search(first)
    before = room.rows() | {"lane": 0}
    await looks(room)
    assert room.rows() | {"lane": 0} == before
    shown = room.direct("ana")[-1]
    assert "#elsewhere in " in shown
    assert "asked by Cleo" in shown and "asked by cleo" not in shown
    assert "#elsewhere" in text(await room.home("ana"))
    await room.dialog("ana", ("network approve 1", "#elsewhere in "))
    await looks(room)
    for words in ("network channels", "network audit", "network"):
        said = (await room.says("ana", words)).text
        assert not BARE_ID.search(said), said
    assert "approved the channel #elsewhere" in (await room.says("ana", "network audit")).text
    assert not [each for each in every_word(room) if BARE_ID.search(each)]


@pytest.mark.slack_only("Teams tells a channel’s name with what is said in it")
async def test_a_channel_whose_name_nobody_tells(room: Room) -> None:
    """Said by a mention, which names no channel, before anybody looked."""
    code = await code_of(room)
    await room.invites("cleo", "elsewhere")
    await room.mentions("cleo", f"network join {code}", "elsewhere")
    await room.settle()
    said = room.direct("ana")[-1]
    assert "A channel in " in said and "asks to join" in said and not BARE_ID.search(said)
    await looks(room)
    assert "#elsewhere in " in room.direct("ana")[-1]


@pytest.mark.slack_only("on Teams who can speak to Homeroom in a channel has it there")
async def test_a_channel_without_homeroom_says_so_once_and_how_to_mend_it(room: Room) -> None:
    await asks(room)
    await looks(room)
    invite = "/invite @Homeroom"
    assert "I am not in it yet" in room.direct("ana")[-1] and invite in room.direct("ana")[-1]
    assert "I am not in it yet" in (await room.says("ana", "network approve 1")).text
    await looks(room)
    assert invite in room.direct("ana")[-1] and invite in room.direct("cleo")[-1]
    assert room.posts("elsewhere") == []
    before = len(room.direct("ana"))
    await room.goes_to(CALL - timedelta(days=1))
    await looks(room)
    told = [each for each in room.direct("ana")[before:] if "I can’t post" in each]
    assert told == []  # it stands in the card already
    await room.invites("cleo", "elsewhere")
    await looks(room)
    await room.goes_to(room.clock.now() + timedelta(minutes=1))
    assert "This channel is in Coaching Network now" in text(room.post("This channel", "elsewhere"))
    assert "Agenda" in text(room.post("Agenda", "elsewhere"))
    cards = [each for each in room.direct("ana") if "approved by Ana" in each]
    assert len(cards) == 1 and "I am in it" in cards[0] and "not in it" not in cards[0]


@pytest.mark.slack_only("on Teams who can speak to Homeroom in a channel has it there")
async def test_a_channel_added_without_homeroom_is_told_once(room: Room) -> None:
    await room.joins("ana", "elsewhere")
    assert "Am I not in this channel yet?" in (await room.says("ana", "adopt", "elsewhere")).text
    await room.dialog("ana", ("network audit", "added the channel #elsewhere"))
    await looks(room)
    (said,) = [each for each in room.direct("ana") if "can’t post" in each]
    assert "I am not in #elsewhere in Coaching Network yet, so I can’t post there." in said
    assert "/invite @Homeroom" in said
    seen = (await room.says("ana", "links none", "elsewhere")).text
    assert "I am not in this channel yet" in seen and "the channel is told" not in seen
    for hours in (1, 13, 26):
        await room.goes_to(MONDAY + timedelta(hours=hours))
        await looks(room)
    assert [each for each in room.direct("ana") if "can’t post" in each] == [said]
    assert not any("can’t post" in each for each in room.direct("grace"))
    await room.invites("cleo", "elsewhere")
    await looks(room)
    await room.goes_to(CALL - timedelta(minutes=1))
    assert room.posts("elsewhere")


async def test_whoever_decides_reads_it_once(room: Room) -> None:
    """In the very card that asked them; not also in a message of its own."""
    for decision, became in (("Approve", "approved by Ana"), ("Decline", "Ana declined")):
        await asks(room)
        await looks(room)
        asking, before = room.directs("ana")[-1], len(room.directs("ana"))
        done = await presses(room, "ana", asking, decision)
        assert became in done.text
        await room.replied()
        await looks(room)
        assert len(room.directs("ana")) == before
        assert became in room.direct("ana")[-1]
        if room.platform == "slack":
            assert room.ana.private(room.ana.dm_with(room.app)) == []
        await room.says("ana", "network drop 4")


async def test_what_the_network_s_side_sees_meanwhile(room: Room) -> None:
    await asks(room)
    shown = await room.says("ana", "network")
    assert "Asks to join: 1 channel" in shown.text
    assert "asked by cleo" in text(await room.home("ana")).casefold()
    assert "asked by cleo" not in text(await room.home("ben")).casefold()


async def test_declining_changes_nothing_and_both_are_told(room: Room) -> None:
    await asks(room)
    await room.settle()
    before = channels(room)
    asking = room.directs("ana")[-1]
    done = await presses(room, "ana", asking, "Decline")
    assert "Ana declined" in done.text
    await room.settle()
    assert channels(room) == before
    assert "declined to take" in room.direct("cleo")[-1]
    assert "Ana declined" in room.direct("grace")[-1]
    late = await room.says("grace", "network approve 1")
    assert "declined already by Ana; nothing was changed" in late.text
    assert channels(room) == before


async def test_approving_twice_changes_nothing(room: Room) -> None:
    await asks(room)
    await room.dialog("ana", ("network approve 1", "approved by Ana"))
    async with nothing_changed(room):
        await room.dialog("grace", ("network approve 1", "approved already by Ana"))
        await room.dialog("grace", ("network decline 1", "approved already by Ana"))
        await room.dialog("ana", ("network approve 99", "No such channel asked to join"))
    with pytest.raises(AssertionError, match="No such channel"):
        await room.dialog("eve", ("network approve 1", "approved"), where="other-network")


async def test_a_code_is_good_once(room: Room) -> None:
    code = await code_of(room)
    await room.dialog("cleo", (f"network join {code}", "I have asked"), where="elsewhere")
    await room.dialog("ana", ("network approve 1", "approved"))
    async with nothing_changed(room):
        await room.dialog("ben", (f"network join {code}", "used already"))
        await room.dialog("eve", (f"network join {code}", "used already"), where="other-network")


async def test_a_code_is_good_for_three_days(room: Room) -> None:
    code = await code_of(room)
    room.clock.move(MONDAY + timedelta(days=3))
    async with nothing_changed(room):
        await room.dialog("cleo", (f"network join {code}", "too old"), where="elsewhere")


async def test_guessing_is_counted_and_then_not_tried(room: Room) -> None:
    code = await code_of(room)
    for _ in range(5):
        await room.dialog(
            "cleo", ("network join AAAA-AAAA", "none that I can use"), where="elsewhere"
        )
    async with nothing_changed(room):
        await room.dialog(
            "cleo", (f"network join {code}", "too many wrong codes"), where="elsewhere"
        )
    await room.dialog("ben", (f"network join {code}", "I have asked"), where="elsewhere")


async def test_what_is_no_code(room: Room) -> None:
    async with nothing_changed(room):
        for said in ("network join", "network join please", "network join AAAA-AAAAA"):
            await room.dialog("cleo", (said, "eight letters and digits"), where="elsewhere")


async def test_where_and_by_whom_it_is_not_taken(room: Room) -> None:
    code = await code_of(room)
    async with nothing_changed(room):
        await room.dialog(
            "eve", (f"network join {code}", "belongs to another network"), where="other-network"
        )
        await room.dialog("ben", (f"network join {code}", "one of Coaching Network’s already"))
    said = await writes(room, "cleo", f"network join {code}")
    assert "in the channel that is to join" in said
    make_guest(room, "Gus")
    await room.joins("gus", "elsewhere")
    async with nothing_changed(room):
        await room.dialog("gus", (f"network join {code}", "Guests can’t"), where="elsewhere")
    # All of that left the code good.
    await room.dialog("cleo", (f"network join {code}", "I have asked"), where="elsewhere")


async def test_the_same_channel_asked_twice(room: Room) -> None:
    await asks(room)
    second = await code_of(room)
    async with nothing_changed(room):
        await room.dialog(
            "ben", (f"network join {second}", "been asked about this channel"), where="elsewhere"
        )


async def test_a_channel_never_belongs_to_two_networks(room: Room) -> None:
    """Both networks were asked; whichever approves second reads why not."""
    await asks(room)
    theirs = await code_of(room, "eve")
    await room.dialog("ben", (f"network join {theirs}", "I have asked"), where="elsewhere")
    await room.dialog(
        "eve", ("network approve 2", "is in Other Network now"), where="other-network"
    )
    before = channels(room)
    await room.dialog("ana", ("network approve 1", "joined another network before"))
    await room.dialog("ana", ("adopt", "Only a host of Other Network"), where="elsewhere")
    assert channels(room) == before
    await room.settle()
    assert not any("Coaching" in each for each in all_posts(room, "elsewhere"))


async def test_two_who_approve_at_once(room: Room) -> None:
    await asks(room)
    theirs = await code_of(room, "eve")
    await room.dialog("ben", (f"network join {theirs}", "I have asked"), where="elsewhere")

    def said(who: str, words: str, where: str) -> Incoming:
        return Incoming(f"{who} {words}", room.who(who), room.place(where), words)

    both = await asyncio.gather(
        room.homeroom.answer(said("ana", "network approve 1", "learning-call")),
        room.homeroom.answer(said("eve", "network approve 2", "other-network")),
        return_exceptions=True,
    )
    assert not [each for each in both if isinstance(each, BaseException)], both
    with Session(room.homeroom.database.engine) as session:
        states = sorted(session.scalars(select(Joining.state)))
    assert states == ["approved", "late"]


@pytest.mark.parametrize("slow", [False, True])
async def test_whoever_comes_second_reads_where_the_channel_went(room: Room, slow: bool) -> None:
    """On PostgreSQL two write at once: another network's transaction has the channel already, and
    ends in time, or not."""
    engine = room.homeroom.database.engine
    if engine.dialect.name != "postgresql":
        pytest.skip("one thread writes there")
    await asks(room)
    await room.settle()
    before, at = room.rows(), room.channel("elsewhere")
    where = {"platform": room.platform, "workspace": at.team, "channel": at.id}
    with Session(engine) as other:
        assert networks.is_free(other, **where)
        networks.add_channel(other, network_id=room.network_id + 1, now=MONDAY, **where)
        said = Incoming("ana approves", room.who("ana"), room.place(), "network approve 1")
        approving = asyncio.create_task(room.homeroom.answer(said))
        while not await asyncio.to_thread(waits_for_a_lock, room):
            pass
        if slow:
            with pytest.raises(Refusal, match="taking this channel in at this very moment"):
                await approving
            assert room.rows() == before
            other.commit()
            await room.dialog("ana", ("network approve 1", "joined another network before"))
        else:
            other.commit()
            assert "joined another network before" in plain((await approving).elements)
    assert channels(room)[at.id] == "Other Network"
    assert room.rows() | {"outbox": 0, "lane": 0} == before | {
        "channel": before["channel"] + 1,
        "audit": before["audit"] + 1,
        "outbox": 0,
        "lane": 0,
    }


def waits_for_a_lock(room: Room) -> bool:
    asked = sql(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    with Session(room.homeroom.database.engine) as session:
        return bool(session.scalar(asked))


async def test_a_code_is_shown_to_nobody_else_and_kept_hashed(room: Room) -> None:
    before = room.rows()["join_code"]
    await room.mentions("ana", "network code")
    await room.settle()
    assert room.rows()["join_code"] == before
    code = await code_of(room)
    with Session(room.homeroom.database.engine) as session:
        (kept,) = session.scalars(select(JoinCode)).all()
    assert code.replace("-", "") not in kept.hash
    assert not any(CODE.search(each) for each in all_posts(room, "learning-call"))


async def test_only_so_many_codes_are_good_at_a_time(room: Room) -> None:
    for _ in range(20):
        await code_of(room)
    assert "are good at the moment" in await writes(room, "ana", "network code")
    assert room.rows()["join_code"] == 20
    room.clock.move(MONDAY + timedelta(days=4))
    await code_of(room)


async def test_who_is_in_two_networks_asks_for_a_channel_all_the_same(room: Room) -> None:
    """Their other words ask which network they mean."""
    await room.joins("ben", "other-network")
    await room.says("ben", "share https://example.org/talks it helped", "other-network")
    await room.dialog(
        "ben", ("checkin", "You are in Coaching Network and Other Network"), where="elsewhere"
    )
    assert "I have asked Coaching Network’s hosts" in await asks(room, "ben")


# -- leaving --------------------------------------------------------------------------------------


async def test_a_channel_is_let_go_and_nothing_more_is_posted_there(room: Room) -> None:
    await room.goes_to(CALL - timedelta(days=1))
    await room.says("dee", "share https://example.org/talks it helped us", "harbor")
    shown = await room.says("ana", "network channels")
    assert "#learning-call" in shown.text and "#harbor" in shown.text
    before = all_posts(room, "harbor")
    done = await room.says("ana", "network drop 2")
    assert "#harbor is no channel of Coaching Network any more" in done.text
    await room.fills("ben", "checkin", answer0="Number talks")
    await room.goes_to(CALL + timedelta(minutes=1))
    assert all_posts(room, "harbor") == before
    assert any("Starting now" in each for each in all_posts(room, "learning-call"))
    await room.dialog("ben", ("find talks", "talks"), ("find by:dee", "talks"))
    await room.dialog("ana", ("network audit", "removed the channel #harbor"))
    seen = await room.says("dee", "", "harbor")
    assert "This channel is in no network yet" in seen.text
    async with nothing_changed(room):
        await room.dialog("ana", ("network drop 2", "none of Coaching Network’s"))
        await room.dialog("ana", ("network drop 1", "only channel"))


async def test_a_channel_that_was_let_go_may_join_again(room: Room) -> None:
    await room.says("ana", "network drop 2")
    code = await code_of(room, "eve")
    await room.dialog("dee", (f"network join {code}", "I have asked"), where="harbor")
    await room.dialog("eve", ("network approve 1", "is in Other Network"), where="other-network")
    assert channels(room)[room.channel("harbor").id] == "Other Network"


async def test_every_column_that_points_at_a_channel_can_let_go(room: Room) -> None:
    """`networks.release` empties what may be empty, and drops rows that only say "in this
    channel". A new table that holds more must keep its row: its column may be empty."""
    for column in networks._pointing_at(Channel):
        own = column.nullable or column.primary_key
        assert own or column.table.name == "caught_message", column  # goes with its channel


async def test_a_begun_network_is_in_the_audit(room: Room) -> None:
    await begins(room, "cleo")
    await room.dialog("cleo", ("network audit", "began Harbor Lab"), where="elsewhere")
    with pytest.raises(Refusal):
        said = Incoming("x", room.who("ben"), room.place(), "network audit")
        await room.homeroom.answer(said)
    assert "Show older ones" not in buttons(
        (await room.says("cleo", "network audit", "elsewhere")).message
    )
