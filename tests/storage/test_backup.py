"""Backups of a SQLite database: whole while others write, and never half restored."""

import errno
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage import copies
from storage.alone import Alone, Taken
from storage.backup import NotDone, back_up, restore
from storage.database import Database
from storage.models import Delivery, Workspace
from tests.bot.rows import MONDAY
from tests.cast import database_url

pytestmark = pytest.mark.sqlite_only("copies a file; PostgreSQL's are in test_dumps.py")

AT = datetime(2026, 11, 24, 9, 5, 7, tzinfo=UTC)

# Commits pairs of rows for ever, and says how many: a copy with half a pair is torn. Told to die,
# it leaves what it committed in the journal.
WRITER = """
import os, sys
from datetime import UTC, datetime
from storage.database import Database
from storage.models import Delivery, Workspace
database, at = Database(sys.argv[1]), datetime(2026, 11, 23, tzinfo=UTC)
def pair(number):
    def work(session):
        session.add(Delivery(id=f"{number} first " + "x" * 500, at=at))
        session.flush()
        session.add(Delivery(id=f"{number} second " + "x" * 500, at=at))
    return work
number = 0
while True:
    for future in [database.write(pair(number + each)) for each in range(50)]:
        future.result()
    number += 50
    if sys.argv[2:] == ["die"]:
        os._exit(0)
    print(number, flush=True)
"""


@pytest.fixture
def url(tmp_path, template):
    return database_url(tmp_path, template)


@pytest.fixture
def file(tmp_path, url):
    return tmp_path / "homeroom.db"


def keep(url, *names):
    database = Database(url)
    for name in names:
        row = Delivery(id=name, at=MONDAY)
        database.write(lambda session, row=row: session.add(row)).result()
    database.close()


def kept(file):
    with closing(sqlite3.connect(f"{Path(file).as_uri()}?mode=ro", uri=True)) as looking:
        return sorted(name for (name,) in looking.execute("SELECT id FROM delivery"))


def beside(file):
    return sorted(each.name for each in file.parent.iterdir())


# -- making one -----------------------------------------------------------------------------------


def test_a_backup_while_another_process_writes_is_whole_and_misses_nothing(url, tmp_path):
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, url], stdout=subprocess.PIPE, text=True
    )
    try:
        for number in range(4):
            committed = int(writer.stdout.readline())
            made = back_up(url, tmp_path / f"{number}.db", at=AT)
            names = kept(made)
            pairs = {int(each.split()[0]) for each in names}
            assert len(names) == 2 * len(pairs)
            assert pairs == set(range(len(pairs)))  # nothing in between is missing
            assert len(pairs) >= committed
        assert writer.poll() is None
        for _ in range(20):
            committed = int(writer.stdout.readline())  # it goes on, and nothing stood in its way
    finally:
        writer.kill()
        writer.communicate()
    assert len(kept(tmp_path / "homeroom.db")) >= 2 * committed


def test_what_only_the_journal_holds_is_in_the_backup_and_stays_there(url, file, tmp_path):
    """Homeroom was killed; the backup looks, and folds nothing into the database."""
    subprocess.run([sys.executable, "-c", WRITER, url, "die"], check=True)
    before, journal = file.read_bytes(), Path(f"{file}-wal").read_bytes()
    made = back_up(url, tmp_path / "copy.db", at=AT)
    assert len(kept(made)) == 100
    assert (file.read_bytes(), Path(f"{file}-wal").read_bytes()) == (before, journal)


def test_the_backup_is_one_file_that_needs_no_journal(url, file, tmp_path):
    keep(url, "a")
    (tmp_path / "safe").mkdir()
    made = back_up(url, tmp_path / "safe", at=AT)
    assert made == tmp_path / "safe" / "homeroom-2026-11-24-090507.db"
    assert kept(made) == ["a"]
    assert beside(made) == [made.name]
    assert made.stat().st_mode & 0o077 == 0  # it holds what people wrote


