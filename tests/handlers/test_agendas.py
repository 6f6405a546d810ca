"""Looking at the agenda; a host adds, reorders, takes out; what does not fit goes on."""

import re
from datetime import timedelta

import pytest

from tests.cast import CALL, Room, text
from tests.handlers.acting import buttons, field, nothing_changed, presses, says_in_form
from tests.jobs.walking import walks_to
from tests.room import Message, Seen

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)


async def adds(room: Room, title: str, minutes: int) -> Seen:
    """What Ana sees who adds an item."""
    opened = await presses(room, "ana", (await room.says("ana", "agenda")).message, "Add an item")
    assert opened.view
    return await room.ana.submit(opened.view, {"title": title, "minutes": str(minutes)})


async def opens_order(room: Room) -> Message:
    opened = await presses(room, "ana", (await room.says("ana", "agenda")).message, "Reorder")
    assert opened.view
    return opened.view


def lines(view: Message) -> list[str]:
    return str(field(view, "items")).split("\n")


async def orders(room: Room, view: Message, items: list[str]) -> Seen:
    return await room.ana.submit(view, {"items": "\n".join(items)})


def minutes_of(shown: str) -> list[int]:
    """The minutes of the items of an agenda."""
    return [int(each) for each in re.findall(r"\d:\d\d–\d:\d\d  .+? · (\d+) minutes? · ", shown)]


async def agenda(room: Room, who: str = "ben") -> str:
    return (await room.says(who, "agenda")).text


async def test_everyone_sees_the_agenda_and_only_a_host_changes_it(room: Room) -> None:
    shown = await room.says("ben", "agenda")
    assert "Agenda: Weekly call" in shown.text and sum(minutes_of(shown.text)) == 60
    assert buttons(shown.message) == []
    own = await room.says("ana", "agenda")
    assert buttons(own.message) == ["Add an item", "Reorder"]
    async with nothing_changed(room):
        await room.dialog(
            "ben", ("agenda add 1", "Only a host"), ("agenda order 1 buffer", "Only a host")
        )


async def test_an_item_that_a_host_adds_is_on_the_posted_agenda(room: Room) -> None:
    await walks_to(room, CALL - DAY)
    done = await adds(room, "Welcome two guests", 7)
    assert "Welcome two guests" in done.text
    await room.settle()
    for where in ("learning-call", "harbor"):
        posted = text(room.post("Agenda", where))
        assert "Welcome two guests · 7 minutes · Grace" in posted
        assert sum(minutes_of(posted)) == 60
    before = room.rows()
    await adds(room, "Welcome two guests", 7)
    assert room.rows() == before


async def test_a_host_moves_an_item_and_gives_it_other_minutes(room: Room) -> None:
    await adds(room, "Grant news", 10)
    view = await opens_order(room)
    first, *rest = lines(view)
    grant = rest.pop(next(place for place, each in enumerate(rest) if "Grant news" in each))
    assert grant == "10 min – Grant news"
    await orders(room, view, ["12 - grant  NEWS", first, *rest])
    shown = await agenda(room)
    assert "0:00–0:12  Grant news · 12 minutes" in shown
    assert sum(minutes_of(shown)) == 60


async def test_what_is_taken_out_can_be_written_back(room: Room) -> None:
    view = await opens_order(room)
    kept = [each for each in lines(view) if "Resource round" not in each]
    await orders(room, view, kept)
    assert "Resource round" not in await agenda(room)
    view = await opens_order(room)
    await orders(room, view, [*lines(view), "6 min – Resource round"])
    shown = await agenda(room)
    assert "Resource round · 6 minutes" in shown and sum(minutes_of(shown)) == 60


async def test_two_items_of_one_name_stay_two(room: Room) -> None:
    await adds(room, "News", 5)
    await adds(room, "News", 6)
    view = await opens_order(room)
    await orders(room, view, lines(view))
    assert (await agenda(room)).count("  News · ") == 2


