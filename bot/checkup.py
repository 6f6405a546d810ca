"""`python -m bot doctor`: everything is looked at from outside, whether Homeroom runs or not.
Nothing is changed."""

import asyncio
import os
import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.clock import wall
from bot.config import Config, check_platforms, has_oauth, has_slack, has_teams, tenants
from bot.doctor import in_order, of_address, of_clock, of_model, of_room, of_rows, of_sqlite, spots
from bot.errors import ConfigError, InDoubt, NotNow, Refused
from bot.findings import Finding, Spot
from bot.kept_installations import as_installation
from bot.keyring import CannotOpen, Keyring, split
from bot.slack.checks import check as check_slack
from bot.slack.door import SlackDoor
from bot.slack.installations import KnownInstallations
from bot.slack.web_client import plain_client
from storage import installations
from storage.address import shown
from storage.alone import file_of, is_taken
from storage.checkup import looking
from storage.migrate import standing
from storage.models import Installation as Row
from storage.whole import damage, is_other

LONGEST_LOOK = 120.0  # seconds for a large file
STANDS = {
    "older": "`python -m bot migrate` brings it to this version; so does the next start.",
    "newer": "It was written by a newer Homeroom: install that version again.",
}
NO_KEY = (
    "Put the key that it was locked with back into ENCRYPTION_KEYS, after the others; or install"
    " the app there again, at /slack/install."
)
OTHER = (
    "Let DATABASE_URL name Homeroom’s own file. Only if this is it, it is damaged: put a backup in"
    " its place (`python -m bot restore FILE`, which keeps what it replaces)."
)
RENEW_KEYS = "Run `python -m bot keys --renew`; then the older keys may be left out."

log = structlog.get_logger(__name__)


async def checkup(config: Config) -> list[Finding]:
    """Everything that is found, what is to be mended first."""
    found = [_settings(config), of_address(config)]
    there, rows, places = await asyncio.to_thread(_database, config)
    found += there
    if has_slack(config):
        found += await _slack(config, rows, [each for each in places if each.platform == "slack"])
    if has_teams(config):
        found += await _teams(config, [each for each in places if each.platform == "teams"])
    found += await asyncio.to_thread(of_model, config)
    return in_order(found)


def _settings(config: Config) -> Finding:
    try:
        check_platforms(config)
    except ConfigError as problem:
        return Finding("Settings", "Something is missing.", str(problem))
    return Finding("Settings", "Nothing is missing.")


# -- the database -----------------------------------------------------------------------------


def _database(config: Config) -> tuple[list[Finding], list[Row], list[Spot]]:
    where = shown(config.database_url)
    file = file_of(config.database_url)
    found = _file(file) if file else []
    if file and not file.exists():
        return found, [], []
    rows: list[Row] = []
    places: list[Spot] = []
    try:
        with looking(config.database_url) as session:
            stands = standing(session.connection())
            found.append(_stands(where, stands))
            if stands == "current":
                found += [] if file else [_takes_writing(session)]
                found += of_rows(session, wall())
                rows = list(installations.every(session, platform="slack"))
                places = spots(session)
    except (SQLAlchemyError, OSError) as problem:
        if any(each.about == "Database" and not each.well for each in found):
            return found, rows, places  # said already, with its mend
        why = " ".join(str(getattr(problem, "orig", None) or problem).split())
        mend = "Look whether it is there, and whether DATABASE_URL names it rightly."
        found.append(Finding("Database", f"{where} cannot be read: {why}.", mend))
    return found, rows, places


def _file(file: Path) -> list[Finding]:
    found = [of_sqlite()]
    folder = next(each for each in file.absolute().parents if each.exists())
    found.append(of_room(shutil.disk_usage(folder).free))
    if not file.exists():
        said = f"{file} is not there yet; the first start makes it."
        mend = "" if os.access(folder, os.W_OK) else f"Let Homeroom write in {folder}."
        return [*found, Finding("Database", said, mend)]
    if not file.is_file():
        mend = "Let DATABASE_URL name a file in it."
        return [*found, Finding("Database", f"{file} is a folder, or no file.", mend)]
    if is_other(file):
        return [*found, Finding("Database", f"{file} is no database.", OTHER)]
    if wrong := damage(file, seconds=LONGEST_LOOK):
        mend = "Put a backup in its place: `python -m bot restore FILE`."
        found.append(Finding("Database", f"{file} is damaged ({wrong}).", mend))
    if not (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)):
        mend = "Let the one who runs Homeroom write to it, and in its folder."
        found.append(Finding("Database", f"{file} cannot be written to.", mend))
    found.append(_who_runs(file))
    return found


def _who_runs(file: Path) -> Finding:
    if is_taken(file):
        return Finding("Program", "Homeroom is running on this database.")
    return Finding("Program", "Homeroom is not running on this database just now.")


def _stands(where: str, stands: str) -> Finding:
    if stands == "current":
        return Finding("Database", f"{where} is there and of this version.")
    if stands == "empty":
        said = "has no tables yet; `python -m bot migrate` makes them, and so does the first start."
        return Finding("Database", f"{where} {said}")
    return Finding("Database", f"{where} is not of this version ({stands}).", STANDS[stands])