def test_what_was_deleted_before_a_backup_lends_its_id_to_nobody_after_it(url, file, tmp_path):
    assert workspace(url) == 1
    made = back_up(url, tmp_path / "copy.db", at=AT)
    assert workspace(url) == 2
    restore(url, made, at=AT)
    assert workspace(url) == 2


def workspace(url):
    """The id of a new one, which is deleted again."""

    def work(session):
        made = Workspace(platform="slack", external="T9")
        session.add(made)
        session.flush()
        session.delete(made)
        return made.id

    database = Database(url)
    given = database.write(work).result()
    database.close()
    return given


def test_without_a_name_it_lies_beside_the_database(url, file):
    made = back_up(url, None, at=AT)
    assert made == file.with_name("homeroom-2026-11-24-090507.db")


def test_a_file_is_replaced_only_when_told(url, tmp_path):
    keep(url, "a")
    target = tmp_path / "mine.db"
    target.write_text("my notes")
    with pytest.raises(NotDone, match=r"mine\.db is there already. .*--replace"):
        back_up(url, target, at=AT)
    assert target.read_text() == "my notes"
    back_up(url, target, at=AT, replacing=True)
    assert kept(target) == ["a"]


def test_no_database_no_backup(tmp_path):
    with pytest.raises(NotDone, match="there is no database at"):
        back_up(f"sqlite:///{tmp_path}/none.db", None, at=AT)
    with pytest.raises(NotDone, match="No such file or directory"):
        back_up(f"sqlite:///{tmp_path}/none.db", tmp_path / "no" / "folder.db", at=AT)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_database_is_not_backed_up_silently(url, file, tmp_path):
    spoil(file)
    with pytest.raises(NotDone, match=r"homeroom\.db (is damaged|cannot be copied): "):
        back_up(url, tmp_path / "copy.db", at=AT)
    assert beside(file) == ["homeroom.db", "homeroom.db-shm", "homeroom.db-wal"] or beside(
        file
    ) == ["homeroom.db"]


def test_when_the_disk_is_full_nothing_that_looks_like_a_backup_is_left(
    url, file, tmp_path, monkeypatch
):
    def full(*_arguments):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(copies, "wrong", full)
    (tmp_path / "safe").mkdir()
    with pytest.raises(NotDone, match="database or disk is full"):
        back_up(url, tmp_path / "safe", at=AT)
    assert list((tmp_path / "safe").iterdir()) == []


def spoil(file):
    """Overwrite the pages after the first, as a dying disk does."""
    with file.open("r+b") as opened:
        opened.seek(4096 * 2)
        opened.write(os.urandom(4096 * 20))


# -- restoring one --------------------------------------------------------------------------------


@pytest.fixture
def older(url, tmp_path):
    """A backup that knows of "a"; the database went on to "b"."""
    keep(url, "a")
    made = back_up(url, tmp_path / "older.db", at=AT)
    keep(url, "b")
    return made


def test_what_is_replaced_is_kept_aside(url, file, older):
    aside = restore(url, older, at=AT)
    assert aside == file.with_name("homeroom-before-restore-2026-11-24-090507.db")
    assert (kept(file), kept(aside), kept(older)) == (["a"], ["a", "b"], ["a"])
    keep(url, "c")  # it can be used
    assert (kept(file), kept(aside), kept(older)) == (["a", "c"], ["a", "b"], ["a"])


def test_a_journal_that_was_left_is_not_played_into_what_is_restored(url, file, older):
    subprocess.run([sys.executable, "-c", WRITER, url, "die"], check=True)
    assert Path(f"{file}-wal").stat().st_size
    aside = restore(url, older, at=AT)
    assert kept(file) == ["a"]
    assert len(kept(aside)) == 102
    assert not Path(f"{file}-wal").exists()


def test_a_damaged_database_can_be_replaced_and_is_kept_with_its_journal(url, file, older):
    file.write_bytes(b"SQLite format 3\0" + os.urandom(9000))
    Path(f"{file}-wal").write_bytes(b"journal")
    aside = restore(url, older, at=AT)
    assert kept(file) == ["a"]
    assert aside.stat().st_size == 9016
    assert Path(f"{aside}-wal").read_bytes() == b"journal"


