"""On SQLite, too, no id is given to a second row.

SQLite can say so only where a table is made. So each table that has a whole number of its own as
its key is made anew, by the very words it was made with, and takes the rows of the old one.
"""

import re

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLES = "SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name"
BESIDE = "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND type <> 'table' AND sql IS NOT NULL"
OWN_NUMBER = r"\bid INTEGER NOT NULL"
KEY = r",\s*CONSTRAINT pk_\w+ PRIMARY KEY \(id\)"
NEW = "made_anew"
GAP = 100
"""How far ids go on after the highest of a database in use: higher ones may have been deleted,
and nothing says any more that they were there."""


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    used = connection.exec_driver_sql("SELECT 1 FROM outbox LIMIT 1").first() is not None
    for name, sql in connection.exec_driver_sql(TABLES).all():
        if sql and re.search(OWN_NUMBER, sql) and re.search(KEY, sql):
            _make_anew(name, sql)
            if used:
                _leave_a_gap(name)


def _make_anew(name: str, sql: str) -> None:
    connection = op.get_bind()
    beside = connection.exec_driver_sql(BESIDE, (name,)).scalars().all()
    connection.exec_driver_sql(_with_ids_used_once(name, sql))
    connection.exec_driver_sql(f'INSERT INTO {NEW} SELECT * FROM "{name}"')  # noqa: S608 - ours
    connection.exec_driver_sql(f'DROP TABLE "{name}"')
    connection.exec_driver_sql(f'ALTER TABLE {NEW} RENAME TO "{name}"')
    for each in beside:
        connection.exec_driver_sql(each)


def _with_ids_used_once(name: str, sql: str) -> str:
    """What makes the new table, from what made the old one."""
    for old, new in (
        (rf'CREATE TABLE "?{name}"?(?!\w)', f"CREATE TABLE {NEW}"),
        (OWN_NUMBER, "id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT"),
        (KEY, ""),
    ):
        sql, found = re.subn(old, new, sql)
        if found != 1:
            raise RuntimeError(f"the table {name} was made in words that are not known: {sql}")
    return sql


def _leave_a_gap(name: str) -> None:
    connection, highest = op.get_bind(), "SELECT seq FROM sqlite_sequence WHERE name = ?"
    seen = connection.exec_driver_sql(highest, (name,)).scalar() or 0  # 0 where it has no rows
    connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", (name,))
    connection.exec_driver_sql(
        "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (name, seen + GAP)
    )
