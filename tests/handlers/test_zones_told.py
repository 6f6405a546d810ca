"""Where people live, from platforms that tell it with what somebody says."""

from itertools import count

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from bot.speech import Incoming
from storage.models import Identity, Member
from tests.cast import Room
from tests.handlers.acting import nothing_changed

_deliveries = count(1)


async def says(room: Room, person: str, words: str, zone: str) -> None:
    """Someone says this in the network's channel, and their platform tells a zone."""
    said = Incoming(f"zoned {next(_deliveries)}", room.who(person, zone), room.place(), words)
    await room.homeroom.answer(said)


def zone_of(room: Room, person: str) -> str:
    with Session(room.homeroom.database.engine) as session:
        asked = (
            select(Member.zone).join(Identity).where(Identity.external == room.who(person).person)
        )
        return session.scalars(asked.where(Member.network_id == room.network_id)).one()


async def test_the_zone_comes_with_whoever_joins(room: Room) -> None:
    await says(room, "cleo", "find talks", "Asia/Tokyo")
    assert zone_of(room, "cleo") == "Asia/Tokyo"


async def test_it_follows_whoever_moves(room: Room) -> None:
    await says(room, "ben", "absent", "Europe/Paris")
    assert zone_of(room, "ben") == "Europe/Paris"
    await says(room, "ben", "checkin", "Europe/Rome")  # a form is opened; that they moved stays
    assert zone_of(room, "ben") == "Europe/Rome"


async def test_a_zone_that_nobody_knows_or_told_changes_nothing(room: Room) -> None:
    before = zone_of(room, "ben")
    for told in ("", "Mars/Olympus", "../../etc/passwd", "europe/rome ", "x" * 9000, "\0"):
        await says(room, "ben", "absent", told)
        assert zone_of(room, "ben") == before, told
    await says(room, "cleo", "absent", "Mars/Olympus")
    assert zone_of(room, "cleo") == ""


async def test_who_only_looks_changes_nothing(room: Room) -> None:
    before = zone_of(room, "ben")
    async with nothing_changed(room):
        await says(room, "ben", "find talks", "Europe/Paris")
    assert zone_of(room, "ben") == before


async def test_the_same_zone_again_is_not_written(room: Room) -> None:
    written: list[str] = []
    await says(room, "ben", "absent", "Europe/Paris")

    def note(_one: object, _two: object, statement: str, *_: object) -> None:
        written.extend([statement] if statement.startswith("UPDATE member") else [])

    event.listen(room.homeroom.database.engine, "before_cursor_execute", note)
    await says(room, "ben", "absent", "Europe/Paris")
    assert not written
    await says(room, "ben", "absent", "Europe/Rome")
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
    who, place = room.who("cleo", "Asia/Tokyo"), room.place("elsewhere")
    await room.homeroom.answer(Incoming("begun", who, place, "begin", values, how="form"))
    with Session(room.homeroom.database.engine) as session:
        assert session.scalars(select(Member.zone).where(Member.name == "Cleo")).one() == (
            "Asia/Tokyo"
        )
