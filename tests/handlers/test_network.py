"""The network word: home bases, health, handing over, ending."""

from dataclasses import replace
from datetime import time, timedelta
from io import BytesIO

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.compose.health import Bar, HealthFacts, health, together
from bot.picture import draw
from bot.speech import plain
from bot.web import make_web
from storage import audit, people
from storage.models import AuditEntry, Call, Picture
from tests.cast import CALL, Room, text
from tests.handlers.acting import nothing_changed, nothing_posted, presses
from tests.handlers.test_networks import make_guest
from tests.jobs.walking import walks_to
from tests.room import buttons

PAGES = [
    "People",
    "Organisations",
    "Channels",
    "Hosts",
    "Home bases",
    "Health",
    "Pauses",
    "Who changed what",
]


async def test_every_button_of_the_page_leads_somewhere(room: Room) -> None:
    page = await room.says("ana", "network")
    assert "Coaching Network" in page.text and "Northside" in page.text
    for label in PAGES:
        assert label in buttons(page.message)
        seen = await presses(room, "ana", page.message, label)
        assert "I don’t know" not in seen.text, label
    async with nothing_changed(room):
        await room.dialog("ben", ("network", "Only a host"))


async def deals(room: Room, number: int) -> None:
    form = await room.says("ana", "network deal")
    seen = await room.ana.submit(form.view, {"bases": str(number)})
    assert "This is how it would be" in seen.text, seen.text
    await room.dialog("ana", (f"network seat {number}", "Done"))
    await room.settle()


async def test_home_bases_are_looked_over_then_everybody_is_told(room: Room) -> None:
    async with nothing_posted(room):
        form = await room.says("ana", "network deal")
        seen = await room.ana.submit(form.view, {"bases": "2"})
        assert "1: " in seen.text and "Nobody sits with somebody from before" in seen.text
        many = await room.says("ana", "network deal")
        none = await room.ana.submit(many.view, {"bases": "30"})
        assert "only" in str(none.errors or none.text)
    await deals(room, 2)
    for where in ("learning-call", "harbor"):
        told = text(room.post("Home bases", where))
        assert "Base A" in told and "Base B" in told
        assert all(name in told for name in ("Ana", "Ben", "Grace", "Dee"))
    home = text(await room.home("ben"))
    assert "Your home base: Base" in home
    again = await room.says("ana", "network seat 2")
    assert "just now" in again.text


async def test_a_home_base_has_a_channel_of_its_own(room: Room) -> None:
    await deals(room, 2)
    await room.dialog("ana", ("network place Q", "There are: Base A and Base B"))
    await room.dialog("ana", ("network place a", "Base A’s home now"))
    await room.settle()
    assert "Here are" in text(room.post("This is Base A’s home"))
    await room.dialog("ana", ("network place B", "Base A’s already"))
    await room.dialog("ana", ("network homes", "learning-call"))


async def test_without_home_bases_none_has_a_channel(room: Room) -> None:
    """What it says to type leads on, and is not what just failed."""
    async with nothing_changed(room):
        said = (await room.says("ana", "network place A")).text
        assert "There are no home bases yet" in said and room.typed("network deal") in said
        assert "network place" not in said


async def test_people_are_listed_guests_marked_and_nobody_removes_themselves(room: Room) -> None:
    make_guest(room, "Gus")
    seen = await room.says("ana", "network people")
    assert "Gus – Northside, guest\n" in seen.text

    def also_a_guest_elsewhere(session: Session) -> None:
        home = people.workspace_at(session, platform=room.platform, external="X", name="Hill")
        (ben,) = people.named(session, network_id=room.network_id, name="Ben")
        people.add_identity(
            session, member=ben, workspace_id=home.id, external="UX", now=room.clock.now()
        )
        people.identities(session, member_id=ben.id)[-1].guest = True

    room.homeroom.database.write(also_a_guest_elsewhere).result()
    assert "Ben – Northside, guest in Hill\n" in (await room.says("ana", "network people")).text
    assert buttons(seen.message).count("Remove") == 4  # of five: not Ana herself
    async with nothing_changed(room):
        await room.dialog("ana", ("network remove 1", "That is you"))


