"""From start to ready, and memory at rest, against a bare Bolt app over Socket Mode."""

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
REST = 3.0  # seconds of idling before memory is read


def main() -> None:
    """Start both in turn, and print the medians."""
    workspace = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.workspace"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert workspace.stdout is not None
        told = json.loads(workspace.stdout.readline())
        ours = [_round(told, _homeroom) for _ in range(ROUNDS)]
        bare = [_round(told, _bare) for _ in range(ROUNDS)]
    finally:
        workspace.terminate()
        workspace.wait()
    print("\nStart to ready, and resident memory at rest (Socket Mode, median of five)")
    for name, rounds in (("Homeroom", ours), ("bare Bolt", bare)):
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
    told: dict[str, str], folder: Path
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
    running = subprocess.Popen([sys.executable, "-m", "bot", "run"], env=settings, text=True)

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


def _bare(told: dict[str, str], _folder: Path) -> tuple[subprocess.Popen[str], Callable[[], None]]:
    running = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.bare"],
        env={**os.environ, **told},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    said = running.stdout

    def wait() -> None:
        said.readline()

    return running, wait


def _megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024
