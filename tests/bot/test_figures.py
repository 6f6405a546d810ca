"""What the program counts while it works, as Prometheus reads it."""

from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.cast import CALL, Room

AGENDA = CALL - timedelta(hours=24)


def figures(room: Room) -> dict[str, float]:
    page = room.homeroom.metrics.page(None, room.clock.now()).decode()
    every = [each for family in text_string_to_metric_families(page) for each in family.samples]
    return {each.name: each.value for each in every if not each.labels}


@pytest.mark.slack_only("counts what comes of Slack's own faults; a post can't be found on Teams")
async def test_posts_doubts_retries_and_claims_are_counted(room: Room) -> None:
    before = figures(room)
    room.world.faults.add("chat.postMessage", "rate_limited")
    room.world.faults.add("chat.postMessage", "lost_answer")
    await room.goes_to(AGENDA)
    await room.goes_to(AGENDA + timedelta(seconds=20))
    await room.goes_to(AGENDA + timedelta(seconds=40))
    after = figures(room)
    grown = {name: after[name] - before[name] for name in after}
    assert grown["homeroom_post_retries_total"] == 1
    assert grown["homeroom_post_doubts_total"] == 1
    assert grown["homeroom_post_late_seconds_count"] == 1  # the other was found, not sent
    assert grown["homeroom_post_late_seconds_sum"] == 20
    assert grown["homeroom_post_claims_total"] >= 5  # two sendings, a look, a sending, an edit


@pytest.mark.slack_only("a copy can't be found on Teams")
async def test_copies_and_refusals_are_counted(room: Room) -> None:
    room.channel("harbor").archived = True
    room.world.faults.add(
        "chat.postMessage", "error_after", where=lambda args: args["channel"] == "C1"
    )
    await room.goes_to(AGENDA)
    (post,) = [each for each in room.posts() if "Agenda" in str(each)]
    copies = figures(room)["homeroom_post_copies_deleted_total"]
    await room.goes_to(AGENDA + timedelta(seconds=20))
    room.world.messages["C1"][_later(post)] = {**post, "ts": _later(post)}
    await room.goes_to(AGENDA + timedelta(seconds=100))
    assert figures(room)["homeroom_post_copies_deleted_total"] == copies + 1
    assert figures(room)["homeroom_posts_refused_total"] == 1


def _later(post: dict[str, str]) -> str:
    return f"{float(post['ts']) + 5:.6f}"


async def test_steps_left_out_are_counted(room: Room) -> None:
    await room.goes_to(CALL + timedelta(days=20))
    assert figures(room)["homeroom_steps_skipped_total"] > 3