async def test_a_newcomer_sits_in_the_smallest(room: Room) -> None:
    await deals(room, 2)
    room.newcomer("finn")
    await room.says("finn", "share https://example.org it helped")
    assert "finn" in (await room.says("ana", "network homes")).text.casefold()


async def test_health_shows_bars_and_n_and_ranks_nobody(room: Room) -> None:
    await room.dialog("ana", ("network health", "No call has ended yet"))
    await room.fills("ben", "checkin 1", answer0="Tried it", answer1="Bring it")
    await room.fills("ben", "ask", what="Talk fades", sight="network")
    await walks_to(room, CALL + timedelta(hours=2))
    await room.fills("ben", "exit 1", useful="4", recommend="yes")
    seen = await room.says("ana", "network health")
    assert "█" not in seen.text  # the picture says it, and what stands for it says the same
    assert "Check-ins, by organisation" in seen.text
    assert "1 of 5 answered (20%)" in seen.text
    assert "useful 4.0 of 5 (n = 1)" in seen.text and "1 of 1 would recommend it" in seen.text
    assert "Ben" not in seen.text
    await room.dialog("ben", ("network health", "Only a host"))
    with Session(room.homeroom.database.engine) as session:
        key = session.scalars(select(Picture.key)).one()
    app = make_web(room.homeroom, [])
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://homeroom"
    ) as client:
        got = await client.get(f"/picture/{key}.png")
        assert got.headers["content-type"] == "image/png"
        assert Image.open(BytesIO(got.content)).size[0] == 640
        assert (await client.get("/picture/guess.png")).status_code == 404
        room.clock.move(CALL + timedelta(days=360))
        assert (await client.get(f"/picture/{key}.png")).status_code == 200
        room.clock.move(CALL + timedelta(days=367))
        assert (await client.get(f"/picture/{key}.png")).status_code == 404


def test_small_groups_are_shown_together() -> None:
    large, larger, one = (Bar("Large", 4, 8), 4), (Bar("Larger", 9, 18), 9), (Bar("One", 1, 2), 1)
    shown = together([large, one, (Bar("Two", 0, 4), 2)])
    assert shown == (Bar("Large", 4, 8), Bar("2 small ones together", 1, 6))
    assert together([larger, large, one]) == (larger[0], Bar("Large and 1 small one", 5, 10))
    assert together([one]) == ()


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9)), max_size=8))
def test_no_bar_is_of_fewer_than_three(groups: list[tuple[int, int]]) -> None:
    """Each group's people meet once; so a bar's whole is how many people it shows."""
    bars = together([(Bar(f"G{i}", 0, people), people) for i, (people, _) in enumerate(groups)])
    assert all(bar.whole >= 3 for bar in bars)
    everybody = sum(people for people, _ in groups)
    assert sum(bar.whole for bar in bars) in (everybody, 0)
    assert bars or everybody < 3


def test_the_bars_are_drawn_in_letters_where_no_picture_is_seen_and_named_where_it_cannot() -> None:
    bars = (Bar("Northside", 3, 4), Bar("学校", 1, 2))
    facts = HealthFacts("Coaching Network", "UTC", 1, None, bars)
    written = plain(health(facts).elements)
    assert "████████░░ 75% · Northside (3 of 4)" in written and "no. 2" not in written
    pictured = plain(health(replace(facts, picture="https://h.example.org/p.png")).elements)
    assert "█" not in pictured and "no. 2: 学校" in pictured and "no. 1" not in pictured


@pytest.mark.parametrize("label", ["Ärzte für Schulen", "学校", "x" * 300, "🙂", ""])
def test_any_name_can_be_drawn(label: str) -> None:
    picture = Image.open(BytesIO(draw([Bar(label, 1, 3), Bar("Empty", 0, 0)])))
    assert picture.getpixel((100, 70)) != picture.getpixel((300, 70))


