"""Makes sure that the npm packages of the tests are there: tests/node/package.json names them.

Run as a program it fetches them, and Node.js with npm where this is Debian and we may, or says how
they are fetched. In CI they must be there.
"""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent / "node"
MODULES = FOLDER / "node_modules"
HOW = (
    "install Node.js 18 or newer with npm (apt-get install nodejs npm),"
    " then run `python -m tests.npm`"
)
# Their scripts are not run: nothing that is tested needs them.
INSTALL = [
    "install",
    "--no-package-lock",
    "--no-audit",
    "--no-fund",
    "--ignore-scripts",
    "--loglevel=error",
]


def ready() -> bool:
    """Whether each package is there in the version that is asked for."""
    asked = json.loads((FOLDER / "package.json").read_text())["devDependencies"]
    return all(_version(name) == version for name, version in asked.items())


def _version(name: str) -> str:
    file = MODULES / name / "package.json"
    return str(json.loads(file.read_text())["version"]) if file.is_file() else ""


def fetch() -> str:
    """Fetch what is missing, once however many workers ask; what stands in the way, or ""."""
    if ready():
        return ""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        return "Node.js and npm are not here"
    with (FOLDER / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if ready():
            return ""
        done = subprocess.run(
            [npm, *INSTALL], cwd=FOLDER, check=False, capture_output=True, text=True, timeout=300
        )
    said = (done.stderr.strip().splitlines() or ["it gave no reason"])[-1]
    return "" if ready() else f"npm could not fetch the packages: {said}"


def install() -> None:
    """Install Debian's Node.js and npm where they are missing, this is Debian, and we may."""
    if all(map(shutil.which, ("node", "npm"))):
        return
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return
    packages = ["apt-get", "install", "-qq", "-y", "--no-install-recommends", "nodejs", "npm"]
    for command in (["apt-get", "update", "-qq"], packages):
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL)


def main() -> None:
    """Make sure that they are there, or say which tests are left out."""
    install()
    if problem := fetch():
        print(f"{problem}, so some tests of the Teams door are left out. To run them: {HOW}")
        if os.environ.get("CI"):
            sys.exit(1)


if __name__ == "__main__":
    main()
