"""The settings: environment and `.env` → one frozen Config. `.env.example` explains each."""

import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values

from bot.errors import ConfigError
from bot.speech import is_web_address
from storage.address import parsed

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True)
class Config:
    """Every setting, under the lower-case name of its variable. Text is "" where unset."""

    database_url: str = "sqlite:///var/homeroom.db"
    slack_bot_token: str = ""
    slack_app_token: str = ""
    slack_signing_secret: str = ""
    slack_client_id: str = ""
    slack_client_secret: str = ""
    encryption_keys: str = ""
    slack_api_url: str = "https://slack.com/api/"
    teams_client_id: str = ""
    teams_client_secret: str = ""
    teams_tenant_id: str = ""
    teams_tenants: str = ""
    teams_openid_url: str = "https://login.botframework.com/v1/.well-known/openidconfiguration"
    host: str = "127.0.0.1"
    port: int = 3000
    public_url: str = ""
    llm_url: str = ""
    llm_model: str = ""
    llm_key: str = ""
    log_level: str = "info"
    post_pace: float = 1.05

    def __repr__(self) -> str:
        """Names only: a settings object in a log must tell no secret."""
        return "Config(…)"


SECRETS = frozenset(
    {
        "slack_bot_token",
        "slack_app_token",
        "slack_signing_secret",
        "slack_client_secret",
        "encryption_keys",
        "teams_client_secret",
        "llm_key",
    }
)
MANAGED_IDENTITY = "managed-identity"
"""In the place of a Teams secret: Azure, where Homeroom runs, vouches for it."""


def load(environment: Mapping[str, str] | None = None, file: Path | None = Path(".env")) -> Config:
    """The settings from the environment, and from `file` where the environment has none.

    Raises ConfigError naming the variable that does not fit.
    """
    environment = os.environ if environment is None else environment
    written = _written(file) if file and file.is_file() else {}
    values: dict[str, object] = {}
    for field in fields(Config):
        name = field.name.upper()
        raw = environment.get(name) or written.get(name) or ""
        if raw.strip():
            values[field.name] = _read(name, field.type, raw.strip())
    config = Config(**values)  # type: ignore[arg-type]
    _check(config)
    return config


def _written(file: Path) -> dict[str, str | None]:
    try:
        return dotenv_values(file)
    except (OSError, UnicodeError) as problem:
        raise ConfigError(f"{file} cannot be read: is it a text file (UTF-8)?") from problem


def _read(name: str, kind: object, raw: str) -> object:
    if kind is str:
        return raw
    try:
        return int(raw) if kind is int else float(raw)
    except ValueError:
        raise ConfigError(f"{name} must be a number; it is “{raw}”.") from None


def _check(config: Config) -> None:
    if not 0 <= config.port <= 65535:
        raise ConfigError(f"PORT must be from 0 to 65535; it is {config.port}.")
    if not 0 <= config.post_pace < math.inf:
        raise ConfigError("POST_PACE must be 0 or more seconds.")
    _check_database(config.database_url)
    if config.log_level.lower() not in ("debug", "info", "warning", "error"):
        raise ConfigError("LOG_LEVEL must be debug, info, warning or error.")
    for name in ("public_url", "llm_url", "slack_api_url", "teams_openid_url"):
        address = getattr(config, name)
        if address:
            _check_address(name.upper(), address)
    for name in sorted(SECRETS):
        if not re.fullmatch(r"[ -~]*", getattr(config, name)):
            raise ConfigError(
                f"{name.upper()} holds a sign that is in no key, such as é or a line’s end. Copy it"
                " anew."
            )
    if config.llm_url and not config.llm_model:
        raise ConfigError("LLM_MODEL must name the model, since LLM_URL is set.")


def _check_address(name: str, address: str) -> None:
    """Nothing of the address is said where somebody may have put a password into it."""
    try:
        parts = urlsplit(address)
        named, _ = parts.hostname, parts.port
    except ValueError:
        named = None
    if not named or not is_web_address(address):
        shown = f"; it is “{address}”" if "@" not in address else ""
        raise ConfigError(f"{name} must be a web address{shown}.")
    if name == "PUBLIC_URL" and "@" in parts.netloc:
        raise ConfigError("PUBLIC_URL is shown to people: leave out what stands before @.")


