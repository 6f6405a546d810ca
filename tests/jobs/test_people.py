"""Who is in the network's channels: read from the workspace."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.errors import InDoubt, NotNow, Refused
from bot.findings import Looked
from bot.slack.people import Profile
from bot.speech import Incoming
from jobs import people
from storage import merging
from storage.codes import Account
from storage.models import Channel, Identity, Member
from tests.cast import CALL, MONDAY, Room
from tests.handlers.acting import nothing_changed, presses
from tests.handlers.test_networks import begins, invites
from tests.jobs.walking import walks_to

deliveries = count()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def reads_everyone(room: Room) -> int:
    """Read the people of every channel whose turn it is, through the real door; how many
    channels."""
    loop, home = asyncio.get_running_loop(), room.homeroom

    def people_of(platform: str, workspace: str, channel: str) -> tuple[Looked, Sequence[Any]]:
        async def ask() -> tuple[Looked, Sequence[Any]]:
            door = home.doors[platform]
            looked = await door.look(workspace, channel)
            return looked, await door.people(workspace, channel)

        return asyncio.run_coroutine_threadsafe(ask(), loop).result(10)

    return await told(room, people_of)


async def told(room: Room, people_of: people.PeopleOf) -> int:
    read = 0
    while await asyncio.to_thread(people.read_next, room.homeroom.database, room.clock, people_of):
        read += 1
    return read


def member(room: Room, person: str, network_id: int = 1) -> Member | None:
    """The member whom a platform calls so."""
    with Session(room.homeroom.database.engine) as session:
        asked = select(Member).join(Identity).where(Identity.external == person)
        return session.scalars(asked.where(Member.network_id == network_id)).one_or_none()


@pytest.mark.slack_only("Teams tells no zone; its profiles are in tests/teams/test_door.py")
async def test_names_zones_and_guests_come_from_the_workspace(room: Room) -> None:
    room.ben.person.real_name, room.ben.person.tz = "Benjamin Okoro", "Europe/Berlin"
    newcomer = room.world.add_person(room.ana.workspace, "ida", real_name="Ida", id="UIDA")
    room.channel().members.add(newcomer.id)
    assert await reads_everyone(room) == 3
    assert await reads_everyone(room) == 0  # until half a day later
    ben, gus, ida = (member(room, each) for each in ("UBEN", "UGUS", "UIDA"))
    assert ben and (ben.name, ben.zone, ben.role) == ("Benjamin Okoro", "Europe/Berlin", "member")
    assert gus and gus.guest and ida and not ida.guest
    assert member(room, "UCLEO") is None
    with Session(room.homeroom.database.engine) as session:
        assert not [m for m in session.scalars(select(Member)) if "Homeroom" in m.name]
    await room.goes_to(MONDAY + 13 * HOUR)
    assert await reads_everyone(room) == 3


async def test_who_never_spoke_is_reminded_too(room: Room) -> None:
    room.newcomer("ida")
    await reads_everyone(room)
    await walks_to(room, CALL - 4 * HOUR)
    assert any("Hello Ida" in said for said in room.direct("ida"))


@pytest.mark.slack_only("Teams tells of nobody that they are deactivated")
async def test_a_deactivated_person_is_not_reminded_and_changes_nothing(room: Room) -> None:
    room.gus.person.deactivated = True
    room.channel().members.add("UGUS")
    await reads_everyone(room)
    gus = member(room, "UGUS")
    assert gus and not gus.active
    await walks_to(room, CALL - 4 * HOUR)
    assert room.direct("gus") == [] and room.direct("grace")
    room.gus.person.deactivated = False
    await room.goes_to(room.clock.now() + 13 * HOUR)
    await reads_everyone(room)
    gus = member(room, "UGUS")
    assert gus and gus.active


@pytest.mark.slack_only("Teams tells of nobody that they are deactivated")
async def test_a_host_who_was_deactivated_is_asked_nothing(room: Room) -> None:
    room.ana.person.deactivated = True
    await reads_everyone(room)
    await walks_to(room, CALL + 2 * HOUR)
    assert not any("draft" in said for said in room.direct("ana"))
    assert "A draft" in room.direct("grace")[-1]


async def test_a_host_who_became_a_guest_hosts_no_more(room: Room) -> None:
    """The platform says that Gus is one; whoever began the network was none yet."""
    await room.joins("gus", "elsewhere")
    own, began = room.who("gus").person, room.who("cleo").person
    assert "has begun" in (await begins(room, "cleo")).text
    await invites(room, "cleo", "elsewhere")

    def becomes(session: Session) -> None:
        for before, after in ((own, "UX"), (began, own)):
            changed = update(Identity).where(Identity.external == before).values(external=after)
            session.execute(changed)

    room.homeroom.database.write(becomes).result()
    await reads_everyone(room)
    await room.settle()
    gus = member(room, own, network_id=3)
    assert gus and gus.role == "member"
    assert "As a guest of this workspace you can’t host a network" in room.direct("gus")[-1]
    menu = await room.says("cleo", "", "elsewhere")
    assert (
        "You host Harbor Lab now"
        in (await presses(room, "cleo", menu.message, "Become its host")).text
    )


async def test_who_was_removed_and_erased_is_not_taken_in_from_the_channel_s_list(
    room: Room,
) -> None:
    await reads_everyone(room)
    (gus,) = called_gus(room)
    await room.dialog("ana", (f"network remove {gus}", "no member of Coaching Network"))
    await room.fills("gus", "me erase", sure="erase")
    await room.settle()
    room.clock.move(MONDAY + DAY)
    await reads_everyone(room)
    assert called_gus(room) == []
    await room.says("ana", f"network restore {gus}")
    room.clock.move(MONDAY + 2 * DAY)
    await reads_everyone(room)
    assert len(called_gus(room)) == 1 and called_gus(room) != [gus]


def called_gus(room: Room) -> Sequence[int]:
    """The members of that name."""
    with Session(room.homeroom.database.engine) as session:
        return session.scalars(select(Member.id).where(Member.name == "Gus")).all()


@pytest.mark.parametrize("problem", [NotNow(3), InDoubt(), Refused("channel_not_found")])
async def test_a_channel_that_cannot_be_read_is_read_later(room: Room, problem: Exception) -> None:
    def fail(*_: str) -> tuple[Looked, Sequence[Any]]:
        raise problem

    assert await told(room, fail) == 3
    assert await told(room, fail) == 0
    await room.goes_to(MONDAY + HOUR / 12)
    assert await reads_everyone(room) == 3
    with Session(room.homeroom.database.engine) as session:
        names = session.scalars(select(Channel.name).order_by(Channel.id)).all()
    assert list(names) == ["learning-call", "harbor", "other-network"]


async def test_of_whom_only_an_id_is_shown_nothing_is_changed(room: Room) -> None:
    await reads_everyone(room)
    await room.goes_to(MONDAY + 13 * HOUR)
    own = room.who("gus")
    hidden = [Profile(each, workspace=own.workspace) for each in (own.person, "UNEW")]
    await told(room, lambda *_: (Looked("learning-call"), hidden))
    gus = member(room, own.person)
    assert gus and gus.name == "Gus" and gus.guest
    assert member(room, "UNEW") is None


async def test_a_person_of_a_connected_workspace_keeps_their_own(room: Room) -> None:
    own = room.who("dee")
    there = [
        Profile(own.person, "Dee Dee", workspace=own.workspace),
        Profile("UNEW", "Nia", workspace="T9"),
    ]
    await told(room, lambda *_: (Looked("learning-call"), there))
    dee = member(room, own.person)
    assert dee and dee.name == "Dee Dee"
    with Session(room.homeroom.database.engine) as session:
        asked = select(Identity).where(Identity.external == "UNEW", Identity.network_id == 1)
        assert session.scalars(asked).one().workspace.external == "T9"


# -- one person, two accounts ---------------------------------------------------------------------


def link(room: Room, one: str, other: str) -> None:
    """A code made these two accounts one member."""

    def keep(session: Session) -> None:
        every = session.scalars(select(Identity).where(Identity.network_id == room.network_id))
        known = {each.external: Account(each.workspace_id, each.external) for each in every}
        maker, user = (known[room.who(each).person] for each in (one, other))
        merging.link(session, maker=maker, user=user, now=room.clock.now())

    room.homeroom.database.write(keep).result()


async def tells(room: Room, *profiles: Profile) -> Member:
    """The platform tells of accounts of Ana's; who she is then."""
    await room.goes_to(room.clock.now() + 13 * HOUR)
    await told(room, lambda *_: (Looked("learning-call"), profiles))
    await room.settle()
    found = member(room, room.who("ana").person)
    assert found
    return found


