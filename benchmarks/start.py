"""From start to ready, and memory at rest, against a bare Bolt app over Socket Mode, and against
a bare app of Microsoft's SDK."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from statistics import median

ROUNDS = 5
ID = "0f8b0c4e-1a2b-4c3d-8e9f-0a1b2c3d4e5f"
REST = 3.0  # seconds of idling before memory is read


def main() -> None:
    """Start both in turn, and print the medians."""
    workspace = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.workspace"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert workspace.stdout is not None
        told = json.loads(workspace.stdout.readline())
        slack = [[_round(told, start) for _ in range(ROUNDS)] for start in (_homeroom, _bare)]
    finally:
        workspace.terminate()
        workspace.wait()
    known = {"TEAMS_CLIENT_ID": ID, "TEAMS_TENANT_ID": ID, "TEAMS_CLIENT_SECRET": "not-a-secret"}
    teams = [[_round(known, start) for _ in range(ROUNDS)] for start in (_with_teams, _bare_teams)]
    print("\nStart to ready, and resident memory at rest (median of five)")
    _print("Slack, Socket Mode", "bare Bolt", slack)
    _print("Teams, with Microsoft's token at once", "bare SDK", teams)


def _print(title: str, bare: str, measured: list[list[tuple[float, float]]]) -> None:
    print(title)
    for name, rounds in zip(("Homeroom", bare), measured, strict=True):
        seconds, megabytes = (median(each) for each in zip(*rounds, strict=True))
        print(f"{name:>10}: {seconds:5.2f} s  {megabytes:6.1f} MB")


Start = Callable[[dict[str, str], Path], tuple[subprocess.Popen[str], Callable[[], None]]]


def _round(told: dict[str, str], start: Start) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        running, wait = start(told, Path(folder))
        try:
            wait()
            seconds = time.perf_counter() - began
            time.sleep(REST)
            return seconds, _megabytes(running.pid)
        finally:
            running.terminate()
            running.wait()


def _homeroom(
    told: dict[str, str], folder: Path, module: str = "bot"
) -> tuple[subprocess.Popen[str], Callable[[], None]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = {
        **os.environ,
        **told,
        "DATABASE_URL": f"sqlite:///{folder / 'homeroom.db'}",
        "PORT": str(port),
        "LOG_LEVEL": "error",
    }
    running = subprocess.Popen([sys.executable, "-m", module, "run"], env=settings, text=True)

    def wait() -> None:
        while running.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.01)
        raise RuntimeError("Homeroom did not start")

    return running, wait


def _with_teams(
    told: dict[str, str], folder: Path
) -> tuple[subprocess.Popen[str], Callable[[], None]]:
    return _homeroom(told, folder, "benchmarks.with_teams")


def _bare(
    told: dict[str, str], _folder: Path, module: str = "benchmarks.bare"
) -> tuple[subprocess.Popen[str], Callable[[], None]]:
    running = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", module],
        env={**os.environ, **told},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    said = running.stdout

    def wait() -> None:
        said.readline()

    return running, wait


def _bare_teams(
    told: dict[str, str], folder: Path
) -> tuple[subprocess.Popen[str], Callable[[], None]]:
    return _bare(told, folder, "benchmarks.bare_teams")


def _megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024
