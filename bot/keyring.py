"""What keeps secrets in the database from whoever reads only the database."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.errors import ConfigError

BAD_KEY = (
    "ENCRYPTION_KEYS must be keys with commas between, as `python -m bot keys` makes them: number"
    " {number} is none."
)


class CannotOpen(Exception):
    """None of the keys opens this: it was locked with another, or for something else."""


class Keyring:
    """Locks with the newest key, opens with any. What is locked says what it belongs to, so that
    it opens nowhere else."""

    def __init__(self, keys: Sequence[str]) -> None:
        """`keys`, the newest first. Raises ConfigError for what is no key."""
        self._each = [_key(number, key) for number, key in enumerate(keys, start=1)]
        if not self._each:
            raise ConfigError("ENCRYPTION_KEYS is empty: `python -m bot keys` makes a key.")
        self._all = MultiFernet(self._each)

    def lock(self, secret: str, *, of: str) -> str:
        """The secret of `of`, unreadable."""
        return self._all.encrypt(f"{of}\n{secret}".encode()).decode()

    def open(self, locked: str, *, of: str) -> str:
        """The secret again. Raises CannotOpen."""
        try:
            owner, _, secret = self._all.decrypt(locked.encode()).decode().partition("\n")
        except (InvalidToken, UnicodeError, ValueError):
            raise CannotOpen from None
        if owner != of:
            raise CannotOpen
        return secret

    def is_newest(self, locked: str) -> bool:
        """Whether the newest key opens this."""
        try:
            self._each[0].decrypt(locked.encode())
        except (InvalidToken, UnicodeError, ValueError):
            return False
        return True


def split(keys: str) -> list[str]:
    """The keys of a setting, the newest first."""
    return [each.strip() for each in keys.split(",") if each.strip()]


def new_key() -> str:
    """A new key."""
    return Fernet.generate_key().decode()


def _key(number: int, key: str) -> Fernet:
    # Not chained and not quoted: a mistyped key is still nearly a key.
    try:
        return Fernet(key)
    except (ValueError, TypeError):
        raise ConfigError(BAD_KEY.format(number=number)) from None
