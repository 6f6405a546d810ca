"""What must be on a platform gets there, once: counted in the platform's own history and log."""

import asyncio
import sqlite3
from datetime import timedelta

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.courier import LEASE
from bot.errors import Refused
from storage import outbox
from storage.models import OutboxPost
from tests.bot.office import NOON, Killed, key_of, office


@pytest.fixture
async def desk(tmp_path, template, monkeypatch):
    monkeypatch.setattr("storage.database.BUSY_MS", 20)
    async with office(tmp_path, template) as made:
        yield made


async def test_a_post_is_sent_and_written_down(desk):
    key = desk.put("agenda", "Today's agenda")
    await desk.send()
    assert desk.said() == ["Today's agenda"]
    row = desk.row("agenda")
    assert (row.state, row.sent_id, row.sent_at) == ("sent", desk.history()[0]["ts"], NOON)
    assert (row.due_at, row.lease_until) == (None, None)
    assert desk.there() == {key: 1}
    await desk.to_the_end()
    assert len(desk.world.log) == 2  # auth.test and one post: nothing was asked again


async def test_the_same_key_put_twice_is_one_post(desk):
    desk.put("agenda", "Once")
    desk.put("agenda", "Once")
    await desk.send()
    desk.put("agenda", "Once")
    await desk.send()
    assert desk.said() == ["Once"]
    assert desk.calls("chat.update") == []


@pytest.mark.parametrize(
    ("fault", "sent_again"),
    [
        ("lost_answer", False),
        ("error_after", False),
        ("error_before", True),
        ("reset", True),
    ],
)
async def test_a_post_in_doubt_is_looked_up_before_it_is_sent_again(desk, fault, sent_again):
    key = desk.put("agenda")
    desk.world.faults.add("chat.postMessage", fault)
    await desk.send()
    assert desk.state("agenda") == "unknown"
    await desk.later(14)
    assert desk.calls("conversations.history") == []  # the platform is given time to settle
    await desk.later(2)
    looked = [call.method for call in desk.world.log if call.method != "auth.test"]
    again = ["chat.postMessage"] if sent_again else ["chat.update"]
    assert looked == ["chat.postMessage", "conversations.history", *again]
    await desk.to_the_end()
    assert desk.there() == {key: 1}
    assert desk.row("agenda").sent_id == desk.history()[0]["ts"]


async def test_a_hang_is_in_doubt_too(desk):
    desk.door._clients._open = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=0.05))
    key = desk.put("agenda")
    desk.world.faults.add("chat.postMessage", "hang")
    await desk.send()
    assert desk.state("agenda") == "unknown"
    await desk.to_the_end()
    assert desk.there() == {key: 1}


async def test_a_post_that_lands_late_is_not_sent_again(desk):
    key = desk.put("agenda")
    desk.world.faults.add("chat.postMessage", "late", seconds=10)
    await desk.send()
    assert desk.there() == {}
    desk.watch.forward(10)
    await desk.world.until(lambda: desk.there() == {key: 1})
    await desk.later(16)
    assert desk.state("agenda") == "sent"
    await desk.to_the_end()
    assert desk.there() == {key: 1}


async def test_the_look_up_may_fail_too(desk):
    key = desk.put("agenda")
    desk.world.faults.add("chat.postMessage", "lost_answer")
    desk.world.faults.add("conversations.history", "error_before", times=3)
    await desk.send()
    for _ in range(3):
        await desk.later(61)
        assert desk.state("agenda") == "unknown"
    await desk.to_the_end()
    assert desk.there() == {key: 1}
    assert len(desk.calls("chat.postMessage")) == 1


async def test_retry_after_is_honoured_by_the_whole_channel_and_by_no_other(desk):
    desk.put("first")
    desk.put("elsewhere", channel="C2")
    desk.world.faults.add(
        "chat.postMessage", "rate_limited", seconds=30, where=lambda args: args["channel"] == "C1"
    )
    await desk.send()
    desk.put("second")
    desk.put("elsewhere again", channel="C2")
    await desk.later(29)
    assert desk.said() == []
    assert desk.said("C2") == ["elsewhere", "elsewhere again"]
    assert len([call for call in desk.calls("chat.postMessage") if call.error]) == 1
    await desk.later(2)
    assert desk.said() == ["first", "second"]  # in their order
    assert desk.calls("conversations.history") == []  # nothing was taken: nothing to look up


