"""One's own page: pauses, nudges, what one saved, what is kept of one; and a network's care."""

import asyncio
import json
from datetime import time, timedelta
from uuid import uuid4

import httpx
import pytest
from sqlalchemy.orm import Session

from bot.speech import Buttons, Card, Incoming, Place
from bot.web import make_web
from storage import care, people, wishes
from storage.models import Download
from tests.cast import CALL, MONDAY, Room, text
from tests.handlers.acting import nothing_changed, presses, problem_id
from tests.jobs.walking import walks_to
from tests.room import buttons

NUDGE = CALL - timedelta(hours=4)


def nudged(room: Room, who: str) -> bool:
    return any("Check in" in each and "Weekly call" in each for each in room.direct(who))


async def test_ones_own_page_says_who_one_is_here(room: Room) -> None:
    seen = await room.says("ben", "me")
    assert "Ben in Coaching Network" in seen.text and "Northside" in seen.text
    assert "America/Chicago" in seen.text
    assert {"Pause …", "Nudges off", "Export my data", "Erase my data"} <= set(
        buttons(seen.message)
    )
    assert "not in a network" in (await room.says("cleo", "me", "elsewhere")).text


async def test_whoever_pauses_is_left_alone_until_the_day(room: Room) -> None:
    await room.dialog("ben", ("me pause until December 1", "Paused until"))
    await room.dialog("ben", ("me", "paused until"))
    await walks_to(room, NUDGE + timedelta(minutes=1))
    assert not nudged(room, "ben") and nudged(room, "gus")
    await room.dialog("ben", ("me resume", "Welcome back"), ("me", "Nudges: on"))
    async with nothing_changed(room):
        for said, answer in (
            ("me pause until yesterday", "has begun already"),
            ("me pause until banana", "could not read a day"),
            ("me pause until 32 May", "There is no 32 May. For example “until January 7”"),
            ("me pause until 32 May", "You typed: me pause until 32 May"),
            ("me pause 900 days", "a year at most"),
        ):
            seen = await room.says("ben", said)
            assert answer in seen.text and "You typed" in seen.text
    await room.dialog("ben", ("me pause 2 weeks", "Paused until"))


async def test_nudges_are_turned_off_and_on(room: Room) -> None:
    await room.dialog("ben", ("me nudges", "Say"))
    off = await room.says("ben", "me nudges off")
    assert "Nobody nudges you" in off.text and "[Turn them on]" in off.text
    await walks_to(room, NUDGE + timedelta(minutes=1))
    assert not nudged(room, "ben") and nudged(room, "gus")
    on = await room.says("ben", "me nudges on")
    assert "You are nudged again" in on.text and "[Turn them off]" in on.text


async def test_a_nudge_that_became_pointless_in_the_night_is_not_sent(room: Room) -> None:
    set_care(room, quiet=("08:00", "16:00"))
    await walks_to(room, NUDGE + timedelta(minutes=1))  # eleven in the morning
    assert not nudged(room, "ben") and not nudged(room, "gus")
    await room.says("ben", "absent")
    set_care(room, quiet=("08:00", "12:00"))
    await walks_to(room, CALL - timedelta(minutes=1))
    assert not any("can’t come" in each for each in room.direct("ben"))


def set_care(room: Room, *, quiet: tuple[str, str], months: int | None = None) -> None:
    def put(session: Session) -> None:
        care.put(
            session,
            network_id=room.network_id,
            quiet_from=time.fromisoformat(quiet[0]),
            quiet_until=time.fromisoformat(quiet[1]),
            free_days=[],
            keep_months=months,
        )

    room.homeroom.database.write(put).result()


async def test_quiet_hours_move_a_nudge_to_their_end(room: Room) -> None:
    set_care(room, quiet=("10:00", "13:00"))
    await walks_to(room, NUDGE + timedelta(minutes=1))
    assert not nudged(room, "gus")
    await room.goes_to(CALL - timedelta(hours=2))
    assert nudged(room, "gus")


