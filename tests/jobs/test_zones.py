"""A series whose zone nobody knows any more, and zones whose rules change."""

import struct
import zoneinfo
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot import plan
from bot.errors import Refusal
from bot.speech import decode_card, plain
from bot.zone_rules import read_again, rules_of
from storage import checkins, marks
from storage.models import Call, Member, Network, OutboxPost, Series
from tests.bot.rows import EARLY, FIRST
from tests.cast import CALL, MONDAY, Room, text
from tests.jobs.clockwork import Clockwork, a_network, a_series, clockwork
from tests.jobs.walking import kinds_in, walks_to

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
LOST = "Nowhere/Lost"


# -- a zone that is lost --------------------------------------------------------------------------


def lose(room: Room, series_id: int = 1) -> None:
    change = update(Series).where(Series.id == series_id).values(zone=LOST, planned_until=None)
    room.homeroom.database.write(lambda session: session.execute(change)).result()


async def test_a_lost_zone_holds_up_nothing_and_its_host_mends_it(room: Room) -> None:
    lose(room)
    await walks_to(room, CALL + 2 * DAY)
    asked = [said for said in room.direct("ana") if LOST in said]
    assert len(asked) == 1 and f"Type {room.told('call edit 1')} " in asked[0]
    assert not any(LOST in said for who in ("ben", "grace") for said in room.direct(who))
    assert room.when("Tue 24 Nov, 21:00", "UTC") in text(room.post("Check-in: "))
    assert room.post("Recap: ")
    coming = await room.says("ana", "call")
    assert room.when("Tue 1 Dec, 21:00", "UTC") in coming.text and LOST not in coming.text

    await room.fills("ana", "call edit 1", zone="Chicago")
    assert f"Changed. The next one is {room.when('Tue 1 Dec, 15:00')}" in room.seen.text
    await walks_to(room, CALL + 8 * WEEK)
    assert kinds_in(room, "learning-call")["Starting now"] == 9  # a week, none left out
    assert room.when("Tue 19 Jan, 15:00") in text(room.post("Check-in: "))
    assert len([said for said in room.direct("ana") if LOST in said]) == 1


async def test_a_lost_zone_is_refused_until_another_is_given(room: Room) -> None:
    lose(room)
    await room.settle()
    await room.fills("ana", "call edit 1", name="Our call")
    assert "I don’t know the time zone" in room.seen.errors["zone"]


async def test_a_call_in_a_lost_zone_is_moved_by_utc(room: Room) -> None:
    lose(room)
    await room.settle()
    form = await room.says("ana", "call move 1")
    assert form.view and "Time of day, in UTC" in form.text
    await room.fills("ana", "call move 1", on=(MONDAY + 2 * DAY).date(), at=time(18))
    assert f"Moved to {room.when('Wed 25 Nov, 18:00', 'UTC')}" in room.seen.text
    await room.settle()
    assert room.when("Wed 25 Nov, 18:00", "UTC") in text(room.post("Check-in: "))


async def test_a_network_or_member_whose_zone_is_lost_goes_on(room: Room) -> None:
    def change(session: Session) -> None:
        session.execute(update(Network).values(zone=LOST))
        session.execute(update(Member).values(zone=LOST))

    room.homeroom.database.write(change).result()
    await room.says("ben", "share https://example.org/moves it helped")
    await room.dialog("ben", ("find helped since:3d", "example.org/moves"))
    await walks_to(room, CALL + 2 * DAY)
    assert "it helped" in text(room.post("Recap: "))


@pytest.fixture
def works(tmp_path: Path) -> Iterator[Clockwork]:
    with clockwork(tmp_path) as made:
        yield made


def lost_and_sound(session: Session) -> None:
    for zone in (LOST, "America/Chicago", "../etc", "America", ""):
        a_series(session, a_network(session, zone or "none"), zone=zone, name=f"Call of {zone}")


