"""Whether a database is whole, before it is used."""

from bot.errors import ConfigError
from storage.alone import file_of
from storage.whole import damage

LONGEST_LOOK = 5.0  # seconds: a start must not wait for a large database (measured: 1 s a GB)


def check_whole(url: str) -> None:
    """Raises ConfigError when a SQLite file is seen to be damaged, within a bounded look."""
    file = file_of(url)
    if file and (wrong := damage(file, seconds=LONGEST_LOOK)):
        raise ConfigError(
            f"DATABASE_URL: {file} is damaged ({wrong}). Put a backup in its place with"
            " `python -m bot restore FILE`; the damaged file is kept beside it."
        )
