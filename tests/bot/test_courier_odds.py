"""Rare meetings: replicas whose clocks differ, answers that make no sense, edits that arrive while
something else ends, clocks that were wrong for a while."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.clock import MovableClock
from bot.courier import Courier
from bot.errands import DEAD, Patience
from bot.errors import InDoubt, NotNow, Refused
from storage import claims, lanes
from storage.models import OutboxPost
from tests.bot.office import NOON

SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)


def once(desk, method, does):
    """The door does this the next time instead; it gets the real method."""
    real = getattr(desk.door, method)

    async def instead(*args):
        setattr(desk.door, method, real)
        return await does(real, *args)

    setattr(desk.door, method, instead)


def refuses(*why):
    async def refuse(*_):
        raise Refused(*why)

    return refuse


# -- replicas ---------------------------------------


@pytest.mark.parametrize("behind", [0.05, 1.5])
async def test_a_replica_whose_clock_is_a_little_behind_respects_a_fresh_lease(desk, behind):
    key, send = desk.put("agenda"), desk.door.send
    desk.clock.move(NOON + 2 * SECOND)
    other_clock = MovableClock(NOON + timedelta(seconds=2 - behind), running=False)
    other = Courier(desk.database, other_clock, {"slack": desk.door}, Patience(pace=timedelta()))

    async def meanwhile(post):
        desk.door.send = send
        for _ in range(3):
            await other.send_due()
        return await send(post)

    desk.door.send = meanwhile
    await desk.send()
    assert len(desk.calls("chat.postMessage")) == 1
    assert desk.calls("conversations.history") == []
    assert desk.there() == {key: 1}


async def test_a_replica_whose_clock_is_a_little_behind_respects_a_long_wait(desk):
    desk.put("agenda")
    desk.clock.move(NOON + 2 * SECOND)
    other = Courier(desk.database, MovableClock(NOON, running=False), {"slack": desk.door})
    desk.world.faults.add("chat.postMessage", "rate_limited", seconds=3600)
    await desk.send()
    await other.send_due()
    assert len(desk.calls("chat.postMessage")) == 1


async def test_what_another_knows_to_be_there_is_not_sent_again(desk):
    """One's answer is written down while another, who took the post since, finds nothing yet."""
    key, one, two = desk.put("agenda"), desk.restart(), desk.restart()

    async def slowly(send, post):
        sent = await send(post)
        desk.clock.move(NOON + MINUTE + SECOND)
        once(desk, "find", not_yet)
        looking.append(asyncio.create_task(two.send_due()))
        await asked.wait()
        return sent

    async def not_yet(_, *__):
        asked.set()
        await written.wait()
        return []

    asked, written, looking = asyncio.Event(), asyncio.Event(), []
    once(desk, "send", slowly)
    await one.send_due()
    assert desk.state("agenda") == "sent"
    written.set()
    await looking[0]
    assert desk.state("agenda") == "sent"
    await desk.to_the_end()
    assert len(desk.calls("chat.postMessage")) == 1
    assert desk.there() == {key: 1}


# -- answers that are odd ---------------------------------------


async def test_a_long_retry_after_is_honoured(desk):
    desk.put("agenda")
    desk.world.faults.add("chat.postMessage", "rate_limited", seconds=3600)
    for _ in range(10):
        await desk.courier.send_due()
    assert len(desk.calls("chat.postMessage")) == 1
    await desk.later(Patience().longest.total_seconds() - 1)
    assert len(desk.calls("chat.postMessage")) == 1
    await desk.later(2)
    assert desk.said() == ["agenda"]


async def test_a_retry_after_without_end_stops_nobody(desk):
    async def for_ever(_, post):
        raise NotNow(float("inf"))

    desk.put("agenda")
    once(desk, "send", for_ever)
    await desk.send()
    desk.put("elsewhere", channel="C2")
    await desk.send()
    assert desk.said("C2") == ["elsewhere"]
    await desk.to_the_end()
    assert desk.said() == ["agenda"]