async def test_a_host_sets_care_and_it_is_in_the_audit(room: Room) -> None:
    form = await room.says("ana", "care")
    assert form.view
    said = {"quiet_from": "20:00", "quiet_until": "08:00", "free": ["6"], "kept": "12"}
    done = await room.ana.submit(form.view, said)
    assert "from 20:00 to 08:00" in done.text and "nor on Sunday" in done.text
    assert "1 year" in done.text and room.rows()["audit"] == 1
    async with nothing_changed(room):
        await room.dialog("ben", ("care", "Only a host"))
        all_free = {**said, "free": list("0123456")}
        opened = await room.says("ana", "care")
        wrong = await room.ana.submit(opened.view, all_free)
        assert "One day at least" in str(wrong.errors or wrong.text)


@pytest.mark.parametrize(
    ("quiet", "free", "said"),
    [
        (("21:00", "07:00"), [], "from 21:00 to 07:00 in their own time zone."),
        (("21:00", "07:00"), ["5"], "from 21:00 to 07:00 in their own time zone, nor on Saturday."),
        (("00:00", "00:00"), ["4", "5"], "Nobody is nudged on Friday and Saturday, in their own"),
        (("00:00", "00:00"), ["5"], "There are no quiet hours."),
        (("00:00", "00:00"), [], "There are no quiet hours, and no days without nudges."),
    ],
)
async def test_all_that_care_was_told_is_said(
    room: Room, quiet: tuple[str, str], free: list[str], said: str
) -> None:
    form = await room.says("ana", "care")
    values = {"quiet_from": quiet[0], "quiet_until": quiet[1], "free": free, "kept": "0"}
    done = (await room.ana.submit(form.view, values)).text
    assert said in done
    assert ("waits until that is over" in done) == (quiet[0] != quiet[1] or bool(free))


async def test_what_is_found_is_saved_for_oneself(room: Room) -> None:
    await room.says("ana", "share https://example.org/talks Number talks help")
    found = await room.says("ben", "find talks")
    saved = await presses(room, "ben", found.message, "Save 1 for me")
    assert "Saved for you" in saved.text
    async with nothing_changed(room):
        await room.dialog("ben", ("me save resource 1", "saved that already"))
        await room.dialog("ben", ("me save resource 99", "not here any more"))
        await room.dialog("eve", ("me save resource 1", "not here"), where="other-network")
    listed = await room.says("ben", "me saved")
    assert "Ana (Northside)" in listed.text
    assert "Saved for you" in text(await room.home("ben"))
    assert "Saved for you" not in text(await room.home("gus"))
    gone = await presses(room, "ben", listed.message, "Let 1 go")
    assert "saved nothing yet" in gone.text


async def link_to_what_is_kept(room: Room, who: str) -> str:
    """The link that somebody is given who asks in the 1:1."""
    place = Place(room.platform, room.channel().team, "D1", direct=True)
    asked = Incoming(f"asked {uuid4()}", room.who(who), place, "me export", how="direct")
    reply = await room.homeroom.answer(asked)
    assert isinstance(reply, Card)
    (link,) = [
        each.url for part in reply.elements if isinstance(part, Buttons) for each in part.buttons
    ]
    return link


async def test_everything_kept_of_one_comes_as_a_file_once(room: Room) -> None:
    await room.says("ben", "share https://example.org/talks =cmd() helps <b>us</b>")
    await room.tells("ben", "Buses run late: https://example.org/buses")
    await room.tells("ana", "Only mine: https://example.org/anas")
    await room.settle()
    link = await link_to_what_is_kept(room, "ben")
    app = make_web(room.homeroom, [])
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:3999"
    ) as client:
        looked = [await client.get(link) for _ in range(2)]  # a scanner does not use it up
        assert [each.status_code for each in looked] == [200, 200]
        assert looked[0].headers["cache-control"] == "no-store"
        assert looked[0].headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in looked[0].headers["content-security-policy"]
        got = await client.post(link)
        assert got.headers["content-disposition"].startswith("attachment")
        made = json.loads(got.content)
        kept, about = made["kept"], made["about"]
        assert [each["url"] for each in about["resource"]] == ["https://example.org/talks"]
        assert {each["name"] for each in about["network"]} == {"Coaching Network"}
        assert "Northside" in {each["name"] for each in about["organisation"]}
        assert "Buses run late" in about["caught_link"][0]["words"]
        assert "anas" not in got.text
        assert kept["voice"][0]["why"] == "=cmd() helps <b>us</b>"
        assert {each["name"] for each in kept["member"]} == {"Ben"}
        assert "hash" not in kept["download"][0]
        assert (await client.post(link)).status_code == 404
        assert (await client.post(f"{link}x")).status_code == 404
    late = await link_to_what_is_kept(room, "ben")
    await room.goes_to(MONDAY + timedelta(hours=2))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:3999"
    ) as client:
        assert (await client.get(late)).status_code == 404
    with Session(room.homeroom.database.engine) as session:
        assert all("mine" not in each.hash for each in session.query(Download))


