"""Backups of a PostgreSQL database, by PostgreSQL's own programs.

They are told the password through the environment: a command line is seen by everybody on the
machine.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import make_url

from storage.copies import OURS, Unfit, check_revision

# What is there goes first, all of it: tables of a newer version would stand in the way.
CLEAR = """
DO $$ DECLARE known record; BEGIN
  FOR known IN SELECT tablename FROM pg_tables
    WHERE schemaname = current_schema() AND tableowner = current_user
  LOOP EXECUTE format('DROP TABLE IF EXISTS %I.%I CASCADE', current_schema(), known.tablename);
  END LOOP;
END $$
"""
NOTE = """
SET search_path TO DEFAULT;
DO $$ BEGIN
  IF to_regclass('mark') IS NOT NULL THEN
    INSERT INTO mark (name, value) VALUES ('restored', 'yes')
    ON CONFLICT (name) DO UPDATE SET value = excluded.value;
  END IF;
END $$
"""
FULL = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"
OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
PLAIN = ("--no-owner", "--no-privileges")


def write(url: str, target: Path) -> None:
    """Dump a database as it is at this moment. Raises Unfit."""
    settings, password = _connection(url)
    _run(password, "pg_dump", "--format=custom", *PLAIN, f"--file={target}", "--dbname", settings)


def put_back(url: str, source: Path, *, aside: Path) -> Path | None:
    """Replace what the database holds by a dump, in one transaction; where the dump of what was
    there is, None when it was empty. Raises Unfit."""
    settings, password = _connection(url)
    with TemporaryDirectory() as folder:
        script = Path(folder) / "restore.sql"
        again = ("--clean", "--if-exists", *PLAIN)
        _run(password, "pg_restore", *again, f"--file={script}", str(source))
        _check(script, source)
        _check_alone(settings, password)
        kept = aside if _asked(settings, password, FULL) else None
        if kept:
            write(url, kept)
        # psql, not pg_restore: it alone can clear and restore in one transaction.
        whole = ("--single-transaction", "--set=ON_ERROR_STOP=1", "--no-psqlrc", "--quiet")
        steps = (f"--command={CLEAR}", f"--file={script}", f"--command={NOTE}")
        _run(password, "psql", *whole, *steps, "--output", os.devnull, "--dbname", settings)
    return kept


def _connection(url: str) -> tuple[str, str]:
    """What libpq is told, and the password."""
    parsed = make_url(url).set(drivername="postgresql+psycopg")  # postgres:// is said too
    _, known = parsed.get_dialect()().create_connect_args(parsed)
    password = str(known.pop("password", ""))
    return make_conninfo(**known), password


def _run(password: str, program: str, *arguments: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise Unfit(
            f"{program} is not on PATH. Install PostgreSQL's client programs, no older than the"
            " server (on Debian and Ubuntu: apt-get install postgresql-client)."
        )
    secret = {"PGPASSWORD": password} if password else {}
    done = subprocess.run(  # noqa: S603 - a list of arguments, no shell
        [found, *arguments],
        env=os.environ | secret,
        stdin=subprocess.DEVNULL,  # nobody is there to be asked for a password
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"]
        raise Unfit(f"{program} could not do it: {said[0]}")


def _check(script: Path, source: Path) -> None:
    """Whether a dump, written out, is a Homeroom's and none of a newer version."""
    made, revision = set(), ""
    lines = _lines(script)
    for line in lines:
        if line.startswith("CREATE TABLE "):
            made.add(line.split()[2].rpartition(".")[2].strip('"'))
        elif line.startswith("COPY ") and ".alembic_version (" in line:
            revision = next(lines, "").strip()
    if not made >= OURS:
        raise Unfit(f"{source} is not a Homeroom's database.")
    check_revision(revision, source)


def _lines(script: Path) -> Iterator[str]:
    with script.open(encoding="utf-8", errors="replace") as opened:
        yield from opened


def _check_alone(settings: str, password: str) -> None:
    if others := _asked(settings, password, OTHERS):
        raise Unfit(
            f"{others} other connections use this database. Stop every Homeroom first, and what"
            " else reads there."
        )


def _asked(settings: str, password: str, question: str) -> int:
    try:
        with psycopg.connect(settings, password=password or None) as connection:
            row = connection.execute(question.encode()).fetchone()
    except psycopg.Error as problem:
        raise Unfit(f"the database cannot be reached: {type(problem).__name__}.") from problem
    return int(row[0]) if row else 0