def test_only_series_in_known_zones_are_planned_and_each_lost_one_asks_once(
    works: Clockwork,
) -> None:
    works.write(lost_and_sound)
    for days in range(4):
        works.ticks_at(EARLY + days * DAY)
    assert {each.network_id for each in works.calls()} == {2}
    asked = works.posts("notice")
    assert sorted(each.network_id for each in asked) == [1, 3, 4, 5]
    assert {each.edition for each in asked} == {1}
    words = [plain(decode_card(each.card).elements) for each in asked]
    assert all("Type “call edit " in each for each in words)
    works.writes.clear()
    assert works.schedule.tick() == 0 and not works.writes


def test_a_date_of_a_lost_zone_cannot_be_left_out_before_it_is_mended(works: Clockwork) -> None:
    def leave_out(session: Session) -> None:
        made = a_series(session, a_network(session, "N"), zone=LOST)
        with pytest.raises(Refusal, match="Type “call edit 1”"):
            plan.skip(session, made, FIRST.date() + WEEK)

    works.write(leave_out)


# -- other rules ----------------------------------------------------------------------------------


def zone_file(hours: int) -> bytes:
    """A zone without summer time, so many hours from UTC, as zoneinfo reads it."""
    body = struct.pack(">6l", 0, 0, 0, 0, 1, 4) + struct.pack(">lBB", hours * 3600, 0, 0) + b"NEW\0"
    head = b"TZif2" + bytes(15)
    return head + body + head + body + f"\n<{hours:+03}>{-hours}\n".encode()


@pytest.fixture
def rules(tmp_path: Path) -> Iterator[Path]:
    """A folder that stands before the system's own zones; empty at first."""
    folder, before = tmp_path / "zones", zoneinfo.TZPATH
    (folder / "America").mkdir(parents=True)
    zoneinfo.reset_tzpath([str(folder), *before])
    read_again()
    yield folder
    zoneinfo.reset_tzpath(before)
    read_again()


def change_chicago(rules: Path, hours: int = -4) -> None:
    """From now on Chicago is so many hours from UTC, all the year."""
    (rules / "America" / "Chicago").write_bytes(zone_file(hours))


def restart(works: Clockwork) -> None:
    """As another process would: it has compared nothing yet."""
    works.schedule = type(works.schedule)(works.database, works.clock, web="", model=False)


def starts(works: Clockwork) -> list[datetime]:
    return [each.starts_at for each in works.calls()]


def test_what_zoneinfo_really_reads_is_what_is_written_down(rules: Path) -> None:
    system = rules_of("America/Chicago")
    change_chicago(rules)
    assert rules_of("America/Chicago") != system
    zoneinfo.reset_tzpath([])
    packed = rules_of("America/Chicago")
    assert packed.startswith("tzdata 20")
    assert rules_of("America/Denver") != packed
    assert rules_of(LOST) == rules_of("../etc") == "unknown"


def test_calls_keep_their_hour_when_the_rules_of_their_zone_change(
    works: Clockwork, rules: Path
) -> None:
    works.write(lambda s: a_series(s, a_network(s, "N")).id)
    works.ticks_at(EARLY)
    planned = starts(works)
    works.ticks_at(FIRST - 2 * DAY)  # the first call's check-in is there
    (post,) = works.posts("checkin")
    assert "15:00 (America/Chicago)" in decode_card(post.card).summary

    change_chicago(rules)  # two hours nearer to UTC: 15:00 is 19:00 there
    restart(works)
    works.schedule.tick()

    moved = [at - 2 * HOUR for at in planned]
    assert starts(works)[: len(moved)] == moved
    assert not any(each.moved or each.stale for each in works.calls())
    (post,) = works.posts("checkin")
    assert post.edition == 2 and "15:00 (America/Chicago)" in decode_card(post.card).summary
    assert f"{moved[0]:%Y-%m-%dT%H}".encode() in post.card
    assert not works.posts("notice")
    due = {each.kind: each.due_at for each in works.steps() if each.call_id == 1}
    assert due["start"] == moved[0] and due["agenda"] == moved[0] - DAY
    before = works.state()
    restart(works)
    works.schedule.tick()
    assert works.state() == before