async def test_a_host_who_cannot_be_told_stops_nobody(desk, monkeypatch):
    def breaks(*_, **__):
        raise ValueError("a card that cannot be made")

    monkeypatch.setattr("bot.stops.post_failed", breaks)
    once(desk, "send", refuses("msg_too_long"))
    desk.put("refused")
    await desk.send()
    desk.put("fine")
    await desk.send()
    assert (desk.state("refused"), desk.said()) == ("failed", ["fine"])


@pytest.mark.parametrize("what", ["doubt", "audit"])
async def test_many_who_cannot_be_looked_up_hold_up_nobody(desk, monkeypatch, what):
    """Slack answers fifty looks a minute; a thousand channels may be in doubt at once."""
    for number in range(60):
        made = desk.world.add_channel(desk.world.workspaces["T1"], f"c{number}", id=f"CC{number}")
        made.members.add(desk.installation.bot_user_id)
        desk.put("agenda", channel=f"CC{number}")
    desk.world.faults.add("chat.postMessage", "error_after", times=60)
    await desk.send()
    if what == "audit":
        await desk.later(16)
    desk.world.faults.add("conversations.history", "rate_limited", times=10**6, seconds=30)
    monkeypatch.setattr("bot.courier.MOST_AT_ONCE", 10)
    desk.clock.move(desk.clock.now() + 61 * SECOND)
    await desk.courier.send_due()
    desk.put("fresh")
    for _ in range(10):
        desk.clock.move(desk.clock.now() + 6 * SECOND)  # as long as ten slow calls
        await desk.courier.send_due()
    assert desk.said() == ["fresh"]
    asked = len(desk.calls("conversations.history"))
    for _ in range(100):
        desk.clock.move(desk.clock.now() + 6 * SECOND)
        await desk.courier.send_due()
    assert len(desk.calls("conversations.history")) - asked < 500  # and more rarely with time
    desk.world.faults.clear()
    await desk.to_the_end()
    assert set(desk.there().values()) == {1}


async def test_a_look_that_came_too_early_holds_up_no_post(desk):
    """Another method was asked too often: posts are still taken there."""
    await in_doubt(desk)
    desk.world.faults.add("conversations.history", "rate_limited", seconds=120)
    await desk.later(61)
    assert len(desk.calls("conversations.history")) == 2
    desk.put("next")
    await desk.later(1)
    assert desk.said() == ["first", "next"]
    await desk.later(110)
    assert len(desk.calls("conversations.history")) == 2
    await desk.later(10)
    assert len(desk.calls("conversations.history")) == 3
    await desk.to_the_end()


# -- edits ---------------------------------------


async def in_doubt(desk, words="first"):
    """A post that was found again, and is to be looked for copies."""
    key = desk.put("agenda", words)
    desk.world.faults.add("chat.postMessage", "lost_answer")
    await desk.send()
    await desk.later(16)
    assert desk.row("agenda").audits == 2
    return key


async def test_an_edit_during_an_audit_that_is_refused_reaches_its_post(desk):
    await in_doubt(desk)

    async def refused_meanwhile(*_):
        desk.put("agenda", "second")
        raise Refused("cannot_look")

    once(desk, "find", refused_meanwhile)
    await desk.later(61)
    await desk.to_the_end()
    assert desk.said() == ["second"]


async def test_an_edit_that_comes_while_nothing_was_left_to_do_is_not_forgotten(desk):
    """On PostgreSQL somebody may edit between the courier's look and its leaving of a post."""
    key = desk.put("agenda", "first")
    await desk.send()

    def due_again(session):
        session.execute(update(OutboxPost).values(due_at=NOON))

    def seen(session):
        return claims.due(session, now=NOON, longest_lease=MINUTE, longest_wait=MINUTE, limit=1)

    desk.database.write(due_again).result()
    (found,) = desk.database.write(seen).result()
    desk.put("agenda", "second")
    desk.database.write(lambda s: claims.leave(s, posts=[(found, "sent", "")])).result()
    await desk.to_the_end()
    assert desk.said() == ["second"]
    assert desk.there() == {key: 1}


