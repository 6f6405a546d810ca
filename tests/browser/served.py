"""The demos, started as `make demo` and `make demo-teams` start them."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).parents[2]


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a demo kept in `folder`; its page's address. Raises RuntimeError with its words when
    it does not start."""
    with _running("bot", "demo", "--folder", str(folder)) as program:
        yield _addresses(program, 1)[0]


@contextmanager
def both_served(folder: Path) -> Iterator[tuple[str, str]]:
    """Serve the demo with Teams beside Slack, in a new `folder`: the addresses of Slack's page
    and of Teams's. Raises RuntimeError with its words when it does not start."""
    with _running("tests.teams.demo", "--folder", str(folder)) as program:
        slack, teams = _addresses(program, 2)
        yield slack, teams


@contextmanager
def _running(*command: str) -> Iterator[subprocess.Popen[str]]:
    program = subprocess.Popen(
        [sys.executable, "-m", *command], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )
    try:
        yield program
    finally:
        program.send_signal(signal.SIGINT)
        program.communicate(timeout=20)


def _addresses(program: subprocess.Popen[str], wanted: int) -> list[str]:
    assert program.stdout is not None
    said, found = [], []
    for line in program.stdout:
        said.append(line)
        found += re.findall(r"http://127\.0\.0\.1:\d+", line)
        if len(found) == wanted:
            return found
    raise RuntimeError("The demo did not start: " + "".join(said))
