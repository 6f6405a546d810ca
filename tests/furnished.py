"""A room is furnished by people and by the clock, once for each kind of database and door; those
after it are given the same rows. Writing them took longer than most of what is tested in it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, delete, insert, select, text
from sqlalchemy.orm import Session

from storage.models import Base, Workspace
from tests.room import Room

NUMBERS = "SELECT sequencename, last_value FROM pg_sequences WHERE last_value IS NOT NULL"


@dataclass(frozen=True)
class Furniture:
    """Every row of a furnished room, and how far its PostgreSQL has counted."""

    network_id: int
    rows: list[tuple[Table, list[dict[str, Any]]]]
    counted: dict[str, Any]

    def put(self, session: Session) -> None:
        """Into a database where nobody has written but a door, which names its workspaces."""
        session.execute(delete(Workspace))
        for table, rows in self.rows:
            session.execute(insert(table), rows)
        if self.counted:
            every = ", ".join(f"setval(:{name}, {last})" for name, last in self.counted.items())
            session.execute(text(f"SELECT {every}"), {name: name for name in self.counted})


def _furniture(session: Session, network_id: int) -> Furniture:
    every = {table: session.execute(select(table)) for table in Base.metadata.sorted_tables}
    rows = {table: [dict(each) for each in found.mappings()] for table, found in every.items()}
    of_postgresql = session.get_bind().dialect.name == "postgresql"
    counted = session.execute(text(NUMBERS)).all() if of_postgresql else []
    full = [(table, held) for table, held in rows.items() if held]
    return Furniture(network_id, full, {each.sequencename: each.last_value for each in counted})


_kept: dict[tuple[str, str, bool], Furniture] = {}


async def furnish(
    here: Room,
    begin: Callable[[Session], int],
    *,
    settings: bool,
    moved: Callable[[Session], object] = lambda _: None,
) -> None:
    """Begin the network, and let the clock write what is due at once: with settings of its own it
    may write something else. `moved` writes what is another in each room."""
    database = here.homeroom.database
    kind = (database.engine.dialect.name, here.platform, settings)
    if known := _kept.get(kind):
        here.network_id = known.network_id
        database.write(lambda session: (known.put(session), moved(session))).result()
        return
    here.network_id = database.write(begin).result()
    if not settings:
        await here.homeroom.tick()
    _kept[kind] = database.read(lambda session: _furniture(session, here.network_id)).result()
