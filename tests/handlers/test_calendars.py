"""What a call leaves behind: its notes, and its place in people's calendars."""

from datetime import date, time, timedelta

from httpx import ASGITransport, AsyncClient
from icalendar import Calendar

from bot.web import make_web
from tests.cast import CALL, Room
from tests.handlers.acting import links, presses, says_in_form
from tests.handlers.test_calls import chooses, moves, overview
from tests.room import addresses

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
SECOND = CALL + WEEK


async def test_the_link_to_the_notes_is_in_the_recap(room: Room) -> None:
    await room.goes_to(CALL + HOUR)
    said = await says_in_form(room, "ana", "call notes", link="https://notes.example.org/1")
    assert "The recap shows the link" in said
    await room.goes_to(CALL + DAY)
    assert "https://notes.example.org/1" in links(room.post("Recap"))
    await says_in_form(room, "ana", "call notes", link="https://notes.example.org/2")
    await room.settle()
    assert "https://notes.example.org/2" in links(room.post("Recap"))


async def test_the_calendar_shows_what_is_moved_and_what_is_off(room: Room) -> None:
    feed = next(url for url in addresses(room.post("Check-in")) if url.endswith(".ics"))
    shown = addresses((await chooses(room, "Calendar")).message)
    assert shown[0] == feed
    assert "calendar.google.com" in shown[1] and "20261124T210000Z" in shown[1]
    await moves(room, date(2026, 11, 25), time(16))
    await presses(room, "ana", await overview(room), "Skip this date")
    web = ASGITransport(make_web(room.homeroom, []))
    async with AsyncClient(transport=web, base_url="http://127.0.0.1:3999") as client:
        answer = await client.get(feed)
        gone = await client.get(feed.replace("/calendar/", "/calendar/x"))
    assert answer.headers["content-type"].startswith("text/calendar")
    entries = Calendar.from_ical(answer.content).walk("VEVENT")
    shown_as = [(str(e["STATUS"]), e["DTSTART"].dt) for e in entries[:2]]
    assert shown_as == [("CANCELLED", CALL + DAY + HOUR), ("CONFIRMED", SECOND)]
    assert gone.status_code == 404
