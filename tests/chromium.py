"""Finds a Chromium for the browser tests; run as a program, it fetches one if it may."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HOW = "apt-get install chromium   (or set CHROMIUM to the path of one)"


def find() -> str | None:
    """The path of a Chromium, or None."""
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, (shutil.which(name) for name in NAMES)), None)


def fetch() -> bool:
    """Install Debian's Chromium, where this is Debian and we may; whether there is one now."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return False
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-qq", "-y", "chromium"]):
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
    return find() is not None


def main() -> None:
    """Make sure that there is one, or say which command gets it. In CI it must be there."""
    if find() or fetch():
        return
    print(f"No Chromium was found, so the browser tests are left out. To run them: {HOW}")
    if os.environ.get("CI"):
        sys.exit(1)


if __name__ == "__main__":
    main()