async def test_of_many_who_take_the_file_at_once_one_gets_it(room: Room) -> None:
    link = await link_to_what_is_kept(room, "ben")
    app = make_web(room.homeroom, [])
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:3999"
    ) as client:
        got = await asyncio.gather(*(client.post(link) for _ in range(6)))
    assert sorted(each.status_code for each in got) == [200, *[404] * 5]


async def test_whoever_is_new_is_told_once_what_is_kept(room: Room) -> None:
    room.newcomer("finn")
    await room.says("finn", "share https://example.org it helped")
    await room.settle()
    told = [each for each in room.direct("finn") if "You are in Coaching Network now" in each]
    assert len(told) == 1 and "as long as the network lasts" in told[0]
    await room.says("finn", "find helped")
    await room.settle()
    assert sum("You are in Coaching Network now" in each for each in room.direct("finn")) == 1


async def test_what_is_older_than_the_network_keeps_is_really_deleted(room: Room) -> None:
    await room.says("ben", "share https://example.org/old old things help")
    await room.fills("ben", "ask", what="An old problem", sight="network")
    await room.fills("ben", "checkin 1", answer0="old answer", answer1="old bring")
    await room.settle()
    await room.goes_to(MONDAY + timedelta(days=200))
    await room.says("dee", "share https://example.org/new new things help", "harbor")
    form = await room.says("ana", "care")
    said = {"quiet_from": "20:00", "quiet_until": "08:00", "free": [], "kept": "6"}
    before = room.rows()
    told = await room.ana.submit(form.view, said)
    assert "older than 6 months at the moment. They are deleted from" in told.text
    await room.settle()
    assert "To stop that, choose a longer time" in room.direct("grace")[-1]
    await room.goes_to(room.clock.now() + timedelta(days=2, hours=23))
    assert room.rows()["problem"] == before["problem"]
    await room.goes_to(room.clock.now() + timedelta(hours=2))
    for _ in range(4):
        await room.goes_to(room.clock.now() + timedelta(seconds=3))
    rows = room.rows()
    assert (rows["problem"], rows["checkin"], rows["voice"], rows["resource"]) == (0, 0, 1, 1)
    await room.dialog("ana", ("find old", "Nothing found"), ("find new things", "new things"))
    with Session(room.homeroom.database.engine) as session:
        assert wishes.saved(session, member_id=1) == []


async def test_hours_in_which_nobody_could_be_nudged_are_refused(room: Room) -> None:
    form = await room.says("ana", "care")
    said = {"quiet_from": "00:00", "quiet_until": "23:59", "free": [], "kept": "0"}
    async with nothing_changed(room):
        no = await room.ana.submit(form.view, said)
        assert "Four hours a day at least" in str(no.errors or no.text)


async def test_an_organisations_own_problem_is_not_shown_to_whoever_left_it(room: Room) -> None:
    await room.fills("ben", "ask", what="Ours alone", sight="organisation")
    await room.says("gus", f"me save problem {problem_id(room, 'Ours alone')}")
    await room.dialog("gus", ("me saved", "Ours alone"))
    with Session(room.homeroom.database.engine) as session, session.begin():
        (gus,) = people.named(session, network_id=room.network_id, name="Gus")
        (dee,) = people.named(session, network_id=room.network_id, name="Dee")
        gus.organisation_id = dee.organisation_id
    assert "Ours alone" not in (await room.says("gus", "me saved")).text
    assert "Ours alone" not in text(await room.home("gus"))


async def test_whoever_goes_on_and_wants_no_nudges_is_told_that_they_stay_off(room: Room) -> None:
    await room.says("ben", "me nudges off")
    await room.says("ben", "me pause 2 weeks")
    done = await room.says("ben", "me resume")
    assert "Nudges stay off" in done.text and "you are reminded again" not in done.text
    await presses(room, "ben", done.message, "Turn them on")
    await room.dialog("ben", ("me", "Nudges: on"))