@pytest.mark.parametrize(
    ("channel", "reason"), [("C404", "channel_not_found"), ("C9", "not_in_channel")]
)
async def test_a_refused_post_is_failed_and_holds_up_nothing(desk, channel, reason):
    desk.put("refused", channel=channel)
    desk.put("reply", channel=channel, under="refused")
    desk.put("fine")
    await desk.send()
    row = desk.row("refused", channel)
    assert (row.state, row.reason, row.due_at) == ("failed", reason, None)
    assert desk.state("reply", channel) == "skipped"
    assert desk.said() == ["fine"]
    assert desk.due() == []


async def test_a_revoked_token_fails_what_is_left(desk):
    desk.put("before")
    await desk.send()
    desk.installation.revoked = "token_revoked"
    desk.put("before", "edited")
    desk.put("after")
    await desk.send()
    assert (desk.state("before"), desk.state("after")) == ("sent", "failed")
    assert desk.row("after").reason == "token_revoked"
    assert desk.due() == []


async def test_a_platform_without_a_door_is_refused(desk):
    desk.put("note", platform="teams")
    await desk.send()
    assert (desk.state("note"), desk.row("note").reason) == ("failed", "no_door_for_this_platform")


async def test_a_card_that_cannot_be_read_holds_up_nothing(desk):
    key = desk.put("old")
    desk.put("fine")

    def spoil(session):
        session.get(OutboxPost, key).card = b'{"elements": 1}'

    desk.database.write(spoil).result()
    await desk.send()
    assert (desk.state("old"), desk.row("old").reason) == ("failed", "card_unreadable")
    assert desk.said() == ["fine"]


# -- threads ---------------------------------------------------------------------------------------


async def test_a_reply_waits_for_its_threads_first_post(desk):
    desk.put("reply", under="root")  # even when it was put first
    desk.put("root")
    desk.world.faults.add("chat.postMessage", "error_before")
    await desk.send()
    assert desk.said() == []
    await desk.to_the_end()
    root, reply = desk.history()
    assert desk.said() == ["root", "reply"]
    assert reply["thread_ts"] == root["ts"]


async def test_a_reply_in_doubt_is_looked_up_in_its_thread(desk):
    desk.put("root")
    key = desk.put("reply", under="root")
    desk.world.faults.add("chat.postMessage", "lost_answer", where=lambda a: "thread_ts" in a)
    await desk.send()
    await desk.to_the_end()
    assert len(desk.calls("conversations.replies")) == 1
    assert desk.there()[key] == 1


async def test_a_reply_is_skipped_when_its_first_post_will_never_be_there(desk):
    desk.put("root", not_after=NOON - timedelta(minutes=1))
    desk.put("reply", under="root")
    desk.put("orphan", under="nothing")
    desk.put("next")
    await desk.send()
    assert [desk.state(of) for of in ("root", "reply", "orphan")] == ["skipped"] * 3
    assert desk.row("root").reason == "it was too late to send"
    assert desk.row("reply").reason == "the post it belongs under is not there"
    assert desk.said() == ["next"]


async def test_pages_of_a_thread_come_in_their_order(desk):
    for number in range(6):
        desk.clock.move(desk.clock.now() + timedelta(microseconds=1))
        desk.put(f"page {number}", under="" if number == 0 else "page 0")
    await desk.send()
    assert desk.said() == [f"page {number}" for number in range(6)]


# -- edits -----------------------------------------------------------------------------------------


async def test_an_edit_while_a_post_is_in_doubt_reaches_it(desk):
    key = desk.put("agenda", "first words")
    desk.world.faults.add("chat.postMessage", "lost_answer")
    await desk.send()
    desk.put("agenda", "second words")
    await desk.to_the_end()
    assert desk.said() == ["second words"]
    assert desk.there() == {key: 1}


async def test_an_edit_while_a_post_is_on_its_way_reaches_it(desk):
    desk.put("agenda", "first words")
    send = desk.door.send

    async def slowly(post):
        sent = await send(post)
        desk.put("agenda", "second words")
        return sent

    desk.door.send = slowly
    await desk.send()
    assert desk.said() == ["second words"]
    assert desk.row("agenda").sent_edition == 2


