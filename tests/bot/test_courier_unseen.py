"""Where a platform can't be read back: nothing in doubt is sent again without a host's word, and
nothing is lost without a host being asked."""

import asyncio
import random
from datetime import timedelta

import pytest

from bot.errands import ASKED, Patience
from bot.speech import card, encode_card
from storage import claims, old_posts
from tests.bot.office import NOON, Killed
from tests.bot.unseen import Unseen, unseen

HOUR = timedelta(hours=1)
LEASE = Patience().lease.total_seconds()


@pytest.fixture
async def desk(tmp_path, template):
    async with unseen(tmp_path, template) as made:
        yield made


def posts(desk: Unseen) -> int:
    """How many messages the bot has put into channels, all in all."""
    return len([c for c in desk.teams.calls("POST", "@thread.tacv2") if c.path.endswith("ies")])


async def test_a_lost_answer_is_asked_about_and_nothing_is_sent_by_itself(desk):
    desk.put()
    desk.teams.lose_answer(path="tacv2")
    said = await desk.asked()
    assert "did not tell me whether it posted this" in said
    assert "an agenda, in #learning-call in" in said
    assert "It is not there: send it again" in said
    assert "can’t correct it later" in said
    assert (desk.state(), desk.row().reason) == ("unknown", claims.IN_DOUBT)
    await desk.later(3600)
    assert desk.said() == ["agenda"]
    assert len(desk.told("ana")) == 1
    assert desk.told("grace") == desk.told("ben") == []


async def test_it_is_not_there_and_is_sent_exactly_once(desk):
    key = desk.put()
    desk.teams.drop(path="tacv2")
    await desk.asked()
    assert desk.said() == []
    said = await desk.presses("ana", f"resend {key}")
    assert "I send it now" in said
    again = await desk.presses("ana", f"resend {key}")
    assert "being sent again already" in again
    await desk.send()
    assert desk.said() == ["agenda"]
    assert "It is there" in await desk.presses("grace", f"resend {key}")
    await desk.later(7200)
    assert (desk.said(), desk.state(), desk.row().due_at) == (["agenda"], "sent", None)
    desk.put(words="better")
    await desk.send()
    assert desk.said() == ["better"]


async def test_two_hosts_who_press_at_once_send_it_once(desk):
    key = desk.put()
    desk.teams.drop(path="tacv2")
    await desk.asked()
    said = await asyncio.gather(
        *(desk.presses(who, f"resend {key}") for who in ("ana", "grace", "ana", "grace"))
    )
    assert sum("I send it now" in each for each in said) == 1
    await desk.later(60)
    assert desk.said() == ["agenda"]


async def test_one_host_says_it_is_there_while_the_other_sends_it_again(desk):
    key = desk.put()
    desk.teams.lose_answer(path="tacv2")
    await desk.asked()
    said = await asyncio.gather(
        desk.presses("ana", f"found {key}"), desk.presses("grace", f"resend {key}")
    )
    assert sum("Thank you" in each for each in said) == 1
    await desk.later(60)
    assert len(desk.said()) == (1 if "I leave it" in said[0] else 2)


async def test_it_is_there_so_it_stays_as_it_is_and_replies_go_beside_it(desk):
    key = desk.put()
    desk.put("reply", under="agenda")
    desk.teams.lose_answer(path="tacv2")
    assert "1 post that belongs under it waits" in await desk.asked()
    assert desk.said() == ["agenda"]
    assert "I leave it" in await desk.presses("ana", f"found {key}")
    desk.put(words="better")
    await desk.send()
    assert desk.said() == ["agenda", "reply"]
    roots = {each.root for each in desk.channels["learning-call"].shown}
    assert len(roots) == 2
    assert (desk.state(), desk.row().due_at, desk.row().sent_id) == ("sent", None, "")
    assert "It is there" in await desk.presses("ana", f"resend {key}")


async def test_other_posts_go_on_meanwhile(desk):
    desk.put()
    desk.teams.drop(path="tacv2")
    await desk.asked()
    desk.put("link")
    await desk.send()
    assert desk.said() == ["link"]


