"""What must be on a platform gets there, once: counted in the platform's own history and log."""

import aiohttp
import pytest

from bot.errors import Refused
from storage.models import OutboxPost
from tests.bot.office import NOON


async def test_a_post_is_sent_and_written_down(desk):
    key = desk.put("agenda", "Today's agenda")
    await desk.send()
    assert desk.said() == ["Today's agenda"]
    row = desk.row("agenda")
    assert (row.state, row.sent_id, row.sent_at) == ("sent", desk.history()[0]["ts"], NOON)
    assert row.due_at is None
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


async def test_a_post_of_its_own_is_refused_and_holds_up_nothing(desk):
    send = desk.door.send

    async def too_long(post):
        desk.door.send = send
        raise Refused("msg_blocks_too_long")

    desk.door.send = too_long
    desk.put("a refused one")
    desk.put("reply", under="a refused one")
    desk.put("fine")
    await desk.send()
    row = desk.row("a refused one")
    assert (row.state, row.reason, row.due_at) == ("failed", "msg_blocks_too_long", None)
    assert desk.state("reply") == "skipped"
    assert desk.said() == ["fine"]
    assert desk.due() == []


async def test_a_card_that_cannot_be_read_holds_up_nothing(desk):
    key = desk.put("old")
    desk.put("fine")

    def spoil(session):
        session.get(OutboxPost, key).card = b'{"elements": 1}'

    desk.database.write(spoil).result()
    await desk.send()
    assert (desk.state("old"), desk.row("old").reason) == ("failed", "card_unreadable")
    assert desk.said() == ["fine"]
