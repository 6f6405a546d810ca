"""`make demo-teams`: the demo's network, with one of its organisations in Microsoft Teams.

The local Slack workspace and Microsoft's Agents Playground, side by side, with one Homeroom behind
both. It begins anew each time: the playground's page keeps what was said, until it is loaded again.
With `--folder` it is kept in another one, which must be new: so that two never meet.
"""

import asyncio
import shutil
import sys
from argparse import ArgumentParser
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

import uvloop
from sqlalchemy.orm import Session
from starlette.routing import BaseRoute

from bot import config as settings
from bot.app import Homeroom
from bot.demo import START, alone, free_port, local_workspace
from bot.errors import ConfigError
from bot.logs import set_up
from bot.run import stop_signal
from bot.teams_door import open_teams_door
from storage import calls, conversations, networks, people, series
from tests import npm
from tests.teams.playground import playground, read_seed

FOLDER = Path("var/demo-teams")
INSTALLED_YET = 0.2  # seconds
ZONE = "America/Denver"
ORGANISATION = "Mesa Vista Educators"


async def demo(folder: Path, slack_port: int, teams_port: int) -> None:
    """Serve both pages until SIGINT or SIGTERM."""
    stopped = stop_signal()
    print("  Three weeks of a network's calls are lived first …", flush=True)
    service_url = f"http://127.0.0.1:{teams_port}/_connector"

    @asynccontextmanager
    async def teams(program: Homeroom) -> AsyncIterator[list[BaseRoute]]:
        async with open_teams_door(program, service_url) as app:
            move_in = partial(_move_in, now=program.clock.now())
            await asyncio.wrap_future(program.database.write(move_in))
            joining = asyncio.create_task(_join_when_installed(program))
            try:
                yield app.routes
            finally:
                joining.cancel()

    async with local_workspace(folder, slack_port, _config(), beside=teams) as running:
        with ExitStack() as stack:
            endpoint = f"{_web(folder)}/api/messages"
            shown = playground(
                folder / "playground", npm.MODULES, port=teams_port, endpoint=endpoint
            )
            # Apart, since it asks the program for an answer while it starts.
            opened = await asyncio.to_thread(stack.enter_context, shown)
            print(f"\n  Slack is open at  {running.url}")
            print(f"  Teams is open at  {opened.url}")
            print("\n  You are Imani there, who hosts, too. What the playground cannot do:")
            print("  a button that opens a form does nothing (type checkin, share or ask instead),")
            print("  and its page forgets what was said when it is loaded again.")
            print("\n  Ctrl-C stops both.", flush=True)
            await stopped.wait()


def _config() -> settings.Config:
    seed = read_seed()
    return replace(
        settings.load(), teams_client_id=seed["bot"]["id"], teams_tenant_id=seed["tenantId"]
    )


def _web(folder: Path) -> str:
    return f"http://127.0.0.1:{(folder / 'web-port').read_text().strip()}"


async def _join_when_installed(program: Homeroom) -> None:
    """The channel is posted to once the app is installed, which the playground's page does when it
    is opened: what is posted before may come before the page listens, and is lost."""
    while not await asyncio.wrap_future(program.database.read(_installed)):
        await asyncio.sleep(INSTALLED_YET)
    join = partial(_join_calls, now=program.clock.now())
    await asyncio.wrap_future(program.database.write(join))


def _network(session: Session) -> int:
    (network_id,) = networks.in_workspace(session, platform="slack", workspace=START["team"])
    return network_id


def _installed(session: Session) -> bool:
    seed = read_seed()
    channel = seed["team"]["channels"][0]["id"]
    place = partial(conversations.find, session, platform="teams", workspace=seed["tenantId"])
    return place(place=channel) is not None


def _join_calls(session: Session, *, now: datetime) -> None:
    network_id = _network(session)
    (channel,) = (
        each
        for each in networks.channels(session, network_id=network_id)
        if each.workspace.platform == "teams"
    )
    for known in series.of_network(session, network_id=network_id):
        known.channels.append(channel)
    for call in calls.upcoming(session, network_id=network_id, now=now, limit=20):
        calls.touch(session, call_id=call.id)


def _move_in(session: Session, *, now: datetime) -> None:
    """The tenant's channel and its people join the network that there is."""
    seed = read_seed()
    tenant, team = seed["tenantId"], seed["team"]
    network_id = _network(session)
    networks.add_channel(
        session,
        network_id=network_id,
        platform="teams",
        workspace=tenant,
        channel=team["channels"][0]["id"],
        name="learning-call",
        now=now,
    )
    home = {o.name: o.id for o in networks.organisations(session, network_id=network_id)}
    for number, each in enumerate([seed["currentUser"], *seed["users"]]):
        people.join(
            session,
            network_id=network_id,
            platform="teams",
            workspace=tenant,
            person=each["aadObjectId"],
            name=each["name"],
            now=now,
            role="member" if number else "host",
            organisation_id=home[ORGANISATION],
            zone=ZONE,
        )


def _arguments() -> ArgumentParser:
    arguments = ArgumentParser(prog="python -m tests.teams.demo")
    arguments.add_argument("slack_port", type=int, nargs="?", default=0)
    arguments.add_argument("teams_port", type=int, nargs="?", default=0)
    arguments.add_argument("--folder", type=Path)
    return arguments


def _forget() -> None:
    """Begin anew. Raises ConfigError while another demo runs there."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with alone(FOLDER):
        pass
    shutil.rmtree(FOLDER)


def main() -> None:
    """Serve until it is stopped. Exits with 2 and a sentence where something is missing."""
    if problem := npm.fetch():
        print(f"{problem}. To see the demo: {npm.HOW}", file=sys.stderr)
        sys.exit(2)
    asked = _arguments().parse_args()
    set_up("warning")
    try:
        if asked.folder is None:
            _forget()
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(
                demo(asked.folder or FOLDER, asked.slack_port, asked.teams_port or free_port())
            )
    except ConfigError as problem:
        print(problem, file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
