"""`python -m bot run` with the installing page, as its own process; doctor and keys beside it."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from bot.clock import WallClock
from bot.demo import free_port
from bot.keyring import new_key
from bot.manifest import made
from bot.playground.hands import Hands
from bot.playground.server import serve
from bot.playground.world import World
from tests.installing.conftest import Browser

HOME = Path(__file__).parent.parent.parent


@asynccontextmanager
async def homeroom(folder: Path, settings: dict[str, str], *words: str) -> AsyncIterator[Any]:
    """`python -m bot …`, ended when the block is."""
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", *words),
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(HOME), **settings},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield program
    finally:
        if program.returncode is None:
            program.send_signal(signal.SIGINT)
        await program.communicate()


async def says(folder: Path, settings: dict[str, str], *words: str) -> tuple[int, str]:
    async with homeroom(folder, settings, *words) as program:
        said, _ = await program.communicate()
        return program.returncode, said.decode()


async def ready(program: Any) -> None:
    """Wait until it says so."""
    while line := await program.stdout.readline():
        if b'"event": "ready"' in line:
            return
    raise AssertionError("it ended before it was ready")


async def test_it_runs_is_installed_looked_at_and_its_key_is_changed(tmp_path: Path) -> None:
    world, port = World(WallClock()), free_port()
    url = f"http://127.0.0.1:{port}"
    app = world.make_app(made(install_at=url))
    space = world.add_workspace("T1", "Coaching Network", "coaching")
    ana = Hands(world, space, world.add_person(space, "ana"))
    channel = world.add_channel(space, "learning-call", [ana.person])
    old, new = new_key(), new_key()
    async with serve(world) as slack:
        settings = {
            "SLACK_CLIENT_ID": app.client_id,
            "SLACK_CLIENT_SECRET": app.client_secret,
            "SLACK_APP_TOKEN": app.app_token,
            "SLACK_API_URL": slack.api_url,
            "ENCRYPTION_KEYS": old,
            "PUBLIC_URL": url,
            "PORT": str(port),
        }
        async with homeroom(tmp_path, settings, "run") as program, Browser() as browser:
            await ready(program)
            begun = await browser.get(f"{url}/slack/install")
            page = await browser.get(begun.headers["location"])
            link = next(each for each in page.text.split('"') if "allow" in each)
            back = await browser.get(slack.url + link.replace("&amp;", "&"))
            done = await browser.get(back.headers["location"])
            assert "Homeroom is in Coaching Network" in done.text
            seen = await ana.command(channel, "/learn", "help")
            assert "network" in seen.text
            code, said = await says(tmp_path, settings, "doctor")
            assert (code, "Homeroom is running on this database" in said) == (0, True), said
            assert "MEND" not in said
            both = settings | {"ENCRYPTION_KEYS": f"{new},{old}"}
            code, said = await says(tmp_path, both, "keys", "--renew")
            assert (code, "Another Homeroom" in said) == (2, True)
        code, said = await says(tmp_path, both, "keys", "--renew")
        assert (code, "1 of 1 installations were locked anew" in said) == (0, True)
        code, said = await says(tmp_path, settings, "run")
        assert (code, "ENCRYPTION_KEYS does not open" in said) == (2, True)
        async with homeroom(tmp_path, settings | {"ENCRYPTION_KEYS": new}, "run") as program:
            await ready(program)
            assert "network" in (await ana.command(channel, "/learn", "help")).text
            async with httpx.AsyncClient() as web:
                assert (await web.get(f"{url}/slack/oauth_redirect")).status_code == 400


async def test_settings_that_do_not_fit_are_named(tmp_path: Path) -> None:
    code, said = await says(tmp_path, {"SLACK_CLIENT_ID": "1.2"}, "run")
    assert code == 2
    for name in ("SLACK_CLIENT_SECRET", "ENCRYPTION_KEYS", "PUBLIC_URL", "SLACK_APP_TOKEN"):
        assert name in said
    assert "SLACK_BOT_TOKEN" not in said
    code, said = await says(tmp_path, {}, "keys")
    assert (code, len(said.strip())) == (0, 44)
