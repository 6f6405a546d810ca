"""What is older than a network keeps is taken away on the platform, whatever happens meanwhile."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errands import DEAD, Patience
from bot.errors import Refused
from bot.playground.plain import plain
from bot.speech import card, encode_card
from storage import lanes, old_posts, outbox
from tests.bot.office import NOON, Killed, office

LEASE = Patience().lease.total_seconds()
KEPT = "Deleted: Bay keeps 6 months."


def leave(desk, most=200):
    """All that was wanted before now is older than is kept."""

    def mark(session):
        old_posts.mark(
            session,
            network_id=desk.network_id,
            before=desk.clock.now() + timedelta(seconds=1),
            card=encode_card(card(KEPT)),
            now=desk.clock.now(),
            most=most,
        )

    desk.database.write(mark).result()


def forget(desk):
    """Delete the rows of what is gone."""
    values = {"network_id": desk.network_id, "before": desk.clock.now(), "limit": 100}
    return desk.database.write(lambda session: old_posts.forget(session, **values)).result()


def counts(desk):
    return desk.database.read(outbox.counts).result()


def words(desk, channel):
    """What is said in a channel, but for the platform's own note where there are replies."""
    there = [each for each in desk.history(channel) if each.get("subtype") != "tombstone"]
    return sorted(plain(each["blocks"]) for each in there)


def standing(desk):
    read = desk.database.read(lambda s: old_posts.standing(s, network_id=desk.network_id))
    return [each.reason for each in read.result()]


async def test_an_old_post_is_taken_away_and_only_then_is_its_row(desk):
    desk.put("agenda", "What Ben tried")
    await desk.send()
    leave(desk)
    row = desk.row("agenda")
    assert (row.state, b"Ben" in row.card, desk.said()) == ("leaving", False, ["What Ben tried"])
    forget(desk)
    assert counts(desk) == {"leaving": 1}
    await desk.to_the_end()
    assert (desk.said(), counts(desk)) == ([], {"gone": 1})
    forget(desk)
    assert counts(desk) == {}
    assert [call.method for call in desk.world.log][1:] == ["chat.postMessage", "chat.delete"]


async def test_what_was_never_there_only_goes_here(desk):
    desk.put("nudge", not_after=NOON - timedelta(minutes=1))
    await desk.send()
    desk.clock.move(NOON + timedelta(hours=1))
    assert forget(desk) == 1
    assert counts(desk) == {} and desk.calls("chat.delete") == []


@pytest.mark.parametrize(
    "fault", ["lost_answer", "error_before", "error_after", "reset", "rate_limited", "late"]
)
async def test_a_deletion_that_met_a_fault_is_made_again(desk, fault):
    desk.put("agenda")
    await desk.send()
    leave(desk)
    desk.world.faults.add("chat.delete", fault, times=2, seconds=5)
    await desk.to_the_end()
    assert (desk.said(), counts(desk), standing(desk)) == ([], {"gone": 1}, [])
    assert 2 <= len(desk.calls("chat.delete")) <= 3


@pytest.mark.parametrize("dies", ["before", "after"])
async def test_a_death_on_either_side_of_a_deletion_does_no_harm(desk, dies):
    desk.put("agenda")
    await desk.send()
    leave(desk)
    mortal(desk)[0] = f"dies {dies}"
    with pytest.raises(Killed):
        await desk.later(4)
    desk.restart()
    await desk.later(LEASE - 1)
    assert counts(desk) == {"leaving": 1}
    await desk.to_the_end()
    assert (desk.said(), counts(desk), standing(desk)) == ([], {"gone": 1}, [])


async def test_what_somebody_deleted_already_is_gone(desk):
    desk.put("agenda")
    await desk.send()
    desk.world.messages["C1"].clear()
    leave(desk)
    await desk.to_the_end()
    assert (counts(desk), standing(desk)) == ({"gone": 1}, [])


async def test_what_may_not_be_deleted_says_only_that_it_was(desk):
    desk.put("agenda", "What Ben tried")
    await desk.send()
    leave(desk)

    async def refuse(place, sent, thread=""):
        raise Refused("compliance_exports_prevent_deletion")

    desk.door.delete = refuse
    await desk.to_the_end()
    assert (desk.said(), counts(desk), standing(desk)) == ([KEPT], {"gone": 1}, [])


async def test_what_may_not_be_changed_either_is_known_to_stand(desk):
    desk.put("agenda")
    await desk.send()
    desk.history()[0]["user"] = "USOMEBODY"  # as of an app that was installed anew
    leave(desk)
    await desk.to_the_end()
    assert counts(desk) == {"gone": 1}
    assert standing(desk)[0].startswith("cant_")
    forget(desk)
    assert counts(desk) == {"gone": 1}  # a host is to be told first
    desk.database.write(lambda s: old_posts.told(s, network_id=desk.network_id)).result()
    forget(desk)
    assert counts(desk) == {}


async def test_a_thread_that_people_answered_in_stays_theirs(desk):
    desk.put("question")
    desk.put("page 2", under="question")
    await desk.send()
    root = desk.history()[0]
    theirs = {**root, "ts": f"{root['ts']}9", "user": "UBEN", "thread_ts": root["ts"]}
    desk.world.messages["C1"][theirs["ts"]] = theirs
    root["reply_count"] = 2
    leave(desk)
    await desk.to_the_end()
    there = {message["ts"]: message.get("text") for message in desk.history()}
    assert there == {root["ts"]: "This message was deleted.", theirs["ts"]: theirs["text"]}