def _check_database(url: str) -> None:
    # Not chained: a traceback would show the address, and there may be a password in it.
    try:
        where = parsed(url)
    except ValueError as problem:
        raise ConfigError(f"DATABASE_URL {problem}.") from None
    if where.database == ":memory:":
        raise ConfigError("DATABASE_URL must be a file: what is only in memory is lost.")


def has_slack(config: Config) -> bool:
    """Whether any of Slack's settings is there."""
    return bool(
        config.slack_bot_token
        or config.slack_app_token
        or config.slack_signing_secret
        or has_oauth(config)
    )


def has_oauth(config: Config) -> bool:
    """Whether workspaces install the Slack app by themselves."""
    return bool(config.slack_client_id or config.slack_client_secret)


def has_teams(config: Config) -> bool:
    """Whether any of Teams's settings is there."""
    return bool(config.teams_client_id or config.teams_client_secret or config.teams_tenant_id)


def check_platforms(config: Config) -> None:
    """Whether every platform that is named can be reached, and one is named. Raises ConfigError
    saying what is missing."""
    if has_teams(config):
        check_teams(config)
    if has_slack(config) or not has_teams(config):
        check_slack(config)


def tenants(config: Config) -> frozenset[str]:
    """The Teams tenants whose people may use Homeroom: the bot's own, and those that are named."""
    named = (each.strip().lower() for each in config.teams_tenants.split(","))
    return frozenset(filter(None, (config.teams_tenant_id.lower(), *named)))


def check_teams(config: Config) -> None:
    """Whether Teams can be reached with these settings. Raises ConfigError saying all that is
    missing, and where it is found."""
    missing = []
    for name, where in (
        ("teams_client_id", "the bot's app registration → Application (client) ID"),
        ("teams_tenant_id", "the bot's app registration → Directory (tenant) ID"),
        (
            "teams_client_secret",
            "the bot's app registration → Certificates & secrets → New client secret. Or"
            f" {MANAGED_IDENTITY}, where Homeroom runs on Azure and the bot has a managed identity",
        ),
    ):
        if not getattr(config, name):
            missing.append(f"{name.upper()}: {where}")
    for name in ("teams_client_id", "teams_tenant_id"):
        if getattr(config, name) and not _GUID.fullmatch(getattr(config, name)):
            missing.append(f"{name.upper()} must look like 0f8b0c4e-1a2b-4c3d-8e9f-0a1b2c3d4e5f")
    if missing:
        listed = "\n".join(f"  · {each}" for each in missing)
        raise ConfigError(
            f"To connect to Microsoft Teams, put this into .env (see .env.example):\n{listed}\n"
            "No bot yet? docs/teams.md shows how to make one."
        )


def check_slack(config: Config) -> None:
    """Whether Slack can be reached with these settings. Raises ConfigError saying all that is
    missing, and where it is found."""
    missing = _missing_for_oauth(config) if has_oauth(config) else []
    if not config.slack_bot_token.startswith(("xoxb-", "xoxe.xoxb-")) and (
        config.slack_bot_token or not has_oauth(config)
    ):
        missing.append(
            "SLACK_BOT_TOKEN (starts with xoxb-): your app's page → OAuth & Permissions → Bot"
            " User OAuth Token"
        )
    if not config.slack_app_token and not config.slack_signing_secret:
        missing.append(
            "SLACK_APP_TOKEN (starts with xapp-): Basic Information → App-Level Tokens, with"
            " connections:write. Or, to be called over HTTP instead, SLACK_SIGNING_SECRET: Basic"
            " Information → App Credentials"
        )
    if config.slack_app_token and not config.slack_app_token.startswith("xapp-"):
        missing.append("SLACK_APP_TOKEN must start with xapp-")
    if missing:
        listed = "\n".join(f"  · {each}" for each in missing)
        raise ConfigError(
            f"To connect to Slack, put this into .env (see .env.example):\n{listed}\n"
            "No app yet? `python -m bot manifest` prints what to paste when you create one."
        )


def _missing_for_oauth(config: Config) -> list[str]:
    missing = []
    for name in ("slack_client_id", "slack_client_secret"):
        if not getattr(config, name):
            missing.append(f"{name.upper()}: Basic Information → App Credentials")
    if not config.encryption_keys:
        missing.append(
            "ENCRYPTION_KEYS: `python -m bot keys` makes one. Workspaces' tokens are kept locked"
            " with it"
        )
    if not config.public_url:
        missing.append("PUBLIC_URL: the address where people reach /slack/install")
    return missing