def profiles(room: Room) -> tuple[Profile, Profile]:
    """What the platform knows of Ana's account, and of Dee's, which is hers, too."""
    ana, dee = room.who("ana"), room.who("dee")
    return (
        Profile(ana.person, "Ana", "America/Chicago", workspace=ana.workspace),
        Profile(dee.person, "Ana at Harbor", "Asia/Tokyo", workspace=dee.workspace),
    )


async def test_a_host_stays_one_until_all_accounts_are_guests(room: Room) -> None:
    link(room, "ana", "dee")
    ana, dee = profiles(room)
    found = await tells(room, ana, replace(dee, guest=True))
    assert (found.name, found.zone) == ("Ana", "America/Chicago")
    assert (found.role, found.guest) == ("host", False)
    found = await tells(room, replace(ana, guest=True))
    assert (found.role, found.guest) == ("member", True)
    assert "As a guest of this workspace you can’t host" in room.direct("ana")[-1]


async def test_one_deactivated_account_leaves_the_other(room: Room) -> None:
    link(room, "ana", "dee")
    ana, dee = profiles(room)
    found = await tells(room, replace(ana, deactivated=True), dee)
    assert (found.active, found.role) == (True, "host")
    assert (found.name, found.zone) == ("Ana at Harbor", "Asia/Tokyo")
    async with nothing_changed(room):
        await room.dialog("ana", ("call", "Your account was deactivated here"))
    await room.dialog("dee", ("call", "Weekly call"), where="harbor")
    before = room.direct("ana")
    await walks_to(room, CALL + 2 * HOUR)
    assert "A draft" in room.direct("dee")[-1] and room.direct("ana") == before
    assert not (await tells(room, replace(dee, deactivated=True))).active
    found = await tells(room, ana)
    assert (found.active, found.name) == (True, "Ana")


