"""An organisation is renamed, or two are made one: what its people said is found by its name."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobs import organisations as named
from storage import marks, organisations
from storage.models import Chore, Member, Organisation
from tests.cast import Room
from tests.handlers.acting import nothing_changed


def people_of(room: Room, name: str) -> list[str]:
    with Session(room.homeroom.database.engine) as session:
        found = select(Member.name).join(Organisation).where(Organisation.name == name)
        return sorted(session.scalars(found))


def waits(room: Room) -> list[str]:
    with Session(room.homeroom.database.engine) as session:
        return [each for each in session.scalars(select(Chore.kind)) if each == organisations.NAMED]


async def test_what_is_found_says_the_new_name(room: Room) -> None:
    await room.says("dee", "share https://example.org/talks it helped us", "harbor")
    await room.dialog("ben", ("find talks", "Harbor"))
    before = room.rows()
    done = await room.fills("ana", "organisation rename 2", name="Harbour Schools")
    assert "It is called Harbour Schools now" in done.text
    after = room.rows()
    assert after["organisation"] == before["organisation"] and after["audit"] == before["audit"] + 1
    assert people_of(room, "Harbour Schools") == ["Dee"]
    await room.settle()
    await room.dialog("ben", ("find talks", "Harbour Schools"))
    assert waits(room) == []
    async with nothing_changed(room):
        same = await room.fills("ana", "organisation rename 2", name="Harbour Schools")
        assert "nothing was changed" in same.text


async def test_two_are_made_one(room: Room) -> None:
    await room.says("dee", "share https://example.org/talks it helped us", "harbor")
    before = room.rows()
    done = await room.fills("ana", "organisation merge 2", into="northside")
    assert "Harbor is Northside now. 1 person moved." in done.text
    assert room.rows()["organisation"] == before["organisation"] - 1
    assert people_of(room, "Northside") == ["Ana", "Ben", "Dee", "Grace", "Gus"]
    await room.settle()
    await room.dialog("ben", ("find talks", "Northside"))
    assert "Harbor" not in (await room.says("ben", "find talks")).text


async def test_a_large_one_is_read_again_in_parts(room: Room, monkeypatch: object) -> None:
    """A part a second, so that nobody waits; and from the start when it is renamed meanwhile."""
    for number in range(5):
        await room.says("dee", f"share https://example.org/{number} number talks", "harbor")
    setattr(named, "AT_ONCE", 2)  # noqa: B010
    try:
        await room.fills("ana", "organisation rename 2", name="Harbour")
        await room.settle()
        assert waits(room) == [organisations.NAMED]
        assert (await room.says("ben", "find talks")).text.count("Harbour") == 2
        await room.fills("ana", "organisation rename 2", name="Quay")
        for _ in range(4):
            await room.goes_to(room.clock.now() + timedelta(seconds=1))
        assert waits(room) == []
        with Session(room.homeroom.database.engine) as session:
            assert marks.get(session, f"{organisations.NAMED} 2") is None
        said = (await room.says("ben", "find talks")).text
        assert said.count("Quay") == 5 and "Harbo" not in said
    finally:
        setattr(named, "AT_ONCE", 40)  # noqa: B010