async def test_a_host_hands_over_to_somebody_who_accepts(room: Room) -> None:
    form = await room.says("eve", "network hand over", "other-network")
    assert form.view
    form = await room.says("ana", "network hand over")
    sent = await room.ana.submit(form.view, {"who": "Ben", "then": "leave"})
    assert "Ben" in sent.text, sent.text
    await room.settle()
    asked = room.directs("ben")[-1]
    assert "host" in text(asked)
    await presses(room, "ben", asked, buttons(asked)[0])
    await room.settle()
    await room.dialog("ben", ("network", "Coaching Network"))
    await room.dialog("ana", ("network", "Only a host"))


async def test_an_ended_network_stops_and_can_still_be_searched(room: Room) -> None:
    await room.says("ben", "share https://example.org/talks Number talks help")
    form = await room.says("ana", "network end")
    assert form.view and "can’t be undone" in form.text
    wrong = await room.ana.submit(form.view, {"sure": "yes"})
    assert "Nothing was ended" in str(wrong.errors or wrong.text)
    done = await room.ana.submit(form.view, {"sure": "coaching network"})
    assert "has ended" in done.text
    await room.settle()
    for where in ("learning-call", "harbor"):
        assert room.post("Coaching Network has ended", where)
    before = len(room.every_post())
    await walks_to(room, CALL + timedelta(days=2))
    assert len(room.every_post()) == before
    await room.dialog("ben", ("find number talks", "Number talks help"))
    async with nothing_changed(room):
        seen = await room.says("ben", "share https://example.org/new too late")
        assert "ended" in seen.text
    await room.dialog("eve", ("agenda", "No call"), where="other-network")


async def test_what_is_in_the_audit_stays(room: Room) -> None:
    """Nothing but erasing a person's name from its words ever changes or deletes a row."""
    await room.says("ana", "links none")
    with Session(room.homeroom.database.engine) as session:
        before = [each.id for each in session.scalars(select(AuditEntry))]
    await room.says("ana", "links all")
    await walks_to(room, CALL + timedelta(days=2))
    with Session(room.homeroom.database.engine) as session:
        assert set(before) < {each.id for each in session.scalars(select(AuditEntry))}


async def test_what_is_kept_is_said_in_words(room: Room) -> None:
    """Home bases that are renamed, quiet hours, a series that ends, and a call by its day."""
    form = await room.says("ana", "network deal")
    assert form.view
    await room.ana.submit(form.view, {"bases": "2"})
    await room.says("ana", "network seat 2")
    await room.fills("ana", "network base 1", name="Owls")
    await room.fills("ana", "care", quiet_from=time(21), quiet_until=time(6, 30), free=["5"])
    with Session(room.homeroom.database.engine) as session, session.begin():
        call = session.get_one(Call, 1)
        audit.note(
            session,
            network_id=room.network_id,
            by=1,
            what="role",
            ref=1,
            words=f"let Ben keep the time ({call.series.name}, {call.original_on})",
            now=room.clock.now(),
        )
    await room.says("ana", "call finish 1")
    kept = (await room.says("ana", "network audit")).text
    assert "renamed the home base Base A to Owls" in kept, kept
    assert "quiet from 21:00 to 06:30" in kept
    assert "ended the series Weekly call" in kept
    assert f"let Ben keep the time (Weekly call, {room.when('Tue 24 Nov, 15:00')})" in kept
    assert "2026-11-24" not in kept


async def test_leave_and_host_lead_to_what_one_can_do(room: Room) -> None:
    async with nothing_changed(room):
        await room.dialog("ben", ("leave", "me erase"), ("host", "Ana and Grace host"))
        await room.dialog("ana", ("host", "What you can change as a host"))


async def test_setting_links_heads_no_list_of_links(room: Room) -> None:
    said = (await room.says("ana", "links none")).text
    assert "Links in this channel" in said and "Links you posted" not in said
    assert "no links are caught" in said
