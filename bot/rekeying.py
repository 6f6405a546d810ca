"""Locking all that is kept anew, with the newest key: `python -m bot keys --renew`."""

from sqlalchemy.orm import Session

from bot.config import Config
from bot.errors import ConfigError
from bot.keyring import CannotOpen, Keyring, split
from bot.opening import open_database
from storage import installations
from storage.models import Installation

NO_KEY = (
    "None of ENCRYPTION_KEYS opens what is kept of {name}. Put the key that it was locked with"
    " back, after the others. Nothing was changed."
)


def rekey(config: Config) -> tuple[int, int]:
    """Lock all tokens with the first key: how many were not, of how many. On SQLite while no
    program runs. Raises ConfigError where no key opens one."""
    keys = Keyring(split(config.encryption_keys))
    opened = open_database(config.database_url)
    try:
        return opened.database.write(lambda session: _lock_anew(session, keys)).result()
    finally:
        opened.close()


def _lock_anew(session: Session, keys: Keyring) -> tuple[int, int]:
    live = [each for each in installations.every(session, platform="slack") if each.bot_token]
    old = [each for each in live if not _is_newest(each, keys)]
    for each in old:
        each.bot_token = _again(each, each.bot_token, keys)
        each.refresh_token = each.refresh_token and _again(each, each.refresh_token, keys)
    return len(old), len(live)


def _is_newest(row: Installation, keys: Keyring) -> bool:
    return all(keys.is_newest(each) for each in (row.bot_token, row.refresh_token) if each)


def _again(row: Installation, locked: str, keys: Keyring) -> str:
    try:
        return keys.lock(keys.open(locked, of=row.external), of=row.external)
    except CannotOpen:
        raise ConfigError(NO_KEY.format(name=row.name or row.external)) from None