async def test_edits_do_not_put_off_the_audit(desk):
    key = desk.put("agenda", "first")
    desk.world.faults.add("chat.postMessage", "late", seconds=20)
    await desk.send()
    await desk.later(16)
    desk.watch.forward(10)
    await desk.world.until(lambda: desk.there() == {key: 2})
    for number in range(5):
        await desk.later(20)
        desk.put("agenda", f"edit {number}")
    await desk.send()
    assert desk.there() == {key: 1}
    assert desk.row("agenda").audits == 1
    await desk.to_the_end()
    assert desk.said() == ["edit 4"]


async def test_a_copy_that_is_kept_shows_the_newest_card(desk):
    """Somebody deleted the one that we know; the copy that stands is of an older card."""
    key = desk.put("agenda", "first")
    desk.world.faults.add("chat.postMessage", "late", seconds=20)
    await desk.send()
    await desk.later(16)
    desk.put("agenda", "second")
    await desk.send()
    desk.watch.forward(10)
    await desk.world.until(lambda: desk.there() == {key: 2})
    del desk.world.messages["C1"][desk.row("agenda").sent_id]
    await desk.to_the_end()
    assert desk.said() == ["second"]


@pytest.mark.parametrize("skipped", [False, True])
async def test_a_post_whose_call_was_moved_is_in_time_again(desk, skipped):
    desk.put("agenda", not_after=NOON + MINUTE)
    name = stop(desk, "C1", "is_archived")
    if skipped:
        await desk.later(601)
        assert desk.state("agenda") == "skipped"
    desk.put("agenda", not_after=NOON + DAY)
    await desk.later(601)
    assert desk.said() == ["agenda"], name


# -- lanes that are stopped ---------------------------------------


def stop(desk, channel="", reason="token_revoked"):
    name = lanes.name_of("slack", "T1", channel)
    desk.database.write(
        lambda session: lanes.stop(session, name=name, reason=reason, now=desk.clock.now())
    ).result()
    return name


async def test_a_stopped_workspace_is_tried_with_one_post(desk):
    for number in range(20):
        made = desk.world.add_channel(desk.world.workspaces["T1"], f"c{number}", id=f"CC{number}")
        made.members.add(desk.installation.bot_user_id)
        desk.put("agenda", channel=f"CC{number}")
    asked, send = [], desk.door.send

    async def refused(post):
        asked.append(post)
        raise Refused("token_revoked", "workspace")

    desk.door.send = refused
    stop(desk)
    await desk.later(601)
    assert len(asked) == 1
    desk.door.send = send
    await desk.later(1201)
    assert len(asked) == 1
    assert all(desk.said(f"CC{number}") == ["agenda"] for number in range(20))


async def test_a_stopped_workspace_goes_on_at_once_when_its_trial_went_well(desk):
    desk.put("agenda")
    desk.put("agenda", channel="C2")
    stop(desk)
    await desk.later(601)
    assert (desk.said(), desk.said("C2")) == (["agenda"], ["agenda"])


async def test_a_trial_in_a_channel_that_is_gone_shows_that_its_workspace_is_well(desk):
    desk.put("gone", channel="C9")
    await desk.later(1)
    desk.put("agenda")
    stop(desk)
    await desk.later(601)
    assert (desk.lane("C9").stopped, desk.said()) == ("not_in_channel", ["agenda"])


async def test_a_lane_that_takes_edits_and_no_posts_is_told_of_once(desk, monkeypatch):
    told, send = [], desk.door.send
    monkeypatch.setattr("bot.courier.tell_hosts", lambda _, stops, __: told.extend(stops))
    desk.put("old", "first")
    await desk.send()

    async def read_only(post):
        raise Refused("restricted_action", "place")

    desk.door.send = read_only
    for number in range(3):
        desk.put(f"new {number}", not_after=desk.clock.now() + MINUTE)
        await desk.later(1)
        desk.put("old", f"edit {number}")
        await desk.later(6 * 3600)
        assert desk.said() == [f"edit {number}"]
    assert len(told) == 1
    desk.door.send = send
    desk.put("new")
    await desk.later(6 * 3600)
    assert desk.said() == ["edit 2", "new"]
    assert desk.lane().stopped == ""


