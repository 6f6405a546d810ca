from tests.bot.conftest import session, weekly

__all__ = ["session", "weekly"]
