"""Where people live, from platforms that tell it with what somebody says."""

from itertools import count

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from bot.speech import Incoming, Place, Who
from storage.models import Identity, Member
from tests.cast import Room
from tests.handlers.acting import nothing_changed

_deliveries = count(1)


async def says(room: Room, person: str, words: str, zone: str) -> None:
    """Someone says this in the network's channel, and their platform tells a zone."""
    who = Who("slack", "T1", person, person.title(), zone)
    said = Incoming(f"zoned {next(_deliveries)}", who, Place("slack", "T1", "C1"), words)
    await room.homeroom.answer(said)


def zone_of(room: Room, person: str) -> str:
    with Session(room.homeroom.database.engine) as session:
        asked = select(Member.zone).join(Identity).where(Identity.external == person)
        return session.scalars(asked.where(Member.network_id == room.network_id)).one()


async def test_the_zone_comes_with_whoever_joins(room: Room) -> None:
    await says(room, "UCLEO", "find talks", "Asia/Tokyo")
    assert zone_of(room, "UCLEO") == "Asia/Tokyo"


async def test_it_follows_whoever_moves(room: Room) -> None:
    await says(room, "UBEN", "absent", "Europe/Paris")
    assert zone_of(room, "UBEN") == "Europe/Paris"
    await says(room, "UBEN", "checkin", "Europe/Rome")  # a form is opened; that they moved stays
    assert zone_of(room, "UBEN") == "Europe/Rome"


async def test_a_zone_that_nobody_knows_or_told_changes_nothing(room: Room) -> None:
    before = zone_of(room, "UBEN")
    for told in ("", "Mars/Olympus", "../../etc/passwd", "europe/rome ", "x" * 9000, "\0"):
        await says(room, "UBEN", "absent", told)
        assert zone_of(room, "UBEN") == before, told
    await says(room, "UCLEO", "absent", "Mars/Olympus")
    assert zone_of(room, "UCLEO") == ""


async def test_who_only_looks_changes_nothing(room: Room) -> None:
    before = zone_of(room, "UBEN")
    async with nothing_changed(room):
        await says(room, "UBEN", "find talks", "Europe/Paris")
    assert zone_of(room, "UBEN") == before


async def test_the_same_zone_again_is_not_written(room: Room) -> None:
    written: list[str] = []
    await says(room, "UBEN", "absent", "Europe/Paris")

    def note(_one: object, _two: object, statement: str, *_: object) -> None:
        written.extend([statement] if statement.startswith("UPDATE member") else [])

    event.listen(room.homeroom.database.engine, "before_cursor_execute", note)
    await says(room, "UBEN", "absent", "Europe/Paris")
    assert not written
    await says(room, "UBEN", "absent", "Europe/Rome")
    assert len(written) == 1


async def test_whoever_begins_a_network_lives_somewhere(room: Room) -> None:
    form = await room.says("cleo", "begin", "elsewhere")
    assert form.view
    values = {
        "network": "Harbor Lab",
        "organisations": "",
        "name": "Lab call",
        "every": "week",
        "starts_on": "2026-12-01",
        "at": "15:00",
        "zone": "UTC",
        "minutes": "60",
        "link": "",
    }
    who = Who("slack", "T1", "UCLEO", "Cleo", "Asia/Tokyo")
    place = Place("slack", "T1", room.channel("elsewhere").id)
    await room.homeroom.answer(Incoming("begun", who, place, "begin", values, how="form"))
    with Session(room.homeroom.database.engine) as session:
        assert session.scalars(select(Member.zone).where(Member.name == "Cleo")).one() == (
            "Asia/Tokyo"
        )