async def test_a_lost_edit_is_made_again(desk):
    desk.put("agenda", "first words")
    await desk.send()
    desk.put("agenda", "second words")
    desk.world.faults.add("chat.update", "error_before")
    await desk.send()
    assert desk.state("agenda") == "sent"
    await desk.to_the_end()
    assert desk.said() == ["second words"]
    assert len(desk.calls("chat.update")) == 2


async def test_an_edit_of_a_deleted_message_comes_to_rest(desk):
    desk.put("agenda", "first words")
    await desk.send()
    desk.world.messages["C1"].clear()
    desk.put("agenda", "second words")
    await desk.send()
    row = desk.row("agenda")
    assert (row.state, row.reason) == ("sent", "message_not_found")
    assert desk.due() == []
    assert desk.said() == []


async def test_an_edit_newer_than_a_refused_one_is_tried(desk):
    desk.put("agenda", "first words")
    await desk.send()
    change = desk.door.change

    async def refuse_once(post):
        desk.door.change = change
        desk.put("agenda", "third words")
        raise Refused("msg_blocks_too_long")

    desk.door.change = refuse_once
    desk.put("agenda", "second words")
    await desk.send()
    assert desk.said() == ["third words"]


# -- time ------------------------------------------------------------------------------------------


async def test_what_is_too_late_is_skipped_even_after_a_doubt(desk):
    desk.put("nudge", not_after=NOON + timedelta(seconds=5))
    desk.world.faults.add("chat.postMessage", "error_before")
    await desk.send()
    await desk.to_the_end()
    assert desk.state("nudge") == "skipped"
    assert desk.there() == {}


async def test_a_channel_keeps_its_pace_and_others_go_on(desk):
    desk.restart(pace=1.0)
    for number in range(3):
        desk.put(f"post {number}")
        desk.put(f"post {number}", channel="C2")
    seen = []
    for _ in range(6):
        await desk.later(0.5)
        seen.append((len(desk.said()), len(desk.said("C2"))))
    assert seen == [(1, 1), (1, 1), (2, 2), (2, 2), (3, 3), (3, 3)]


async def test_a_slow_channel_holds_up_no_other(desk):
    hanging, send = asyncio.Event(), desk.door.send

    async def slow_in_c1(post):
        if post.place.channel == "C1":
            await hanging.wait()
        return await send(post)

    desk.door.send = slow_in_c1
    desk.put("slow")
    desk.put("waits its turn")
    for number in range(3):
        desk.put(f"fast {number}", channel="C2")
    running = asyncio.create_task(desk.courier.run())
    await desk.world.until(lambda: len(desk.said("C2")) == 3)
    assert desk.said() == []
    hanging.set()
    await desk.world.until(lambda: len(desk.said()) == 2)
    desk.courier.stop()
    await running
    assert {desk.state("slow"), desk.state("waits its turn")} == {"sent"}


async def test_a_full_queue_of_one_channel_holds_up_no_other(desk, monkeypatch):
    monkeypatch.setattr("bot.courier.MOST_AT_ONCE", 3)
    desk.restart(pace=60)
    for number in range(5):
        desk.put(f"queue {number}")
    desk.clock.move(NOON + timedelta(seconds=1))
    desk.put("alone", channel="C2")
    await desk.send()
    assert len(desk.said()) == 1
    assert desk.said("C2") == ["alone"]


async def test_a_clock_that_jumps_does_not_send_what_is_on_its_way_again(desk):
    """The demo's clock goes hours ahead while a post is being sent: its lease seems to be over."""
    send, jumped = desk.door.send, []

    async def slowly(post):
        desk.clock.move(NOON + timedelta(hours=9))
        jumped.append(await desk.courier.send_due())
        return await send(post)

    desk.door.send = slowly
    key = desk.put("agenda")
    await desk.send()
    assert jumped == [0]
    await desk.to_the_end()
    assert desk.there() == {key: 1}


# -- couriers that die, and couriers side by side --------------------------------------------------


@pytest.mark.parametrize("dies", ["before", "after"])
async def test_a_lapsed_lease_comes_back_as_unknown(desk, dies):
    key = desk.put("agenda")
    desk.door.dies = dies
    with pytest.raises(Killed):
        await desk.send()
    desk.restart()
    await desk.later(LEASE.total_seconds() - 1)
    assert (desk.state("agenda"), len(desk.calls("conversations.history"))) == ("sending", 0)
    await desk.later(2)
    assert len(desk.calls("conversations.history")) == 1
    await desk.to_the_end()
    assert desk.there() == {key: 1}