async def test_where_one_lives_is_told_by_the_first_account(room: Room) -> None:
    link(room, "ana", "dee")
    for who, where, zone in (("ana", "learning-call", "Europe/Paris"), ("dee", "harbor", "UTC")):
        await says_where(room, who, where, zone)
        found = member(room, room.who("ana").person)
        assert found and found.zone == "Europe/Paris"


async def says_where(room: Room, name: str, where: str, zone: str) -> None:
    """Someone says something, and their platform tells where they live."""
    said = Incoming(f"told {next(deliveries)}", room.who(name, zone), room.place(where), "absent")
    await room.homeroom.answer(said)


ODD = {
    "nul": ("Ev\0il", "Evil"),
    "surrogate": ("Ev\ud800il", "Evil"),
    "override": ("Ana\u202egnihctac", "Anagnihctac"),
    "lines": ("Ana\n\n*Host*\r\x07", "Ana *Host*"),
    "nothing": ("\0\u202e", "Someone new"),
    "long": ("x" * 5000, "x" * 119 + "…"),
    "kept": ("نورا\u200dה José 🧑🏽‍🏫", "نورا\u200dה José 🧑🏽‍🏫"),
}


@pytest.mark.parametrize("odd", ODD)
async def test_odd_names_keep_nobody_out_and_are_tidied(room: Room, odd: str) -> None:
    name, kept = ODD[odd]
    channel = room.channel()

    def people_of(*_asked: str) -> tuple[Looked, list[Profile]]:
        looked = Looked(name="call\0\u202e\ud800" + "y" * 500)
        home = channel.team
        return looked, [
            Profile("UODD", name, "Bad\0Zone", home),
            Profile("UGOOD", "Good", "", home),
        ]

    await told(room, people_of)
    found, good = member(room, "UODD"), member(room, "UGOOD")
    assert good and good.name == "Good"
    assert found and found.name == kept
    with Session(room.homeroom.database.engine) as session:
        names = set(session.scalars(select(Channel.name).where(Channel.external == channel.id)))
    assert names == {"call" + "y" * 115 + "…"}
    await room.goes_to(CALL - timedelta(hours=23))
    assert room.post("Agenda")


async def test_an_odd_name_that_comes_with_what_is_said_is_tidied(room: Room) -> None:
    who = replace(room.who("ben"), person="UNEW", name="Ev\0\ud800il\u202e")
    said = Incoming(f"odd {next(deliveries)}", who, room.place(), "commit Try wait time")
    assert await room.homeroom.answer(said)
    found = member(room, "UNEW")
    assert found and found.name == "Evil"
