"""One running Homeroom per SQLite file."""

import os
import signal
import subprocess
import sys
from subprocess import PIPE

import pytest

from storage.alone import Alone, Taken, file_of

HOLD = """
import sys
from storage.alone import Alone
held = Alone(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'var' / 'homeroom.db'}"


def test_a_second_hold_is_refused_with_who_has_it(url):
    first = Alone(url)
    with pytest.raises(Taken, match=f"process {os.getpid()}.*DATABASE_URL"):
        Alone(url)
    first.release()
    Alone(url).release()


def test_a_process_that_was_killed_holds_nothing(url):
    other = subprocess.Popen([sys.executable, "-c", HOLD, url], stdin=PIPE, stdout=PIPE, text=True)
    assert other.stdout
    assert other.stdout.readline() == "held\n"
    with pytest.raises(Taken, match=f"process {other.pid}"):
        Alone(url)
    other.send_signal(signal.SIGKILL)
    other.communicate()
    Alone(url).release()


def test_a_file_left_behind_holds_nothing(url, tmp_path):
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "homeroom.db.lock").write_text("12345")
    hold = Alone(url)
    assert (tmp_path / "var" / "homeroom.db.lock").read_text() == str(os.getpid())
    hold.release()


def test_a_database_elsewhere_has_no_file(tmp_path):
    assert file_of("postgresql://localhost/homeroom") is None
    Alone("postgresql://localhost/homeroom").release()
