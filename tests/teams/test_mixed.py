"""One network in two Slack workspaces and a Teams tenant at once: one call, one library."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.teams.tokens import FixedToken
from bot.teams_door import teams_door
from handlers.words import TABLE
from storage import calls, networks, people, series
from storage.models import Member, Prompt, Voice
from tests import cast
from tests.cast import CALL, MONDAY, PATIENCE, Room, text
from tests.databases import Template
from tests.handlers.acting import problem_id
from tests.teams.connector import Chat, Teams
from tests.teams.hands import Hands
from tests.teams.program import reached
from tests.teams.seen import message_text

TALKS = "https://example.org/number-talks"


@dataclass
class Mixed:
    """The cast's room on Slack, and Wen and Rosa of the same network on Teams."""

    room: Room
    teams: Teams
    weekly: Chat
    wen: Hands
    rosa: Hands

    def in_teams(self) -> list[str]:
        """What stands in the Teams channel for everybody."""
        return [message_text(each) for each in self.weekly.shown if not each.target]


@pytest.fixture
async def mixed(tmp_path: Path, template: Template, teams: Teams) -> AsyncIterator[Mixed]:
    persons = [teams.person("Wen Li"), teams.person("Rosa Diaz")]
    _, weekly = teams.team("Mesa Schools", ["Weekly"], persons)
    settings = {
        "teams_client_id": teams.app_id,
        "teams_tenant_id": teams.tenant,
        "teams_openid_url": teams.openid_metadata_url,
    }
    async with AsyncExitStack() as stack:
        room = await stack.enter_async_context(cast.room(tmp_path, template, **settings))
        url = teams.service_url
        door = teams_door(room.homeroom, tokens=FixedToken(), clock=url, patience=PATIENCE)
        app = await stack.enter_async_context(door)
        http = await stack.enter_async_context(reached(app))
        hands = [Hands(teams, each, http, app.later.settled) for each in persons]
        room.homeroom.database.write(lambda s: _move_in(s, room, weekly, teams)).result()
        for each in hands:
            await each.says(each.direct(), "hello")
        await hands[0].mentions(weekly, "hello")
        await room.settle()
        yield Mixed(room, teams, weekly, *hands)


def _move_in(session: Session, room: Room, weekly: Chat, teams: Teams) -> None:
    channel = networks.add_channel(
        session,
        network_id=room.network_id,
        platform="teams",
        workspace=teams.tenant,
        channel=weekly.id,
        name="Weekly",
        now=MONDAY,
    )
    (known,) = series.of_network(session, network_id=room.network_id)
    known.channels.append(channel)
    (home, *_) = networks.organisations(session, network_id=room.network_id)
    for person in weekly.members:
        people.join(
            session,
            network_id=room.network_id,
            platform="teams",
            workspace=teams.tenant,
            person=person.aad,
            name=person.name,
            now=MONDAY,
            organisation_id=home.id,
        )
    for call in calls.upcoming(session, network_id=room.network_id, now=MONDAY, limit=20):
        calls.touch(session, call_id=call.id)


async def test_what_is_shared_in_one_is_found_in_the_others(mixed: Mixed) -> None:
    room, wen = mixed.room, mixed.wen
    await room.dialog("ben", (f"share {TALKS} They got them talking #talk", "Saved"))
    assert "They got them talking" in (await wen.says(wen.direct(), "find talking")).text
    shared = await wen.mentions(mixed.weekly, "share https://example.org/wait Wait five seconds")
    assert "Saved" in shared.text
    for who, where in (("ana", "learning-call"), ("dee", "harbor")):
        assert "Wait five seconds" in (await room.says(who, "find seconds", where)).text
    found = await mixed.rosa.searches(mixed.rosa.direct(), "talking")
    assert "They got them talking" in found.text
    assert "Nothing found" in (await room.says("eve", "find seconds", "other-network")).text


