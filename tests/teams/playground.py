"""Microsoft's Agents Playground: a Teams client in the browser, without a tenant."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

HERE = Path(__file__).parent
SEED = HERE / "playground.json"
LOOPBACK = HERE / "loopback.cjs"
CLIENT = "@microsoft/m365agentsplayground/cli.js"
LONGEST_START = 30.0  # seconds


@dataclass(frozen=True)
class Playground:
    """A running playground: `url` is its page, `service_url` the connector that it plays."""

    url: str
    service_url: str
    seed: dict[str, Any]

    @property
    def tenant(self) -> str:
        return str(self.seed["tenantId"])

    @property
    def channel(self) -> dict[str, str]:
        """The channel where the network meets."""
        found: dict[str, str] = self.seed["team"]["channels"][0]
        return found


def read_seed() -> dict[str, Any]:
    """The playground's tenant: its bot, its people, its team."""
    seed: dict[str, Any] = json.loads(SEED.read_text(encoding="utf-8"))
    return seed


@contextmanager
def playground(
    folder: Path, node_modules: Path, *, port: int, endpoint: str
) -> Iterator[Playground]:
    """Run it in `folder`, writing to the bot at `endpoint`. Raises RuntimeError with its words
    when it does not start."""
    seed = read_seed()
    folder.mkdir(parents=True, exist_ok=True)
    # YAML holds JSON, so what it reads needs no other writer.
    (folder / ".m365agentsplayground.yml").write_text(json.dumps(seed), encoding="utf-8")
    url = f"http://127.0.0.1:{port}"
    log = (folder / "playground.log").open("w", encoding="utf-8")
    program = subprocess.Popen(
        _command(node_modules, port, endpoint, f"{url}/_connector"),
        cwd=folder,
        env={
            **os.environ,
            "TEAMSAPPTESTER_BROWSER": "none",
            "NODE_OPTIONS": f"--require {LOOPBACK}",  # by itself it listens everywhere
        },
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        _ready(program, url, folder / "playground.log")
        yield Playground(url, f"{url}/_connector", seed)
    finally:
        program.terminate()
        program.wait(10)
        log.close()


def _command(node_modules: Path, port: int, endpoint: str, service_url: str) -> list[str]:
    node = shutil.which("node")
    assert node
    asked = {"-e": endpoint, "-c": "msteams", "-p": str(port), "--service-url": service_url}
    return [
        node,
        str(node_modules / CLIENT),
        "start",
        *(piece for pair in asked.items() for piece in pair),
        "--dt",  # sends nothing about us to anybody
        "--er",
    ]


def _ready(program: subprocess.Popen[bytes], url: str, log: Path) -> None:
    give_up = time.monotonic() + LONGEST_START
    with httpx.Client(trust_env=False, timeout=LONGEST_START) as client:
        while program.poll() is None and time.monotonic() < give_up:
            try:
                # Not its ping, which answers before the rest does.
                if client.get(f"{url}/_internal/v1/config").is_success:
                    return
            except httpx.ConnectError:
                time.sleep(0.1)
    raise RuntimeError(f"The Agents Playground did not start: {log.read_text()[-2000:]}")