@pytest.mark.parametrize("what", ["unknown", "audit"])
async def test_what_cannot_be_looked_up_any_more_comes_to_rest(desk, what):
    desk.put("agenda")
    desk.put("reply", under="agenda")
    desk.world.faults.add("chat.postMessage", "lost_answer")
    await desk.courier.send_due()
    if what == "audit":
        await desk.later(16)
        assert desk.row("agenda").audits == 2
    desk.world.channels.pop("C1")
    for _ in range(4 * (DEAD.days + 2)):
        await desk.later(6 * 3600)
    assert desk.due() == []


async def test_while_a_trial_is_under_way_no_other_is_begun(desk):
    desk.put("agenda")
    desk.put("agenda", channel="C2")
    stop(desk)
    asked, other = [], desk.restart()

    async def meanwhile(send, post):
        for _ in range(3):
            asked.append(await other.send_due())
        return await send(post)

    desk.restart()
    once(desk, "send", meanwhile)
    await desk.later(601)
    assert asked == [0, 0, 0]
    assert (desk.said(), desk.said("C2")) == (["agenda"], ["agenda"])


async def test_a_lane_that_takes_edits_is_not_given_up(desk):
    desk.put("old", "first")
    await desk.send()
    stop(desk, "C1", "restricted_action")
    for day in range(DEAD.days + 3):
        desk.put("old", f"day {day}")
        await desk.later(DAY.total_seconds())
        assert desk.said() == [f"day {day}"]


# -- clocks ---------------------------------------


@pytest.mark.parametrize("restarted", [False, True])
async def test_an_edit_of_a_time_that_never_was_is_shown(desk, restarted):
    desk.put("agenda", "first")
    await desk.send()
    desk.clock.move(NOON + DAY)
    await desk.send()
    desk.put("agenda", "second")
    desk.clock.move(NOON + MINUTE)
    if restarted:
        desk.restart()
    await desk.later(1)
    assert desk.said() == ["second"]


async def test_a_post_of_a_time_that_never_was_is_sent_by_the_next_process(desk):
    desk.clock.move(NOON + DAY)
    desk.put("agenda")
    desk.clock.move(NOON)
    desk.restart()
    await desk.send()
    assert desk.said() == ["agenda"]


async def test_a_lane_stopped_at_a_time_that_never_was_is_tried_again(desk):
    desk.put("agenda")
    desk.clock.move(NOON + 30 * DAY)
    await desk.courier._turn(0)
    stop(desk, "C1", "is_archived")
    stop(desk)
    desk.clock.move(NOON)
    desk.restart()
    await desk.later(601)
    assert desk.said() == ["agenda"]


async def test_a_post_of_a_time_that_never_was_is_looked_up_when_it_may_be_there(desk):
    desk.clock.move(NOON + DAY)
    key = desk.put("agenda")
    desk.clock.move(NOON)
    desk.restart()
    desk.world.faults.add("chat.postMessage", "lost_answer")
    await desk.send()
    await desk.to_the_end()
    assert desk.there() == {key: 1}


async def test_what_a_failed_turn_would_have_brought_back_is_brought_back_later(desk, monkeypatch):
    desk.clock.move(NOON + DAY)
    await desk.send()
    desk.put("agenda")
    desk.clock.move(NOON)

    def breaks(*_, **__):
        monkeypatch.undo()
        raise InDoubt("the database")

    monkeypatch.setattr("bot.courier.claim", breaks)
    with pytest.raises(InDoubt):
        await desk.courier.send_due()
    await desk.send()
    assert desk.said() == ["agenda"]
