"""Facts about the database itself, and what the clock must not forget over a restart."""

from collections.abc import Collection

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.models import Mark

RESTORED = "restored"
"""Set by whoever put a backup in the database's place."""


def _upsert(dialect: str) -> sqlite.Insert | postgresql.Insert:
    made = postgresql.insert(Mark) if dialect == "postgresql" else sqlite.insert(Mark)
    return made.on_conflict_do_update(
        index_elements=[Mark.name], set_={"value": made.excluded.value}
    )


_UPSERT = {dialect: _upsert(dialect) for dialect in ("sqlite", "postgresql")}
_GET = select(Mark.value).where(Mark.name == bindparam("name"))
_CLAIM = (
    select(Mark.name)
    .where(
        Mark.name.startswith(bindparam("prefix")),
        Mark.name.not_in(bindparam("without", expanding=True)),
    )
    .order_by(Mark.name)
    .limit(bindparam("most"))
    .with_for_update(of=Mark, skip_locked=True)
)


def get(session: Session, name: str) -> str | None:
    """The value of a mark; None where there is none."""
    return session.scalar(_GET, {"name": name})


def put(session: Session, name: str, value: str) -> None:
    """Set a mark."""
    connection = session.connection()  # not through the session, which would flush for it
    connection.execute(_UPSERT[connection.dialect.name], {"name": name, "value": value})


def forget(session: Session, name: str) -> None:
    """Take a mark away."""
    session.execute(delete(Mark).where(Mark.name == name))


def claim(session: Session, *, prefix: str, limit: int, without: Collection[str] = ()) -> list[str]:
    """The names that begin with `prefix`, `without` some. On PostgreSQL they are held until the
    transaction ends; another replica passes over them."""
    asked = {"prefix": prefix, "most": limit, "without": list(without)}
    return list(session.scalars(_CLAIM, asked))