async def test_two_couriers_on_one_database_do_not_both_send(desk):
    keys = {desk.put(f"post {n}", channel=channel) for n in range(5) for channel in ("C1", "C2")}
    one, two = desk.restart(), desk.restart()
    while sum(await asyncio.gather(one.send_due(), two.send_due())):
        pass
    assert desk.there() == dict.fromkeys(keys, 1)


async def test_an_answer_that_comes_after_its_lease_still_counts(desk):
    """What is known to be there wins over whoever took the post since."""
    one, two = desk.restart(), desk.restart()
    send = desk.door.send

    async def slowly(post):
        desk.door.send = send
        sent = await send(post)
        desk.world.faults.add("conversations.history", "error_before")
        desk.clock.move(NOON + LEASE + timedelta(seconds=1))
        await two.send_due()
        return sent

    desk.door.send = slowly
    key = desk.put("agenda")
    await one.send_due()
    assert (desk.state("agenda"), desk.due()) == ("sent", [])
    await desk.to_the_end()
    assert desk.there() == {key: 1}


async def test_a_courier_that_cannot_use_the_database_goes_on_later(desk, tmp_path):
    running = asyncio.create_task(desk.courier.run())
    lock = sqlite3.connect(tmp_path / "homeroom.db", isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    desk.courier.wake()
    with pytest.raises(Exception, match="locked"):
        await asyncio.wrap_future(desk.database.write(lambda session: None))
    lock.execute("COMMIT")
    key = desk.put("agenda")
    desk.courier.wake()
    await desk.world.until(lambda: desk.there() == {key: 1})
    desk.courier.stop()
    await running
    assert desk.state("agenda") == "sent"


async def test_an_outcome_that_could_not_be_written_down_is_looked_up(desk, tmp_path):
    send, locks = desk.door.send, []

    async def then_lock(post):
        sent = await send(post)
        locks.append(sqlite3.connect(tmp_path / "homeroom.db", isolation_level=None))
        locks[0].execute("BEGIN EXCLUSIVE")
        return sent

    desk.door.send = then_lock
    key = desk.put("agenda")
    assert await desk.courier.send_due() == 1
    locks[0].execute("COMMIT")
    assert desk.state("agenda") == "sending"
    await desk.to_the_end()
    assert desk.there() == {key: 1}


async def test_a_courier_that_is_stopped_finishes_what_is_under_way(desk):
    send = desk.door.send

    async def stop_meanwhile(post):
        desk.courier.stop()
        return await send(post)

    desk.door.send = stop_meanwhile
    desk.put("one")
    desk.put("two")
    await desk.courier.run()
    assert sorted(each for each in (desk.state("one"), desk.state("two"))) == ["planned", "sent"]


KINDS = ["", "lost_answer", "error_before", "error_after", "reset", "rate_limited", "late"]


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from([*KINDS, "dies before", "dies after", "edit"]), max_size=14))
def test_whatever_happens_each_post_is_there_once(tmp_path_factory, template, happens):
    async def live() -> None:
        async with office(tmp_path_factory.mktemp("office"), template) as desk:
            roots = [desk.put("root", channel=channel) for channel in ("C1", "C2")]
            replies = [desk.put("reply", channel=channel, under="root") for channel in ("C1", "C2")]
            for number, each in enumerate(happens):
                if each in KINDS[1:]:
                    desk.world.faults.add("chat.postMessage", each, seconds=5)
                elif each.startswith("dies"):
                    desk.door.dies = each.split()[1]
                elif each == "edit":
                    desk.put("root", f"root {number}")
                try:
                    await desk.later(7)
                except Killed:
                    desk.restart()
            desk.world.faults.clear()
            desk.put("root", "at last")
            desk.door.dies = ""
            await desk.to_the_end()
            assert desk.there() == dict.fromkeys(roots + replies, 1)
            assert desk.said()[0] == "at last"
            counted = desk.database.read(outbox.counts).result()
            assert counted == {"sent": 4}

    asyncio.run(live())


def test_the_key_is_the_posts_alone():
    assert key_of("call 1 agenda") == key_of("call 1 agenda")
    assert len({key_of("call 1 agenda"), key_of("call 1 agenda", "C2"), key_of("call 2")}) == 3