async def test_a_resent_post_that_is_in_doubt_again_is_asked_about_again(desk):
    key = desk.put()
    desk.teams.drop(path="tacv2")
    await desk.asked()
    await desk.presses("ana", f"resend {key}")
    desk.teams.drop(path="tacv2")
    await desk.later(601)
    await desk.asked()
    assert len(desk.told("ana")) == 2
    await desk.presses("ana", f"resend {key}")
    await desk.send()
    assert desk.said() == ["agenda"]


async def test_too_late_is_said_kindly_and_nothing_is_sent(desk):
    key = desk.put(not_after=NOON + HOUR)
    reply = desk.put("reply", under="agenda", not_after=NOON + HOUR)
    desk.teams.drop(path="tacv2")
    await desk.asked()
    await desk.later(3600)
    said = await desk.presses("ana", f"resend {key}")
    assert "it is too late for that" in said
    assert "not sent any more" in await desk.presses("ana", f"resend {key}")
    await desk.later(10)
    assert (desk.state(), desk.state("reply"), desk.said()) == ("skipped", "skipped", [])
    assert reply


async def test_a_host_who_says_nothing_is_not_waited_for_for_ever(desk):
    desk.put()
    desk.put("reply", under="agenda")
    desk.teams.drop(path="tacv2")
    await desk.asked()
    await desk.later(ASKED.total_seconds() + 60)
    await desk.later(60)
    assert (desk.state(), desk.state("reply"), desk.said()) == ("skipped", "skipped", [])


@pytest.mark.parametrize("who", ["ben", "eve"])
@pytest.mark.parametrize("word", ["resend", "found"])
async def test_only_a_host_of_that_network_answers(desk, who, word):
    key = desk.put()
    desk.teams.drop(path="tacv2")
    await desk.asked()
    for rest in (key, "", "no-such-key", key.upper()):
        assert (
            await desk.presses(who, f"{word} {rest}") == "Only a host of that network can do that."
        )
    assert (
        await desk.presses("ana", f"{word} nothing") == "Only a host of that network can do that."
    )
    assert (desk.state(), desk.row().reason) == ("unknown", claims.IN_DOUBT)


@pytest.mark.parametrize("dies", ["before", "after"])
async def test_a_process_that_dies_while_it_sends_leaves_it_to_a_host(desk, dies):
    desk.put()
    desk.door.dies = dies
    with pytest.raises(Killed):
        await desk.send()
    desk.restart()
    await desk.later(LEASE + 1)
    assert "an agenda, in #learning-call" in await desk.asked()
    assert posts(desk) == (dies == "after")


async def test_what_was_never_in_doubt_costs_nothing(desk):
    desk.put()
    await desk.send()
    assert desk.row().due_at is None
    await desk.later(3600)
    assert desk.told("ana") == []
    assert len(desk.teams.log) == 1


async def test_nothing_taken_is_tried_again_by_itself(desk):
    desk.put()
    desk.teams.fail(429, "Throttled", path="tacv2", times=2)
    desk.teams.fail(412, "PreconditionFailed", path="tacv2")
    await desk.asked()
    assert (desk.said(), desk.told("ana")) == (["agenda"], [])


async def test_edits_are_repeated_until_they_are_there(desk):
    desk.put()
    await desk.send()
    desk.put(words="better")
    desk.teams.lose_answer(on="PUT")
    desk.teams.fail(502, on="PUT")
    await desk.later(1)
    for _ in range(4):
        await desk.later(60)
    assert (desk.said(), desk.told("ana")) == (["better"], [])


async def test_what_was_wanted_before_the_database_came_back_is_asked_about_in_one_message(desk):
    for channel in ("learning-call", "harbor"):
        desk.put(channel=channel)
    for who in ("ben", "dee"):
        desk.nudge(who)
    desk.clock.move(NOON + timedelta(seconds=1))
    desk.database.losses += 1
    said = await desk.asked()
    assert len(desk.told("ana")) == 1
    assert "an agenda, in #learning-call" in said and "an agenda, in #harbor" in said
    assert "a reminder to check in, directly to 2 people" in said
    assert "ben" not in said.lower()
    assert desk.told("ben") == desk.told("dee") == []
    await desk.presses("ana", desk.buttons()["Send it anyway"])
    await desk.send()
    assert (desk.told("ben"), desk.told("dee")) == (["Dear ben"], ["Dear dee"])
    assert desk.said() == []


