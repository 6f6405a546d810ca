"""A channel that two workspaces share has one id in both: it is one channel of one network from
either side."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.playground.hands import Hands
from storage import people
from storage.models import Channel, Member
from tests.cast import CALL, Room, SlackRoom, text
from tests.handlers.acting import buttons, nothing_changed, presses, says_in_form

pytestmark = pytest.mark.slack_only("Teams has no channel with one id in two tenants")


def connect(room: Room, where: str = "learning-call") -> None:
    """Harbor Schools shares the channel now: its Dee and its Zed are in it, and so is its bot."""
    assert isinstance(room, SlackRoom)
    world, channel, harbor = room.world, room.channels[where], room.world.workspaces["T2"]
    world.share_channel(channel, harbor, "their-call")
    zed = world.add_person(harbor, "zed", real_name="Zed", id="UZED")
    room.hands["zed"] = Hands(world, harbor, zed)
    installed = world.installation(room.app, "T2")
    assert installed
    channel.members |= {room.hands["dee"].person.id, zed.id, installed.bot_user_id}


def networks_of(room: Room, where: str = "learning-call") -> list[int]:
    """The networks whose this channel is; a network twice if it has it twice."""
    with Session(room.homeroom.database.engine) as session:
        own = Channel.external == room.channel(where).id
        return list(session.scalars(select(Channel.network_id).where(own)))


def known(room: Room, workspace: str, person: str) -> Member | None:
    with Session(room.homeroom.database.engine) as session:
        return people.known(
            session,
            network_id=room.network_id,
            platform="slack",
            workspace=workspace,
            person=person,
        )


async def let_dee_host(room: Room) -> None:
    dee = known(room, "T2", "UDEE")
    assert dee
    assert "hosts" in await says_in_form(room, "ana", f"network person {dee.id}", role="host")


async def test_whoever_speaks_there_from_the_other_workspace_belongs(room: Room) -> None:
    connect(room)
    said = await room.says("zed", "checkin")
    assert said.view, said.text
    zed = known(room, "T2", "UZED")
    assert zed and not zed.guest and zed.role == "member"
    assert known(room, "T1", "UZED") is None
    await room.dialog("zed", ("commit Try wait time", "Saved"))
    await room.mentions("zed", "problems")
    await room.replied()
    assert "not in a network" not in text(room.private("zed")[-1])


async def test_a_member_of_the_other_workspace_reads_no_invitation_to_begin(room: Room) -> None:
    connect(room)
    said = await room.says("dee", "")
    assert "Coaching Network" in said.text and "no network" not in said.text
    assert not {"Begin a network here", "Add it to Coaching Network"} & {*buttons(said.message)}


async def test_it_is_neither_begun_nor_added_from_the_other_side(room: Room) -> None:
    connect(room)
    said = await room.says("zed", "begin")
    assert said.text == "This channel already belongs to Coaching Network. Type /learn to see more."
    await let_dee_host(room)
    async with nothing_changed(room):
        said = await room.says("dee", "adopt")
        assert said.text == "This channel is one of Coaching Network’s already."
    assert networks_of(room) == [room.network_id]


async def test_each_post_stands_there_once(room: Room) -> None:
    connect(room)
    await let_dee_host(room)
    await room.says("dee", "adopt")
    await room.goes_to(CALL - timedelta(hours=23))
    begins = [text(each).split(":")[0] for each in room.posts()]
    assert begins.count("Check-in") == 1 and begins.count("Agenda") == 1


async def test_it_joins_no_second_network(room: Room) -> None:
    """Eve’s network has a channel; Harbor, which shares it, has a code of another network’s."""
    connect(room, "other-network")
    code = (await room.says("ana", "network code")).text.split("The join code is ")[1][:9]
    said = await room.says("zed", f"network join {code}", "other-network")
    assert "belongs to another network already" in said.text
    assert len(networks_of(room, "other-network")) == 1


async def test_a_channel_is_asked_for_once_from_both_sides(room: Room) -> None:
    """Both sides ask before a host has decided; neither has it twice."""
    connect(room, "elsewhere")
    first, second = [
        (await room.says("ana", "network code")).text.split("The join code is ")[1][:9]
        for _ in range(2)
    ]
    await room.dialog("cleo", (f"network join {first}", "I have asked"), where="elsewhere")
    said = await room.says("zed", f"network join {second}", "elsewhere")
    assert "have been asked about this channel already" in said.text
    await room.settle()
    await presses(room, "ana", room.directs("ana")[-1], "Approve")
    assert networks_of(room, "elsewhere") == [room.network_id]
    assert (await room.says("zed", "checkin", "elsewhere")).view


async def test_a_message_pointed_at_from_the_other_side_is_the_same_message(room: Room) -> None:
    connect(room)
    await says_in_form(room, "ana", "ask", what="How do you pair coaches?")
    await room.settle()
    post = room.post("How do you pair coaches?")
    message = await room.replies_to("ben", post, "We pair them by school.")
    for who in ("dee", "grace"):
        await room.points(who, message, "helped")
    await room.settle()
    offered = [each for each in room.replies(post) if "We pair them" in text(each)]
    assert len(offered) == 2  # what Ben wrote, and one card of his offer
    assert "Ben" in text(offered[1])


async def test_a_channel_known_twice_is_taken_from_its_own_side(room: Room) -> None:
    """As it was left by versions that did not know better: each side has its own network."""
    connect(room)
    with Session(room.homeroom.database.engine) as session:
        space = people.workspace_at(session, platform="slack", external="T2")
        other = Channel(network_id=2, workspace_id=space.id, external="C1", people_due=None)
        session.add(other)
        session.commit()
    assert "Coaching Network" in (await room.says("ana", "")).text
    assert "Coaching Network" not in (await room.says("zed", "")).text