async def test_a_problem_and_its_offers_cross_over(mixed: Mixed) -> None:
    room, wen = mixed.room, mixed.wen
    opened = await wen.says(wen.direct(), "ask")
    await wen.submit(opened, what="Talk moves fade", wanted="Ideas", sight="network")
    await room.settle()
    for where in ("learning-call", "harbor"):
        assert "Raised by Wen Li" in text(room.post("Talk moves fade", where))
    assert any("Talk moves fade" in each for each in mixed.in_teams())
    number = problem_id(room, "Talk moves fade")
    offer = await room.says("dee", f"offer {number}", "harbor")
    assert offer.view
    await room.dee.submit(offer.view, {"words": "Post them on the wall"})
    await room.settle()
    (root,) = [e for e in mixed.weekly.shown if "Talk moves fade" in message_text(e)]
    replies = [e for e in mixed.weekly.shown if e.root == root.id and e is not root]
    assert "Post them on the wall" in message_text(replies[-1])
    direct = [message_text(each) for each in wen.sees(wen.direct())]
    assert any("Post them on the wall" in each for each in direct)


async def test_every_step_of_the_call_is_posted_in_all_three(mixed: Mixed) -> None:
    room, wen = mixed.room, mixed.wen
    await room.dialog("ben", (f"share {TALKS} They got them talking", "Saved"))
    form = await wen.says(wen.direct(), "checkin")
    done = await wen.submit(form, answer0="Wait time", answer1="A question")
    assert "you have checked in" in done.text
    for at in (CALL - timedelta(hours=24), CALL, CALL + timedelta(hours=1)):
        await room.goes_to(at)
    ticket = await wen.says(wen.direct(), "exit")
    assert ticket.form
    await room.goes_to(CALL + timedelta(hours=25))
    for title in ("Check-in: ", "Starting now: ", "Before you go: ", "Recap"):
        here = [any(title in text(e) for e in room.posts(w)) for w in ("learning-call", "harbor")]
        assert all(here) and any(title in each for each in mixed.in_teams()), title
    for recap in (
        text(room.post("Recap")),
        text(room.post("Recap", "harbor")),
        next(each for each in mixed.in_teams() if "Recap" in each),
    ):
        assert "They got them talking" in recap
    assert len([each for each in mixed.in_teams() if "Agenda" in each]) == 1


async def test_a_person_known_in_both_is_one_member(mixed: Mixed) -> None:
    room, wen = mixed.room, mixed.wen
    await room.dialog("ben", (f"share {TALKS} They got them talking", "Saved"))
    told = await wen.says(wen.direct(), "me link")
    code = next(w.strip(".,:") for w in told.text.split() if w.startswith("LINK-"))
    assert f"me link {code}" in told.text and "/learn" not in told.text
    before = room.rows()["member"]
    asked = await room.says("ben", f"me link {code}")
    assert "in Coaching Network (Slack), from which you speak" in asked.text
    done = await room.presses("ben", asked.message, "Both are me: link them")
    assert "one member now" in done.text
    assert room.rows()["member"] == before - 1
    form = await wen.says(wen.direct(), "checkin")
    await wen.submit(form, answer0="Wait time")
    again = await room.says("ben", "checkin")
    assert again.view and "Wait time" in str(again.view)
    withdrawn = await wen.says(wen.direct(), f"withdraw {_voice(room)}")
    assert "took" in withdrawn.text or "Withdrawn" in withdrawn.text, withdrawn.text


def _voice(room: Room) -> int:
    with Session(room.homeroom.database.engine) as session:
        return session.scalars(select(Voice.id)).one()


async def test_teams_reads_what_is_typed_there(mixed: Mixed) -> None:
    """No word of Slack's in what Teams shows."""
    wen = mixed.wen
    for name in sorted(TABLE):
        seen = await wen.says(wen.direct(), name)
        assert "/learn" not in seen.text and "Slack" not in seen.text, (name, seen.text)


async def test_a_time_is_meant_where_its_host_is_when_they_say_it(mixed: Mixed) -> None:
    """Teams tells where somebody is with each thing they say, also with the first of a journey."""
    room, wen = mixed.room, mixed.wen
    with Session(room.homeroom.database.engine) as session, session.begin():
        session.scalars(select(Member).where(Member.name == "Wen Li")).one().role = "host"
    wen.zone = "Asia/Tokyo"
    await wen.says(wen.direct(), "prompt 1 December 9am: What surprised you?")
    with Session(room.homeroom.database.engine) as session:
        assert session.scalars(select(Prompt.zone)).all() == ["Asia/Tokyo"]
