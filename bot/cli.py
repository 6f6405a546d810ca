"""The command line: python -m bot demo · run · doctor · backup · restore · manifest ·
teams-package · keys · migrate."""

import argparse
import asyncio
import gc
import json
import sys
from collections.abc import Coroutine, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot import config as settings
from bot.config import Config
from bot.errors import ConfigError
from bot.logs import set_up


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command. Exits with 2 and a sentence when the settings do not fit."""
    asked = _parser().parse_args(arguments)
    try:
        config = settings.load()
        set_up(config.log_level)
        asked.do(asked, config)
    except ConfigError as problem:
        print(problem, file=sys.stderr)
        sys.exit(2)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("homeroom", description="Runs a learning network's call.")
    commands = parser.add_subparsers(required=True, metavar="command")
    run = commands.add_parser("run", help="connect to the workspace named in .env")
    run.add_argument(
        "--only",
        choices=("doors", "clock"),
        default="",
        help="answer people, or tick and send; without it both (PostgreSQL only)",
    )
    run.set_defaults(do=_run)
    demo = commands.add_parser("demo", help="a local workspace with a real network in it")
    demo.add_argument("--folder", type=Path, default=Path("var/demo"), help="where it is kept")
    demo.add_argument("--port", type=int, default=0, help="0 takes a free one")
    demo.set_defaults(do=_demo)
    backup = commands.add_parser("backup", help="copy the database, while Homeroom runs too")
    backup.add_argument("file", type=Path, nargs="?", help="a file or a folder to write it to")
    backup.add_argument("--replace", action="store_true", help="even where a file is there")
    backup.set_defaults(do=_backup)
    restore = commands.add_parser("restore", help="put a backup in the database's place")
    restore.add_argument("file", type=Path, help="what `backup` made")
    restore.set_defaults(do=_restore)
    manifest = commands.add_parser("manifest", help="the app manifest to paste into Slack")
    manifest.set_defaults(do=_manifest)
    package = commands.add_parser("teams-package", help="the app package to upload to Teams")
    package.add_argument("file", type=Path, nargs="?", default=Path("homeroom-teams.zip"))
    package.set_defaults(do=_teams_package)
    keys = commands.add_parser("keys", help="a new key for ENCRYPTION_KEYS")
    keys.add_argument("--renew", action="store_true", help="lock all anew with the first key")
    keys.set_defaults(do=_keys)
    doctor = commands.add_parser("doctor", help="look at everything, and say how to mend it")
    doctor.set_defaults(do=_doctor)
    migrate = commands.add_parser("migrate", help="bring the database to this version")
    migrate.set_defaults(do=_migrate)
    return parser


# Each command imports what it needs: printing a manifest should not wait for the database.


def _run(asked: argparse.Namespace, config: Config) -> None:
    gc.disable()  # until it has started: looking through what is imported took a fifth of that
    from bot.run import run

    _in_loop(run(config, only=asked.only))


def _demo(asked: argparse.Namespace, config: Config) -> None:
    from bot.demo import demo

    _in_loop(demo(asked.folder, asked.port, config))


def _manifest(_asked: argparse.Namespace, config: Config) -> None:
    from bot.manifest import made

    if settings.has_oauth(config) and not config.public_url:
        raise ConfigError(
            "PUBLIC_URL is empty: the manifest has to name it, since workspaces install the app"
            " there (SLACK_CLIENT_ID is set)."
        )
    url = config.public_url if not config.slack_app_token else ""
    install_at = config.public_url if settings.has_oauth(config) else ""
    print(json.dumps(made(url=url, install_at=install_at), indent=2))


def _keys(asked: argparse.Namespace, config: Config) -> None:
    from bot.keyring import new_key

    if not asked.renew:
        print(new_key())
        return
    from bot.rekeying import rekey

    changed, kept = rekey(config)
    print(
        f"{changed} of {kept} installations were locked anew with the first key of"
        " ENCRYPTION_KEYS. The other keys are needed no more once every Homeroom has the first."
    )


def _teams_package(asked: argparse.Namespace, config: Config) -> None:
    from bot.manifest import made_for_teams
    from bot.teams.package import check, package

    check(config.teams_client_id, config.public_url)
    made = made_for_teams(client_id=config.teams_client_id, url=config.public_url.rstrip("/"))
    try:
        asked.file.write_bytes(package(made))
    except OSError as problem:
        raise ConfigError(f"{asked.file} cannot be written: {problem.strerror}.") from problem
    print(
        f"The app package is {asked.file}. In Teams: Apps → Manage your apps → Upload an app →"
        " Upload a custom app."
    )


def _doctor(_asked: argparse.Namespace, config: Config) -> None:
    from bot.checkup import checkup

    found = asyncio.run(checkup(config))
    for each in found:
        since = f" Since {each.since.astimezone():%d %b %H:%M %Z}." if each.since else ""
        print(f"{'ok  ' if each.well else 'MEND'}  {each.about}: {each.said}{since}")
        if each.mend:
            print("      → " + each.mend.replace("\n", "\n        "))
    ill = sum(not each.well for each in found)
    print(f"\n{ill} to mend." if ill else "\nAll is well.")
    sys.exit(1 if ill else 0)


def _migrate(_asked: argparse.Namespace, config: Config) -> None:
    from bot.opening import open_database
    from bot.whole import check_whole

    check_whole(config.database_url)
    open_database(config.database_url).close()
    print("The database is up to date.")


def _backup(asked: argparse.Namespace, config: Config) -> None:
    from storage.backup import NotDone, back_up

    try:
        made = back_up(
            config.database_url, asked.file, at=datetime.now(UTC), replacing=asked.replace
        )
    except NotDone as problem:
        raise ConfigError(str(problem)) from problem
    print(f"The backup is {made} ({_size(made)}).")


def _restore(asked: argparse.Namespace, config: Config) -> None:
    from storage.alone import Taken
    from storage.backup import NotDone, restore

    try:
        kept = restore(config.database_url, asked.file, at=datetime.now(UTC))
    except (NotDone, Taken) as problem:
        raise ConfigError(str(problem)) from problem
    print(f"{asked.file} is restored.")
    if kept:
        print(f"What was there before is kept: {kept} ({_size(kept)}).")


def _size(file: Path) -> str:
    size = file.stat().st_size
    return f"{size / 1e6:,.1f} MB" if size >= 1e6 else f"{size / 1e3:,.0f} kB"


def _in_loop(program: Coroutine[Any, Any, None]) -> None:
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(program)