async def test_a_late_step_after_a_restore_is_asked_about_too(desk):
    desk.clock.move(NOON + 5 * HOUR)
    desk.restart()
    desk.put(since=NOON)
    assert "an agenda, in #learning-call" in await desk.asked()
    assert desk.said() == []


async def test_days_after_a_restore_hosts_are_not_asked_about_each_post(desk):
    """The clock says of each that it may be there; only what was late at the start is asked."""
    desk.clock.move(NOON + 5 * HOUR)
    desk.restart()
    desk.clock.move(NOON + 6 * HOUR)
    desk.put(since=NOON)
    await desk.asked()
    assert (desk.said(), desk.told("ana")) == (["agenda"], [])
    desk.put("link", since=NOON)
    desk.teams.drop(path="tacv2")
    assert "an agenda, in #learning-call" in await desk.asked()
    assert desk.said() == ["agenda"]


async def test_many_doubts_come_a_few_at_a_time(desk):
    keys = [desk.put(f"post {n:02}") for n in range(8)]
    desk.clock.move(NOON + timedelta(seconds=1))
    desk.database.losses += 1
    said = await desk.asked()
    assert said.count("It is not there") == 5 and "I ask about 3 more" in said
    assert len(desk.told("ana")) == 1
    rest = await desk.presses("ana", f"found {keys[0]}")
    assert rest.count("It is not there") == 5 and "I ask about 2 more" in rest
    for key in keys[1:]:
        rest = await desk.presses("ana", f"resend {key}")
    assert "It is not there" not in rest
    await desk.later(60)
    assert sorted(desk.said()) == [f"post {n:02}" for n in range(1, 8)]


async def test_the_question_itself_is_sent_at_least_once(desk):
    desk.put()
    desk.teams.drop(path="tacv2")
    desk.teams.drop(path="a:1", times=2)
    said = await desk.asked()
    assert "an agenda, in #learning-call" in said
    assert len(desk.told("ana")) == 1


async def test_a_question_that_is_always_in_doubt_does_not_flood_a_host(desk):
    desk.put()
    desk.teams.drop(path="tacv2")
    desk.teams.lose_answer(path="a:1", times=1000)
    await desk.send()
    for _ in range(12 * 12):
        await desk.later(300)
    assert 5 <= len(desk.told("ana")) <= 20


async def test_where_the_host_cannot_be_written_to_another_is_asked(desk):
    desk.put()
    desk.teams.drop(path="tacv2")
    desk.people["ana"].reachable = False
    await desk.asked()
    assert "an agenda, in #learning-call" in desk.told("grace")[-1]


async def test_a_late_answer_settles_it_even_while_the_host_is_asked(desk):
    """The sender was stopped for longer than its lease; what it learnt then is the truth."""
    key, send = desk.put(), desk.door.send

    async def slowly(post):
        desk.door.send = send
        sent = await send(post)
        first = desk.courier
        desk.clock.move(NOON + timedelta(seconds=LEASE + 1))
        desk.restart()
        await desk.asked()
        desk.courier = first
        return sent

    desk.door.send = slowly
    await desk.send()
    assert desk.state() == "sent"
    assert desk.row().sent_id == desk.channels["learning-call"].shown[0].id
    assert "It is there" in await desk.presses("ana", f"resend {key}")


async def test_a_clock_put_back_does_not_end_the_question(desk):
    desk.put()
    desk.teams.drop(path="tacv2")
    await desk.asked()
    desk.clock.move(NOON + timedelta(seconds=20))
    await desk.send()
    await desk.later(60)
    assert desk.state() == "unknown"
    assert len(desk.told("ana")) == 1