async def test_a_thread_goes_before_its_first_posts_row(desk):
    desk.put("question")
    desk.clock.move(NOON + timedelta(microseconds=1))
    desk.put("page 2", under="question")
    await desk.send()
    leave(desk, most=1)
    await desk.to_the_end()
    forget(desk)
    assert counts(desk) == {"gone": 1, "sent": 1}
    leave(desk)
    await desk.to_the_end()
    for _ in range(2):
        forget(desk)
    assert counts(desk) == {}


async def test_an_edit_on_its_way_does_not_bring_it_back(desk):
    desk.put("agenda", "first words")
    await desk.send()
    change = desk.door.change

    async def slowly(post):
        leave(desk)
        await change(post)

    desk.door.change = slowly
    desk.put("agenda", "second words")
    await desk.send()
    assert desk.state("agenda") == "leaving"
    desk.put("agenda", "third words")  # nor does whoever composes it once more
    await desk.to_the_end()
    assert (desk.said(), counts(desk)) == ([], {"gone": 1})


async def test_a_reply_that_comes_late_is_not_sent_under_what_leaves(desk):
    desk.put("question")
    await desk.send()
    leave(desk)
    desk.put("answer", under="question")
    await desk.to_the_end()
    assert (desk.said(), desk.state("answer")) == ([], "skipped")


async def test_thousands_that_leave_hold_up_nothing_and_keep_their_pace(desk):
    for number in range(200):
        desk.put(f"old {number}", channel="C1" if number % 2 else "C2")
    await desk.send()
    leave(desk)
    before = len(desk.calls("chat.delete"))
    for second in range(60):
        if second % 10 == 0:
            desk.put(f"new {second}")
        await desk.later(1)
        assert "planned" not in counts(desk)
    assert 15 <= len(desk.calls("chat.delete")) - before <= 20  # Slack takes fifty a minute
    for _ in range(200):
        await desk.later(3)
    assert desk.said() == [f"new {second}" for second in range(0, 60, 10)]
    assert counts(desk) == {"gone": 200, "sent": 6}


async def test_a_place_that_is_closed_stops_nothing_and_is_given_up_after_a_week(desk):
    for number in range(5):
        desk.put(f"old {number}", channel="C2")
    desk.put("old", channel="C1")
    await desk.send()
    leave(desk)
    delete = desk.door.delete

    async def closed(place, sent, thread=""):
        if place.channel == "C2":
            refusals.append(sent)
            raise Refused("is_archived", "place")
        await delete(place, sent, thread)

    refusals: list[str] = []
    desk.door.delete = closed
    for _ in range(8):
        await desk.later(4)
    assert desk.said() == [] and len(refusals) == 1  # one speaks for all that are there
    assert desk.lane("C2").stopped == ""
    for _ in range(2 * 24 * 7):
        await desk.later(1800)
    assert counts(desk) == {"gone": 6}
    assert standing(desk) == ["is_archived"] * 5
    assert len(refusals) <= 40


async def test_a_workspace_that_takes_nothing_is_waited_for_and_then_given_up(desk):
    desk.put("old")
    await desk.send()
    leave(desk)
    space = lanes.name_of("slack", "T1")
    stop = {"name": space, "reason": "token_revoked", "now": desk.clock.now()}
    desk.database.write(lambda session: lanes.stop(session, **stop)).result()

    async def refuse(place, sent, thread=""):
        raise Refused("token_revoked", "workspace")

    desk.door.delete = refuse
    for _ in range(3):
        await desk.later(3600 * 6)
    assert counts(desk) == {"leaving": 1}
    await desk.later(DEAD.total_seconds())
    assert standing(desk) == ["token_revoked"]


KINDS = ["lost_answer", "error_before", "error_after", "reset", "rate_limited", "late"]


def mortal(desk):
    """The process may die before the next post is taken away, or after: say which."""
    delete, dies = desk.door.delete, [""]

    async def take_away(*args):
        how, dies[0] = dies[0], ""
        if how == "dies before":
            raise Killed
        await delete(*args)
        if how == "dies after":
            raise Killed

    desk.door.delete = take_away
    return dies


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from([*KINDS, "", "dies before", "dies after", "edit"]), max_size=14))
def test_whatever_happens_what_is_old_goes_and_what_is_new_stays(
    tmp_path_factory, template, happens
):
    async def live() -> None:
        async with office(tmp_path_factory.mktemp("office"), template) as desk:
            for channel in ("C1", "C2"):
                desk.put("root", channel=channel)
                desk.put("reply", channel=channel, under="root")
            await desk.send()
            leave(desk)
            dies = mortal(desk)
            for number, each in enumerate(happens):
                if each in KINDS:
                    desk.world.faults.add("chat.delete", each, seconds=5)
                    desk.world.faults.add("chat.postMessage", each, seconds=5)
                elif each.startswith("dies"):
                    dies[0] = each
                elif each == "edit":
                    desk.put("root", f"root {number}")
                desk.put(f"new {number}")
                try:
                    await desk.later(7)
                except Killed:
                    desk.restart()
            desk.world.faults.clear()
            dies[0] = ""
            await desk.to_the_end()
            assert words(desk, "C1") == sorted(f"new {n}" for n in range(len(happens)))
            assert words(desk, "C2") == standing(desk) == []
            assert counts(desk).get("gone") == 4

    asyncio.run(live())
