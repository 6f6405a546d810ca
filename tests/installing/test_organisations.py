"""One installation for a whole Enterprise organisation; people of connected channels; guests."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.checkup import checkup
from bot.playground.api_apps import revoke
from bot.playground.hands import Hands
from bot.publish import to_member
from bot.slack.failures import refused
from bot.speech import card
from storage import lanes, networks, people
from tests.databases import Template
from tests.installing.conftest import Town, open_town
from tests.installing.test_tokens import directs, installed, network, post, posts, send
from tests.room import MONDAY


@pytest.fixture
async def grid(tmp_path: Path, template: Template) -> AsyncIterator[Town]:
    """T1 and T2 are workspaces of the organisation E1; T3 is nobody's."""
    async with open_town(tmp_path, template, socket=True) as here:
        here.world.add_workspace("E1", "The District", "district")
        for team in ("T1", "T2"):
            here.world.workspaces[team].organisation = "E1"
        yield here


async def whole_network(town: Town) -> None:
    """The organisation installs it once; its network has a channel in each of two workspaces."""
    await town.installs("E1")
    bot = installed(town, "E1").bot_user_id
    for team in ("T1", "T2"):
        town.channels[team].members.add(bot)

    def begin(session: Any) -> int:
        now = town.clock.now()
        made = networks.add(session, name="Coaches", zone="UTC", organisations=[], now=now)
        for team in ("T1", "T2"):
            networks.add_channel(
                session,
                network_id=made.id,
                platform="slack",
                workspace="E1",
                channel=f"C{team}",
                name=f"call-{team.lower()}",
                now=now,
            )
            people.join(
                session,
                network_id=made.id,
                platform="slack",
                workspace=team,
                person=f"U{team}",
                name=f"Ana {team}",
                now=now,
                role="host" if team == "T1" else "member",
            )
        return made.id

    town.network_id = await asyncio.wrap_future(town.homeroom.database.write(begin))


async def writes_to(town: Town, team: str, words: str) -> None:
    """Let the program write to the person of a workspace."""

    def want(session: Any) -> None:
        known = people.identity(
            session,
            network_id=town.network_id,
            platform="slack",
            workspace=team,
            person=f"U{team}",
        )
        assert known
        to_member(
            session,
            known.member_id,
            card(words),
            network_id=town.network_id,
            of=words,
            kind="notice",
            now=town.clock.now(),
        )

    await asyncio.wrap_future(town.homeroom.database.write(want))
    await send(town)


async def test_an_organisation_installs_it_once_for_its_workspaces(grid: Town) -> None:
    page = await grid.installs("E1")
    assert "Homeroom is in The District" in page.text
    assert grid.row("E1").teams == ["T1", "T2"]
    assert "not a valid command" not in await grid.says("T1")
    assert "not a valid command" not in await grid.says("T2")
    assert "not a valid command" in await grid.says("T3")


async def test_posts_and_direct_messages_go_out_in_all_its_workspaces(grid: Town) -> None:
    await whole_network(grid)
    await post(grid, "One", "1")
    assert posts(grid, "T1") == posts(grid, "T2") == ["One"]
    await writes_to(grid, "T2", "For you")
    assert "For you" in directs(grid, "T2")
    assert "find" in await grid.says("T1", "help")


async def test_a_workspace_that_joins_the_organisation_later_is_learnt(grid: Town) -> None:
    await whole_network(grid)
    grid.world.workspaces["T3"].organisation = "E1"
    await grid.says("T3", "help")
    assert grid.row("E1").teams == ["T1", "T2", "T3"]
    other = grid.another()
    found = await other.find("T3")
    assert found and found.workspace == "E1"


async def test_a_workspaces_own_installation_comes_first(grid: Town) -> None:
    await grid.installs("E1")
    await grid.installs("T1")
    mine, theirs = await grid.find("T1"), await grid.find("T2")
    assert (mine.workspace, theirs.workspace) == ("T1", "E1")


