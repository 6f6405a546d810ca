"""Where people let Homeroom in by themselves, and what it was given for it."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, validates

from storage.models.base import Base
from storage.models.names import tidy


class Installation(Base):
    """A workspace, or a whole organisation of workspaces, that let the bot in by its page.

    `external` is the platform's id of it, `organisation` that of what it belongs to, `teams` the
    workspaces of an organisation that are known. The tokens are encrypted by the program; the
    database never sees them. `state` is live or gone; `trouble` is why its token could not be
    renewed last time. `revision` goes up whenever something here changes that a door must know.
    """

    __tablename__ = "installation"
    __table_args__ = (UniqueConstraint("platform", "external"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    platform: Mapped[str]
    external: Mapped[str]
    organisation: Mapped[str] = mapped_column(default="")
    name: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    teams: Mapped[list[str]]
    bot_user: Mapped[str]
    bot_id: Mapped[str]
    bot_token: Mapped[str]
    refresh_token: Mapped[str] = mapped_column(default="")
    scopes: Mapped[str]
    installed_by: Mapped[str] = mapped_column(default="")
    installed_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    renewing_until: Mapped[datetime | None]
    """Until when one program has it to renew; nobody else tries meanwhile."""
    state: Mapped[str] = mapped_column(default="live")
    trouble: Mapped[str] = mapped_column(default="")
    revision: Mapped[int] = mapped_column(default=1)

    @validates("name")
    def _tidy(self, _key: str, told: str) -> str:
        return tidy(told)
