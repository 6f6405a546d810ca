"""The demo's network as the seed describes it: its workspaces, people, channels and call."""

import json
from collections.abc import Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from bot import plan
from bot.manifest import made
from bot.playground.apps import App
from bot.playground.shapes import Person, Workspace
from bot.playground.world import World
from storage import networks, people, series
from storage.models import Channel

SEED = Path(__file__).parent / "playground" / "seed"
Json = dict[str, Any]


def read(name: str) -> Any:
    """One of the seed's files."""
    return json.loads((SEED / name).read_text(encoding="utf-8"))


def set_up_world(world: World) -> App:
    """Fill an empty world with the seed's workspaces, people and channels, and install the app."""
    app = world.make_app(made(), emoji="🏠")
    for told in read("network.json")["workspaces"]:
        space = world.add_workspace(told["id"], told["name"], told["domain"])
        everyone = [(each, _add_person(world, space, each)) for each in told["people"]]
        installed = app.install(space)
        for channel in told["channels"]:
            inside = [person for each, person in everyone if channel["name"] in each["in"]]
            made_channel = world.add_channel(
                space,
                channel["name"],
                inside,
                topic=channel.get("topic", ""),
                private=channel.get("private", False),
            )
            if channel["network"]:
                # Quietly: the story begins where a host has already begun the network.
                made_channel.members.add(installed.bot_user_id)
                world.keep("channel", made_channel.id, made_channel)
    return app


def _add_person(world: World, space: Workspace, told: Json) -> Person:
    return world.add_person(
        space,
        told["name"],
        real_name=told["real_name"],
        title=told["title"],
        tz=told["tz"],
        guest=told["guest"],
        deactivated=told["deactivated"],
        id=told["id"],
    )


def begin(session: Session, world: World, first: datetime, now: datetime) -> None:
    """The network, its channels, its members and its series, as a host would have made them.
    `first` is its first call."""
    told = read("network.json")
    network = networks.add(
        session,
        name=told["network"],
        zone=told["zone"],
        organisations=told["organisations"],
        now=now,
    )
    channels = _add_channels(session, world, told, network.id, now)
    _join_all(session, told, network.id, now)
    held = [each for each in channels if each.name != "resources"]
    _plan_call(session, told, network.id, held, first, now)


def _add_channels(
    session: Session, world: World, told: Json, network_id: int, now: datetime
) -> list[Channel]:
    ids = {(each.team, each.name): each.id for each in world.channels.values()}
    return [
        networks.add_channel(
            session,
            network_id=network_id,
            platform="slack",
            workspace=space["id"],
            channel=ids[space["id"], channel["name"]],
            name=channel["name"],
            now=now,
        )
        for space in told["workspaces"]
        for channel in space["channels"]
        if channel["network"]
    ]


def _join_all(session: Session, told: Json, network_id: int, now: datetime) -> None:
    """Everyone who is in one of the network's channels."""
    home = {o.name: o.id for o in networks.organisations(session, network_id=network_id)}
    for space in told["workspaces"]:
        inside = {c["name"] for c in space["channels"] if c["network"]}
        for each in space["people"]:
            if "same_as" in each:
                _is_also(session, told, network_id, space["id"], each, now)
            elif inside & set(each["in"]) and not each["deactivated"]:
                people.join(
                    session,
                    network_id=network_id,
                    platform="slack",
                    workspace=space["id"],
                    person=each["id"],
                    name=each["real_name"],
                    now=now,
                    role=each["role"],
                    organisation_id=home.get(each["organisation"]),
                    zone=each["tz"],
                    guest=each["guest"],
                )


def _is_also(
    session: Session, told: Json, network_id: int, workspace: str, each: Json, now: datetime
) -> None:
    """Somebody who is known in another workspace already is one member with two accounts."""
    first = next(
        space["id"]
        for space in told["workspaces"]
        for person in space["people"]
        if person["id"] == each["same_as"]
    )
    known = people.identity(
        session, network_id=network_id, platform="slack", workspace=first, person=each["same_as"]
    )
    member = known and people.get(session, network_id=network_id, member_id=known.member_id)
    assert member
    there = people.workspace_at(session, platform="slack", external=workspace)
    people.add_identity(session, member=member, workspace_id=there.id, external=each["id"], now=now)


def _plan_call(
    session: Session,
    told: Json,
    network_id: int,
    channels: Sequence[Channel],
    first: datetime,
    now: datetime,
) -> None:
    call = told["series"]
    known = series.add(
        session,
        network_id=network_id,
        name=call["name"],
        every=call["every"],
        starts_on=first.date(),
        at=time.fromisoformat(call["at"]),
        zone=told["zone"],
        minutes=call["minutes"],
        link=call["link"],
        protocol=call["protocol"],
        questions=call["questions"],
        steps={},
        ends_on=None,
        channels=channels,
    )
    plan.plan_ahead(session, known, now)