async def test_a_platform_without_a_door_is_explained(desk):
    desk.put()
    desk.courier._doors = {}
    await desk.courier.send_due()
    (notice,) = {text for text in desk.wanted("ana") if "can’t post anywhere" in text}
    assert "Homeroom is not connected to Microsoft Teams at the moment" in notice
    assert "TEAMS_" in notice and "operator’s guide" in notice
    desk.courier._doors = {"teams": desk.door}
    await desk.later(601)
    await desk.later(601)
    assert desk.said() == ["agenda"]


FAULTS = ("none", "lose", "drop", "500", "429", "412", "kill before", "kill after", "renew")


def inject(desk: Unseen, fault: str) -> None:
    match fault:
        case "lose":
            desk.teams.lose_answer(path="tacv2")
        case "drop":
            desk.teams.drop(path="tacv2")
        case "500" | "429" | "412":
            desk.teams.fail(int(fault), path="tacv2")
        case "kill before" | "kill after":
            desk.door.dies = fault.removeprefix("kill ")
        case "renew":
            desk.clock.move(desk.clock.now() + timedelta(seconds=1))
            desk.database.losses += 1


@pytest.mark.parametrize("seed", range(10))
async def test_never_twice_without_a_press_never_lost_without_a_question(desk, seed):
    drawn = random.Random(seed)  # noqa: S311 - no secret
    faults = [drawn.choice(FAULTS) for _ in range(8)]
    keys = {}
    for number, fault in enumerate(faults):
        keys[f"post {number}"] = desk.put(f"post {number}")
        inject(desk, fault)
        try:
            await desk.send()
        except Killed:
            desk.restart()
        for _ in range(4):
            await desk.later(25)
    there = desk.everything()
    assert set(there.values()) <= {1}, faults
    for name, key in keys.items():
        assert (desk.state(name) == "unknown") == (desk.row(name).reason == claims.IN_DOUBT)
        assert there[name] or desk.state(name) == "unknown", faults
        if desk.state(name) == "unknown":
            assert desk.told("ana"), faults
            await desk.presses("ana", f"{'found' if there[name] else 'resend'} {key}")
    await desk.later(60)
    assert desk.everything() == dict.fromkeys(keys, 1)
    assert {desk.state(name) for name in keys} == {"sent"}


async def test_a_database_that_lost_nothing_asks_nobody(desk: Unseen) -> None:
    """A restart at the minute of a step, on a file that was in use a moment ago."""
    desk.put(since=desk.clock.now())
    desk.clock.move(desk.clock.now() + timedelta(seconds=30))
    desk.restart(trusted=True)
    await desk.send()
    assert desk.said() == ["agenda"]
    assert not desk.wanted("ana")


async def test_what_is_older_than_is_kept_is_taken_away_in_channels_threads_and_chats(desk):
    """And where nobody but a host knows that a post is there, hosts are told that it stands."""
    desk.put("question")
    desk.clock.move(NOON + timedelta(seconds=1))
    desk.put("page 2", under="question")
    desk.nudge("ben")
    await desk.send()
    desk.teams.lose_answer(path="tacv2")
    key = desk.put("agenda")
    await desk.asked()
    await desk.presses("ana", f"found {key}")
    assert desk.said() == ["question", "page 2", "agenda"]
    old = desk.clock.now() + timedelta(minutes=1)

    def mark(session):
        shown = encode_card(card("Deleted."))
        now = desk.clock.now()
        asked = {"network_id": desk.network_id, "before": old, "card": shown, "most": 200}
        old_posts.mark(session, **asked, now=now)

    desk.database.write(mark).result()
    for _ in range(10):
        await desk.later(4)
    assert (desk.said(), desk.told("ben")) == (["agenda"], [])
    deleted = [call.path for call in desk.teams.calls("DELETE", "tacv2")]
    assert sum("messageid=" in path for path in deleted) == 1
    standing = desk.database.read(lambda s: old_posts.standing(s, network_id=desk.network_id))
    assert [each.reason for each in standing.result()] == [old_posts.UNKNOWN_ID]
