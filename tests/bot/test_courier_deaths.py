"""Couriers that die, couriers side by side, and couriers without a database."""

import asyncio
import sqlite3
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errands import Patience
from storage import outbox
from tests.bot.office import NOON, Killed, key_of, office

LEASE = Patience().lease


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


@pytest.mark.sqlite_only("locks the file")
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


@pytest.mark.sqlite_only("locks the file")
async def test_an_outcome_that_could_not_be_written_down_is_written_later(desk, tmp_path):
    send, locks = desk.door.send, []

    async def then_lock(post):
        sent = await send(post)
        locks.append(sqlite3.connect(tmp_path / "homeroom.db", isolation_level=None))
        locks[0].execute("BEGIN EXCLUSIVE")
        return sent

    desk.door.send = then_lock
    key = desk.put("agenda")
    with pytest.raises(Exception, match="locked"):
        await desk.courier.send_due()
    locks[0].execute("COMMIT")
    assert desk.state("agenda") == "sending"
    await desk.send()
    assert desk.state("agenda") == "sent"
    await desk.to_the_end()
    assert desk.there() == {key: 1}
    assert desk.calls("conversations.history") == []  # it was never in doubt


async def test_a_sender_that_died_with_its_outcome_is_looked_after(desk):
    key = desk.put("agenda")
    desk.door.dies = "after"
    with pytest.raises(Killed):
        await desk.send()
    desk.restart()
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
