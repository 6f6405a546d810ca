"""The command line, as its own process."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from storage.alone import Alone
from tests.cast import database_url

HOME = Path(__file__).parent.parent.parent


def bot(folder, *arguments, **environment):
    """`python -m bot …` in an empty folder, with these settings alone."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(HOME), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_run_without_settings_says_what_is_missing(tmp_path):
    ended = bot(tmp_path, "run")
    assert ended.returncode == 2
    assert "To connect to Slack, put this into .env" in ended.stderr
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
        assert name in ended.stderr
    assert "Traceback" not in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_setting_is_a_sentence(tmp_path):
    (tmp_path / ".env").write_text("PORT=often\n")
    ended = bot(tmp_path, "manifest")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "PORT must be a number; it is “often”.\n"


def test_manifest_is_what_slack_takes(tmp_path):
    socket = json.loads(bot(tmp_path, "manifest").stdout)
    assert socket["settings"]["socket_mode_enabled"] is True
    http = json.loads(bot(tmp_path, "manifest", PUBLIC_URL="https://homeroom.example.org").stdout)
    assert http["settings"]["socket_mode_enabled"] is False
    url = http["settings"]["event_subscriptions"]["request_url"]
    assert url == "https://homeroom.example.org/slack/events"


def test_migrate_makes_the_database_once_nobody_uses_it(tmp_path):
    url = f"sqlite:///{tmp_path / 'var' / 'homeroom.db'}"
    hold = Alone(url)
    refused = bot(tmp_path, "migrate", DATABASE_URL=url)
    assert refused.returncode == 2
    assert "Another Homeroom" in refused.stderr
    hold.release()
    done = bot(tmp_path, "migrate", DATABASE_URL=url)
    assert (done.returncode, done.stdout) == (0, "The database is up to date.\n")


def test_a_backup_is_made_while_it_runs_and_restored_when_it_does_not(tmp_path):
    url = f"sqlite:///{tmp_path / 'homeroom.db'}"
    assert bot(tmp_path, "migrate", DATABASE_URL=url).returncode == 0
    hold = Alone(url)
    made = bot(tmp_path, "backup", "mine.db", DATABASE_URL=url)
    assert made.returncode == 0, made.stderr
    assert re.fullmatch(r"The backup is mine\.db \(\d+ kB\)\.\n", made.stdout)
    again = bot(tmp_path, "backup", "mine.db", DATABASE_URL=url)
    assert (again.returncode, again.stdout) == (2, "")
    assert again.stderr == "mine.db is there already. Name another file, or say --replace.\n"
    assert bot(tmp_path, "backup", "--replace", "mine.db", DATABASE_URL=url).returncode == 0
    refused = bot(tmp_path, "restore", "mine.db", DATABASE_URL=url)
    assert refused.returncode == 2
    assert "Another Homeroom (process " in refused.stderr
    hold.release()
    done = bot(tmp_path, "restore", "mine.db", DATABASE_URL=url)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("mine.db is restored.\nWhat was there before is kept: ")
    kept = re.search(r"kept: (.*\.db) \(", done.stdout)
    assert Path(kept[1]).is_file()
    assert bot(tmp_path, "migrate", DATABASE_URL=url).returncode == 0


SLACK = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}


@pytest.mark.sqlite_only("spoils a file")
@pytest.mark.parametrize("command", ["run", "migrate"])
def test_a_damaged_database_is_refused_with_what_mends_it(tmp_path, template, command):
    url = database_url(tmp_path, template)
    with (tmp_path / "homeroom.db").open("r+b") as opened:
        opened.seek(4096 * 2)
        opened.write(os.urandom(4096 * 20))
    before = (tmp_path / "homeroom.db").read_bytes()
    ended = bot(tmp_path, command, DATABASE_URL=url, **SLACK)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert re.fullmatch(
        r"DATABASE_URL: \S+homeroom\.db is damaged \(.*\)\. Put a backup in its place with"
        r" `python -m bot restore FILE`; the damaged file is kept beside it\.\n",
        ended.stderr,
    )
    assert (tmp_path / "homeroom.db").read_bytes() == before


@pytest.mark.parametrize("part", ["doors", "clock"])
def test_a_sqlite_file_is_one_process(tmp_path, part):
    ended = bot(tmp_path, "run", "--only", part, **SLACK)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        f"--only {part} shares the work with other processes, and a SQLite file has room for one:"
        " leave --only out, or set DATABASE_URL to a PostgreSQL database.\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_restored_is_a_sentence(tmp_path):
    (tmp_path / "notes.txt").write_text("These are my notes. " * 100)
    ended = bot(tmp_path, "restore", "notes.txt")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        "Nothing was restored: notes.txt cannot be copied: file is not a database.\n"
    )


@pytest.mark.parametrize("arguments", [(), ("fly",)])
def test_without_a_command_it_says_which_there_are(tmp_path, arguments):
    ended = bot(tmp_path, *arguments)
    assert ended.returncode == 2
    assert all(name in ended.stderr for name in ("usage: homeroom",))
