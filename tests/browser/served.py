"""The demo, started as `make demo` starts it."""

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
    program = subprocess.Popen(
        [sys.executable, "-m", "bot", "demo", "--folder", str(folder)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield _address(program)
    finally:
        program.send_signal(signal.SIGINT)
        program.communicate(timeout=20)


def _address(program: subprocess.Popen[str]) -> str:
    assert program.stdout is not None
    said = []
    for line in program.stdout:
        said.append(line)
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            return found[0]
    raise RuntimeError("The demo did not start: " + "".join(said))