def _takes_writing(session: Session) -> Finding:
    if session.scalar(text("SELECT pg_is_in_recovery()")):
        mend = "Let DATABASE_URL name the server that takes writing."
        return Finding("Database", "It is a copy that only reads.", mend)
    if not session.scalar(text("SELECT has_table_privilege('outbox', 'INSERT')")):
        mend = "Let the role in DATABASE_URL own its tables."
        return Finding("Database", "Its role may not write.", mend)
    return Finding("Database", "It takes writing.")


# -- the platforms ----------------------------------------------------------------------------


async def _slack(config: Config, rows: Sequence[Row], places: list[Spot]) -> list[Finding]:
    known = KnownInstallations(config.slack_api_url)
    told = await _slack_time(config, known)
    if not isinstance(told, Finding):  # what depends on its answer is not looked at, nor blamed
        return [told.finding, *(_installed(config, known, rows) if has_oauth(config) else [])]
    found, workspaces = [told], []
    if config.slack_bot_token:
        learnt = await _learn(known, config)
        if isinstance(learnt, Finding):
            found.append(learnt)
        else:
            workspaces.append(learnt)
    if config.slack_app_token:
        found.append(await _app_token(config))
    elif config.slack_signing_secret:
        found.append(Finding("Slack", "It calls over HTTP; the signing secret is set."))
    if has_oauth(config):
        found += _installed(config, known, rows)
        workspaces += [each.external for each in rows if each.state == "live"]
    here = [each for each in workspaces if await known.find(each)]
    gone = {each.external for each in rows if each.state != "live"}
    looked_at = [each for each in places if each.workspace not in gone or each.workspace in here]
    found += [_left(each) for each in rows if each.external in gone - set(here)]
    return found + await check_slack(known, config.slack_api_url, here, looked_at)


async def _learn(known: KnownInstallations, config: Config) -> str | Finding:
    try:
        return (await known.learn(config.slack_bot_token)).workspace
    except SlackApiError as no:
        reason = str(no.response.get("error") or "no reason")
    except (aiohttp.ClientError, TimeoutError) as problem:
        reason = type(problem).__name__
    mend = "Copy it anew: your app's page → OAuth & Permissions → Bot User OAuth Token."
    return Finding("SLACK_BOT_TOKEN", f"Slack does not take it ({reason}).", mend)


async def _app_token(config: Config) -> Finding:
    slack = plain_client(config.slack_api_url, config.slack_app_token)
    try:
        await slack.apps_connections_open(app_token=config.slack_app_token)
    except SlackApiError as no:
        reason = str(no.response.get("error") or "no reason")
    except (aiohttp.ClientError, TimeoutError) as problem:
        reason = type(problem).__name__
    else:
        return Finding("SLACK_APP_TOKEN", "Slack opens a socket for it.")
    mend = "Basic Information → App-Level Tokens, with connections:write; Socket Mode switched on."
    return Finding("SLACK_APP_TOKEN", f"Slack opens no socket for it ({reason}).", mend)


class Silent(NamedTuple):
    """Slack could not be asked anything."""

    finding: Finding


async def _slack_time(config: Config, known: KnownInstallations) -> Finding | Silent:
    door = SlackDoor(known, base_url=config.slack_api_url)
    theirs: datetime | None = None
    try:
        theirs = await door.time()
    except (NotNow, InDoubt, Refused) as problem:
        why = problem.__cause__
        if isinstance(why, aiohttp.ClientError | TimeoutError):
            said = f"It did not answer ({type(why).__name__}): nothing else was asked of it."
            return Silent(Finding("Slack", said, _reach(config)))
    finally:
        await door.close()
    return of_clock(wall(), theirs, "Slack")


def _reach(config: Config) -> str:
    host = urlsplit(config.slack_api_url).hostname
    return (
        f"Look whether this machine reaches {host} (its network, name server, proxy, firewall;"
        " SLACK_API_URL), and status.slack.com. The tokens may be right."
    )


def _installed(config: Config, known: KnownInstallations, rows: Sequence[Row]) -> list[Finding]:
    """What the keys open is looked at with the rest."""
    try:
        keys = Keyring(split(config.encryption_keys))
    except ConfigError as problem:
        return [Finding("Keys", "They are none.", str(problem))]
    live, shut, old = [each for each in rows if each.state == "live"], [], []
    for each in live:
        try:
            known.remember(as_installation(each, keys))
        except CannotOpen:
            shut.append(each)
        else:
            old += [] if keys.is_newest(each.bot_token) else [each]
    found = [
        Finding(f"Keys · {each.name or each.external}", "None opens its token.", NO_KEY)
        for each in shut
    ]
    if old:
        said = f"{len(old)} of {len(live)} tokens are locked with an older key."
        found.append(Finding("Keys", said, RENEW_KEYS))
    elif not shut:
        found.append(Finding("Keys", f"The first key opens all {len(live)} installations."))
    return found


def _left(row: Row) -> Finding:
    # Whoever took it out may have meant to: it is told, and nothing is wrong with it.
    return Finding(f"Slack · {row.name or row.external}", "It took Homeroom out; posts there wait.")


async def _teams(config: Config, places: list[Spot]) -> list[Finding]:
    # Imported here: who has no Teams need not wait for what it needs.
    from bot.teams.checks import check
    from bot.teams.loopback import is_loopback_address
    from bot.teams.tokens import FixedToken, Tokens

    tokens: Tokens = FixedToken()
    if not is_loopback_address(config.teams_openid_url):
        from bot.teams_door import bot_tokens

        tokens = bot_tokens(config)
    return await check(tokens, tenants(config), places)