def test_where_no_database_was_there_is_one(tmp_path, older):
    fresh = tmp_path / "fresh" / "homeroom.db"
    fresh.parent.mkdir()
    Path(f"{fresh}-wal").write_bytes(b"somebody's journal")
    assert restore(f"sqlite:///{fresh}", older, at=AT) is None
    assert kept(fresh) == ["a"]
    assert not Path(f"{fresh}-wal").exists()


def test_while_a_homeroom_runs_it_is_refused(url, file, older):
    hold = Alone(url)
    with pytest.raises(Taken, match="Stop it first"):
        restore(url, older, at=AT)
    hold.release()
    assert kept(file) == ["a", "b"]


def a_shop(file):
    with closing(sqlite3.connect(file)) as made:
        made.execute("CREATE TABLE shop (id)")


def notes(file):
    file.write_text("These are my notes. " * 1000)


def newer(file):
    with closing(sqlite3.connect(file)) as made:
        made.execute("UPDATE alembic_version SET version_num = '9999'")
        made.commit()


def short(file):
    file.write_bytes(file.read_bytes()[:-8192])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (a_shop, "is not a Homeroom's database"),
        (notes, "file is not a database"),
        (newer, "made by a newer Homeroom .*9999.* Install that version"),
        (short, "is damaged|malformed"),
        (spoil, "is damaged|malformed"),
    ],
)
def test_what_cannot_be_used_is_refused_untouched(url, file, older, change, said, tmp_path):
    source = tmp_path / "source.db"
    if change is not a_shop:
        source.write_bytes(older.read_bytes())
    change(source)
    before = beside(file)
    with pytest.raises(NotDone, match=f"Nothing was restored: .*source.db.*({said})"):
        restore(url, source, at=AT)
    assert kept(file) == ["a", "b"]
    assert set(beside(file)) - {"homeroom.db-wal", "homeroom.db-shm"} == set(before) | {
        "homeroom.db.lock"
    }


def test_a_file_that_is_not_there_is_named(url, tmp_path):
    with pytest.raises(NotDone, match=r"There is no file .*none\.db"):
        restore(url, tmp_path / "none.db", at=AT)


def test_nothing_is_written_beside_a_backup(url, file, tmp_path):
    """It may lie in a folder where nobody may write."""
    keep(url, "a")  # the database itself, copied while Homeroom was stopped: it wants a journal
    (tmp_path / "safe").mkdir()
    source = file.rename(tmp_path / "safe" / "homeroom.db")
    restore(url, source, at=AT)
    assert kept(file) == ["a"]
    assert beside(source) == ["homeroom.db"]


@pytest.mark.parametrize("step", ["_fold_in", "_link", "_without_journal", "_same_owner"])
def test_a_power_cut_at_any_step_leaves_the_old_or_the_new(url, file, older, step, monkeypatch):
    class Dead(BaseException):
        pass

    def die(*_arguments):
        raise Dead

    monkeypatch.setattr(copies, step, die)
    with pytest.raises(Dead):
        restore(url, older, at=AT)
    assert kept(file) == ["a", "b"]
    monkeypatch.undo()
    assert restore(url, older, at=AT.replace(minute=59))
    assert kept(file) == ["a"]


def test_without_links_what_is_replaced_is_copied(url, file, older, monkeypatch):
    def refuse(*_arguments):
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    aside = restore(url, older, at=AT)
    assert (kept(file), kept(aside)) == (["a"], ["a", "b"])


def test_the_owner_and_who_may_read_stay_as_they_were(url, file, older):
    file.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(file, 12345, 12345)
    before = file.stat()
    restore(url, older, at=AT)
    after = file.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (
        before.st_mode,
        before.st_uid,
        before.st_gid,
    )


def test_a_backup_that_is_restored_twice_in_a_second_overwrites_nothing(url, file, older):
    restore(url, older, at=AT)
    keep(url, "late")
    with pytest.raises(NotDone, match="File exists"):
        restore(url, older, at=AT)
    assert kept(file) == ["a", "late"]