def test_a_running_program_sees_new_rules_within_the_hour(works: Clockwork, rules: Path) -> None:
    works.write(lambda s: a_series(s, a_network(s, "N")).id)
    works.ticks_at(EARLY)
    planned = starts(works)
    change_chicago(rules)
    works.ticks_at(EARLY + HOUR)
    assert starts(works)[0] == planned[0] - 2 * HOUR


def test_of_two_replicas_with_different_rules_neither_undoes_the_other(
    works: Clockwork, rules: Path
) -> None:
    works.write(lambda s: a_series(s, a_network(s, "N")).id)
    works.ticks_at(EARLY)
    old = works.schedule
    mark = works.read(lambda s: marks.get(s, "rules of America/Chicago"))
    works.write(lambda s: marks.put(s, "rules of America/Chicago", "newer, of the other replica"))
    works.clock.move(EARLY + 2 * HOUR)
    old.tick()
    assert works.read(lambda s: marks.get(s, "rules of America/Chicago")) != mark


def test_what_a_host_moved_or_what_has_begun_stays_where_it_is(
    works: Clockwork, rules: Path
) -> None:
    works.write(lambda s: a_series(s, a_network(s, "N")).id)
    works.ticks_at(EARLY)
    works.ticks_at(FIRST)

    def move(session: Session) -> None:
        second = session.get_one(Call, 2)
        plan.move(session, second, second.starts_at + HOUR, FIRST)

    works.write(move)
    planned = starts(works)
    change_chicago(rules)
    restart(works)
    works.ticks_at(FIRST + HOUR / 60)
    assert starts(works)[:2] == planned[:2]
    assert starts(works)[2] == planned[2] - 2 * HOUR


def test_a_call_whose_hour_has_come_by_the_new_rules_begins(works: Clockwork, rules: Path) -> None:
    works.write(lambda s: a_series(s, a_network(s, "N")).id)
    works.ticks_at(EARLY)
    works.ticks_at(FIRST - 2 * HOUR - HOUR / 60)
    change_chicago(rules)
    works.ticks_at(FIRST - 2 * HOUR + HOUR / 6)
    restart(works)
    works.schedule.tick()
    first = works.calls()[0]
    assert (first.state, first.starts_at) == ("open", FIRST - 2 * HOUR)
    assert works.posts("start")


def test_a_zone_that_is_known_again_is_planned_further(works: Clockwork, rules: Path) -> None:
    works.write(lambda s: a_series(s, a_network(s, "N"), zone="America/Gone").id)
    works.ticks_at(EARLY)
    assert starts(works) == []
    (rules / "America" / "Gone").write_bytes(zone_file(-6))
    works.ticks_at(EARLY + DAY)
    assert starts(works)[0] == datetime(2026, 11, 24, 21, tzinfo=UTC)


def answered(session: Session) -> None:
    member = session.query(Member).first()
    assert member
    checkins.put(
        session, call=session.get_one(Call, 1), member_id=member.id, answers=["A"], now=EARLY
    )


def test_who_had_answered_finds_the_post_corrected_and_is_not_told_apart(
    works: Clockwork, rules: Path
) -> None:
    works.write(lambda s: a_series(s, a_network(s, "N")).id)
    works.ticks_at(EARLY)
    works.write(answered)
    works.ticks_at(FIRST - 2 * DAY)
    change_chicago(rules)
    restart(works)
    works.schedule.tick()
    kinds = [each.kind for each in works.posts() if not each.kind.startswith("role ")]
    assert set(kinds) == {"checkin", "answer"}
    apart = OutboxPost.direct, OutboxPost.kind.not_like("role %")
    assert works.read(lambda s: s.query(OutboxPost).filter(*apart).count()) == 0