async def test_the_organisation_takes_it_out_and_lets_it_in_again(grid: Town) -> None:
    await whole_network(grid)
    await asyncio.gather(*revoke(grid.app, installed(grid, "E1"), "account_inactive"))
    assert grid.row("E1").state == "gone"
    await post(grid, "One", "1")
    assert posts(grid, "T1") == []
    await grid.installs("E1")
    await send(grid)
    assert posts(grid, "T1") == posts(grid, "T2") == ["One"]


async def test_one_workspace_that_is_closed_to_it_stops_no_other(
    grid: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await whole_network(grid)
    door: Any = grid.homeroom.doors["slack"]
    write = door._clients.write

    async def closed(home: Any, method: str, body: dict[str, Any]) -> Any:
        if body.get("channel") == "CT2":
            raise refused("team_access_not_granted")
        return await write(home, method, body)

    monkeypatch.setattr(door._clients, "write", closed)
    await post(grid, "One", "1")
    await post(grid, "Two", "2")
    assert posts(grid, "T1") == ["One", "Two"]
    assert "#call-t2" in directs(grid, "T1")
    assert "An administrator of the organisation adds the app to it" in directs(grid, "T1")


async def test_a_large_channel_of_an_organisation_is_read_by_its_workspaces_list(
    grid: Town,
) -> None:
    await whole_network(grid)
    space = grid.world.workspaces["T2"]
    for number in range(40):
        person = grid.world.add_person(space, f"p{number}", real_name=f"Person {number}")
        grid.channels["T2"].members.add(person.id)
    found = await grid.homeroom.doors["slack"].people("E1", "CT2")
    assert len([each for each in found if each.workspace == "T2"]) == 41
    lists = [each for each in grid.world.log if each.method == "users.list"]
    assert [each.args.get("team_id") for each in lists] == ["T2"]


async def test_doctor_looks_at_an_organisation(grid: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.checkup.wall", lambda: MONDAY)
    await whole_network(grid)
    found = await checkup(grid.config)
    assert [each for each in found if not each.well] == []
    assert any("The District: The token works" in f"{each.about}: {each.said}" for each in found)


# -- connected channels ---------------------------------------------------------------------------


async def connected(town: Town) -> Hands:
    """T1 has it, and shares its channel with T3, which has not: Ana of T3 is in it."""
    await network(town, "T1")
    town.world.share_channel(town.channels["T1"], town.world.workspaces["T3"], "their-call")
    await town.hands["T3"].joins(town.channels["T1"])
    return town.hands["T3"]


async def test_somebody_from_elsewhere_keeps_their_own_workspace(hill: Town) -> None:
    ana = await connected(hill)
    await ana.says(hill.channels["T1"], "@Homeroom help")
    await hill.door.later.settled()

    def who(session: Any) -> Any:
        return people.identity(
            session,
            network_id=hill.network_id,
            platform="slack",
            workspace="T3",
            person="UT3",
        )

    known = hill.homeroom.database.read(who).result()
    assert known is not None


async def test_a_stranger_is_written_to_by_the_workspace_that_knows_them(hill: Town) -> None:
    ana = await connected(hill)
    await ana.says(hill.channels["T1"], "@Homeroom help")
    await hill.door.later.settled()
    await hill.homeroom.doors["slack"].people("T1", "CT1")  # as the errand does
    await writes_to(hill, "T3", "For you")
    (there,) = hill.world.ims_of("UT3")
    assert "For you" in [each["text"] for each in hill.world.messages[there.id].values()]


async def test_a_stranger_who_cannot_be_reached_disturbs_nobody(hill: Town) -> None:
    ana = await connected(hill)
    await ana.says(hill.channels["T1"], "@Homeroom help")
    await hill.door.later.settled()
    hill.world.log.clear()
    await writes_to(hill, "T3", "For you")  # nobody has read the channel: who knows them?
    await send(hill)
    assert "I can’t post" not in directs(hill, "T1")

    def stopped(session: Any) -> list[str]:
        names = (lanes.name_of("slack", "T3"), lanes.name_of("slack", "T3", "UT3"))
        found = [lanes.get(session, name=name) for name in names]
        return [each.stopped if each else "" for each in found]

    assert hill.homeroom.database.read(stopped).result() == ["", "not_installed"]
    await post(hill, "One", "1")
    assert posts(hill, "T1") == ["One"]
