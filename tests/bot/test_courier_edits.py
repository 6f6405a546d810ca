"""Replies wait for their thread, edits reach their post, and each channel keeps its time."""

import asyncio
from datetime import timedelta

from bot.errors import Refused
from tests.bot.office import NOON


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
    await desk.later(16)
    assert len(desk.calls("conversations.replies")) == 1
    await desk.to_the_end()
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
