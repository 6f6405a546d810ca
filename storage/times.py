"""The database's own clock, which all replicas share."""

from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session


def time_there(session: Session) -> datetime | None:
    """What a database server's clock says; None where the database is a file."""
    if session.get_bind().dialect.name == "sqlite":
        return None
    told = session.execute(text("SELECT clock_timestamp()")).scalar_one()
    assert isinstance(told, datetime)
    return told.astimezone(UTC)