async def test_what_came_while_the_form_was_open_stays(room: Room) -> None:
    view = await opens_order(room)
    shown = lines(view)
    await adds(room, "Late news", 5)
    await orders(room, view, shown)
    assert "Late news · 5 minutes" in await agenda(room)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("10 min – Karaoke", "I can’t find “10 min – Karaoke” on this agenda"),
        ("Buffer", "I can’t find “Buffer”"),
        ("0 min – Buffer", "minutes are from 1 to 60"),
        ("61 min – Buffer", "minutes are from 1 to 60"),
        ("9999 min – Buffer", "minutes are from 1 to 60"),
        ("99999999999 min – Buffer", "I can’t find"),
        ("٣ min – Karaoke", "I can’t find"),
    ],
)
async def test_a_line_that_is_no_item_is_said_beside_the_field(
    room: Room, line: str, words: str
) -> None:
    view = await opens_order(room)
    async with nothing_changed(room):
        seen = await orders(room, view, [*lines(view)[:2], line])
        assert words in seen.errors["items"]


async def test_what_does_not_fit_is_shown_and_goes_on_to_the_next_call(room: Room) -> None:
    await adds(room, "Plan the summer", 45)
    await adds(room, "Read a chapter together", 40)
    shown = await agenda(room)
    assert "Plan the summer · 45 minutes" in shown
    waiting = shown.split("Carried forward")[1]
    assert "Read a chapter together – no time for it in this call" in waiting
    assert sum(minutes_of(shown)) == 60
    await walks_to(room, CALL + HOUR)
    following = await agenda(room)
    assert "Tue 1 Dec" in following and "Plan the summer" not in following
    assert "Read a chapter together" in following and "Carried forward from last time." in following
    assert sum(minutes_of(following)) == 60
    await walks_to(room, CALL + WEEK - DAY)
    assert "Read a chapter together" in text(room.post("Agenda", "harbor"))


async def test_what_was_taken_out_is_not_carried_forward(room: Room) -> None:
    await adds(room, "Plan the summer", 50)
    view = await opens_order(room)
    await orders(room, view, [each for each in lines(view) if "summer" not in each])
    await walks_to(room, CALL + HOUR)
    assert "Plan the summer" not in await agenda(room)


@pytest.mark.parametrize("off", ["Skip this date", "Call it off"])
async def test_the_items_of_a_call_that_is_off_wait_for_the_next(room: Room, off: str) -> None:
    await adds(room, "Plan the summer", 10)
    await presses(room, "ana", (await room.says("ana", "call")).message, off)
    following = await agenda(room)
    assert "Tue 1 Dec" in following and "Plan the summer · " in following


async def test_the_agenda_knows_who_cannot_come(room: Room) -> None:
    await says_in_form(room, "dee", "ask", "harbor", what="Talk moves fade", sight="network")
    await says_in_form(room, "ben", "ask", what="Nobody reads", sight="network")
    await walks_to(room, CALL - DAY)
    assert "“Talk moves fade”\n" in text(room.post("Agenda")).replace("• ", "")
    await presses(room, "dee", room.post("Check-in", "harbor"), "I can’t come")
    await room.settle()
    posted = text(room.post("Agenda"))
    assert "can’t come: Dee" in posted
    assert "“Talk moves fade” – Dee (Harbor) can’t come" in posted
    assert "Problem of practice" in posted and "· Ben (Northside)" in posted


async def test_the_agenda_of_a_running_call_keeps_its_problem(room: Room) -> None:
    await says_in_form(room, "dee", "ask", "harbor", what="Talk moves fade", sight="network")
    await walks_to(room, CALL)
    await says_in_form(room, "ben", "ask", what="Nobody reads", sight="network")
    await room.settle()
    running = await agenda(room)
    assert "Tue 24 Nov" in running and "Dee (Harbor)" in running
    assert "“Nobody reads” – one problem a call" in running
    assert "Talk moves fade" in text(room.post("Starting now"))
    await walks_to(room, CALL + HOUR)
    following = await agenda(room)
    assert "Nobody reads" in following and "Talk moves fade" not in following


async def test_an_agenda_of_the_past_is_not_changed(room: Room) -> None:
    old = (await room.says("ana", "agenda")).message
    view = await opens_order(room)
    await walks_to(room, CALL + HOUR)
    async with nothing_changed(room):
        assert "can’t be changed any more" in (await presses(room, "ana", old, "Add an item")).text
        assert "can’t be changed any more" in (await orders(room, view, ["5 min – Buffer"])).text


async def test_a_network_without_a_call_says_what_to_do(room: Room) -> None:
    async with nothing_changed(room):
        said = (await room.says("eve", "agenda", "other-network")).text
    assert "No call is planned" in said and room.typed("call") in said
