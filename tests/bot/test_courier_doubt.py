"""Posts that may be there already, and posts that came to be there twice."""

from datetime import timedelta

import pytest

from bot.errands import Patience
from storage import claims
from tests.bot.office import NOON

HOUR = timedelta(hours=1)


def renewed(desk):
    """As if the database's server had gone and come back."""
    desk.database.losses += 1


async def looked(desk, key):
    await desk.send()
    return len(desk.calls("conversations.history")), desk.there()[key], desk.state("agenda")


async def test_what_was_wanted_before_the_database_came_back_is_looked_up_first(desk):
    """A server that failed over may have lost that this was sent."""
    key = desk.put("agenda")
    await desk.door.send(desk.post("agenda"))  # sent, and forgotten
    desk.clock.move(NOON + timedelta(seconds=1))
    renewed(desk)
    assert await looked(desk, key) == (1, 1, "sent")
    assert len(desk.calls("chat.postMessage")) == 1


async def test_it_is_looked_up_once_and_then_sent(desk):
    key = desk.put("agenda")
    desk.clock.move(NOON + timedelta(seconds=1))
    renewed(desk)
    assert await looked(desk, key) == (1, 1, "sent")


async def test_what_is_wanted_after_that_is_sent_at_once(desk):
    desk.clock.move(NOON + timedelta(seconds=1))
    renewed(desk)
    await desk.send()
    key = desk.put("agenda")
    assert await looked(desk, key) == (0, 1, "sent")


async def test_a_late_step_may_have_been_posted_before_a_backup_was_restored(desk):
    """The step was due while the lost database still worked; it is looked for since then."""
    desk.put("agenda")
    await desk.door.send(desk.post("agenda"))
    desk.forget()
    desk.clock.move(NOON + 5 * HOUR)
    desk.restart()
    key = desk.put("agenda", since=NOON)
    assert await looked(desk, key) == (1, 1, "sent")
    assert len(desk.calls("chat.postMessage")) == 1


async def test_a_copy_is_taken_away_and_the_known_one_stays(desk):
    key = desk.put("agenda")
    desk.world.faults.add("chat.postMessage", "late", seconds=25)  # later than we wait
    await desk.send()
    await desk.later(16)
    assert desk.state("agenda") == "sent"
    kept = desk.row("agenda").sent_id
    desk.watch.forward(10)
    await desk.world.until(lambda: desk.there() == {key: 2})
    await desk.later(61)
    assert desk.there() == {key: 1}
    assert desk.row("agenda").sent_id == kept == desk.history()[0]["ts"]
    await desk.to_the_end()
    assert desk.there() == {key: 1}


async def test_a_copy_that_comes_later_still_is_found_by_the_second_look(desk):
    key = desk.put("agenda")
    desk.world.faults.add("chat.postMessage", "late", seconds=200)
    await desk.send()
    await desk.later(16)
    await desk.later(61)
    desk.watch.forward(130)
    await desk.world.until(lambda: desk.there() == {key: 2})
    await desk.later(601)
    assert desk.there() == {key: 1}
    assert desk.due() == []


async def test_a_post_that_was_never_in_doubt_is_not_looked_for(desk):
    desk.put("agenda")
    await desk.send()
    assert desk.due() == []
    await desk.later(700)
    assert {call.method for call in desk.world.log} == {"auth.test", "chat.postMessage"}


async def test_an_edit_does_not_wait_for_an_audit_nor_end_it(desk):
    desk.put("agenda", "first")
    desk.world.faults.add("chat.postMessage", "lost_answer")
    await desk.send()
    await desk.later(16)
    assert desk.row("agenda").audits == len(Patience().audits)
    desk.put("agenda", "second")
    await desk.send()
    assert desk.said() == ["second"]
    assert desk.row("agenda").audits == len(Patience().audits)
    await desk.to_the_end()
    assert desk.row("agenda").audits == 0


async def test_an_audit_that_fails_is_made_again(desk):
    key = desk.put("agenda")
    desk.world.faults.add("chat.postMessage", "late", seconds=25)
    await desk.send()
    await desk.later(16)
    desk.watch.forward(10)
    await desk.world.until(lambda: desk.there() == {key: 2})
    desk.world.faults.add("chat.delete", "error_before")
    await desk.later(61)
    assert desk.there() == {key: 2}
    await desk.to_the_end()
    assert desk.there() == {key: 1}


async def test_a_forged_key_does_not_make_us_think_that_we_posted(desk):
    """Somebody else's app writes our very key into the channel, in metadata and in a block."""
    key = desk.put("agenda")
    await desk.forge(key)
    desk.clock.move(NOON + timedelta(seconds=1))
    renewed(desk)
    await desk.send()
    assert desk.said() == ["forged", "agenda"]
    await desk.to_the_end()
    assert desk.said() == ["forged", "agenda"]  # and it is no copy of ours to take away


async def test_a_sender_that_was_stopped_too_long_leaves_the_post_to_others(desk):
    """SIGSTOP between claim and send: another took it meanwhile."""
    key, attempt = desk.put("agenda"), desk.courier._attempt

    async def after_a_stop(errand):
        desk.clock.move(NOON + timedelta(seconds=61))
        other = desk.courier
        await desk.restart().send_due()
        desk.courier = other
        return await attempt(errand)

    desk.courier._attempt = after_a_stop
    await desk.send()
    await desk.to_the_end()
    assert desk.there() == {key: 1}
    assert len(desk.calls("chat.postMessage")) == 1


async def test_two_that_both_sent_leave_one(desk):
    """Stopped between the last look at the clock and the network: both send, one stays."""
    key, send = desk.put("agenda"), desk.door.send

    async def after_a_stop(post):
        desk.door.send = send
        desk.clock.move(NOON + timedelta(seconds=61))
        first = desk.courier
        await desk.restart().send_due()
        await desk.courier.send_due()
        desk.courier = first
        return await send(post)

    desk.door.send = after_a_stop
    await desk.send()
    assert desk.there() == {key: 2}
    await desk.to_the_end()
    assert desk.there() == {key: 1}
    assert desk.row("agenda").sent_id == desk.history()[0]["ts"]


async def test_a_channel_deleted_between_claim_and_send(desk):
    send = desk.door.send

    async def deleted_meanwhile(post):
        desk.world.channels.pop("C1", None)
        return await send(post)

    desk.door.send = deleted_meanwhile
    desk.put("agenda")
    desk.put("elsewhere", channel="C2")
    await desk.courier.send_due()
    desk.door.send = send
    await desk.send()
    assert (desk.state("agenda"), desk.lane().stopped) == ("planned", "channel_not_found")
    assert desk.said("C2") == ["elsewhere"]
    await desk.later(25 * 3600)
    assert (desk.state("agenda"), desk.row("agenda").reason) == ("skipped", "channel_not_found")
    assert desk.due() == []


@pytest.mark.parametrize("lost", ["sending", "all"])
async def test_a_process_that_starts_alone_looks_up_what_the_dead_one_was_sending(desk, lost):
    key = desk.put("agenda")
    post = desk.post("agenda")
    await desk.courier._turn(1)  # claimed, and then it died
    for task in desk.courier._under_way.values():
        task.cancel()
    if lost == "all":
        await desk.door.send(post)
    desk.restart()
    look_at = NOON + Patience().settle
    desk.database.write(lambda session: claims.let_go(session, look_at=look_at)).result()
    await desk.send()
    assert desk.calls("conversations.history") == []
    await desk.to_the_end()
    assert desk.there() == {key: 1}
