"""Logs: JSON lines that hold no secret and nothing that people wrote."""

import asyncio
import gc
import io
import json
import logging
import sqlite3
import warnings

import httpx
import pytest
import structlog

from bot import logs
from bot.playground.outcome import Sent
from bot.playground.shapes import Json
from tests import cast
from tests.gates import held

WORD = "xylophone"


@pytest.fixture
def written():
    """All that is logged, at the most talkative level."""
    root, levels = logging.getLogger(), {name: logging.getLogger(name).level for name in LOUD}
    handlers, level = list(root.handlers), root.level
    stream = io.StringIO()
    logs.set_up("debug", stream)
    yield stream
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


LOUD = ("slack_bolt", "slack_sdk", "apscheduler", "asyncio", "uvicorn", "httpx")


def lines(stream) -> list[Json]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_json_with_its_time_and_level(written):
    structlog.get_logger().info("ready", by="socket")
    (line,) = lines(written)
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "ready", "by": "socket", "level": "info"}


def test_the_level_is_kept():
    stream = io.StringIO()
    logs.set_up("warning", stream)
    structlog.get_logger().info("ready")
    structlog.get_logger().warning("careful")
    assert [line["event"] for line in lines(stream)] == ["careful"]
    structlog.reset_defaults()


def test_an_exception_is_its_type_and_place_without_its_words(written):
    try:
        try:
            sqlite3.connect("/nowhere/at/all")
        except sqlite3.Error as first:
            raise ValueError(WORD) from first
    except ValueError:
        structlog.get_logger().exception("it failed")
    (line,) = lines(written)
    assert line["problem"] == ["ValueError", "OperationalError SQLITE_CANTOPEN"]
    assert "test_logs.py" in line["where"][-1]
    assert WORD not in written.getvalue()


def test_private_fields_are_blanked(written):
    structlog.get_logger().info("asked", words=WORD, text=WORD, token=WORD, how="form")
    (line,) = lines(written)
    assert (line["words"], line["text"], line["token"], line["how"]) == ("…", "…", "…", "form")


def test_a_library_is_heard_without_the_payload_it_quotes(written):
    logging.getLogger("slack_sdk.socket_mode").error('could not read {"text": "%s"}\n', WORD)
    logging.getLogger("some.library").warning("strange: %s", WORD)
    logging.getLogger("alembic.runtime").error("Can't locate revision")
    first, second, third = lines(written)
    assert first["from"] == "slack_sdk.socket_mode"
    assert second["level"] == "warning"
    assert third["event"] == "Can't locate revision"
    assert WORD not in written.getvalue()


@pytest.mark.parametrize("name", LOUD)
def test_libraries_are_quiet_about_what_goes_well(written, name):
    logging.getLogger(name).info("POST https://slack.com/api?token=xoxb-1")
    logging.getLogger(name).debug(WORD)
    assert written.getvalue() == ""


async def test_http_calls_are_not_logged(written):
    answer = httpx.MockTransport(lambda request: httpx.Response(200))
    async with httpx.AsyncClient(transport=answer) as client:
        await client.get(f"https://model.example.org/{WORD}", headers={"Authorization": "hush"})
    assert written.getvalue() == ""


async def test_a_forgotten_task_does_not_quote_its_words(written):
    async def fail():
        raise ValueError(WORD)

    task = asyncio.create_task(fail())
    await asyncio.wait([task])
    del task
    gc.collect()
    (line,) = lines(written)
    assert line["problem"] == ["ValueError"]
    assert WORD not in written.getvalue()


async def test_nothing_that_people_wrote_is_logged_whatever_fails(
    written, tmp_path, template, monkeypatch
):
    monkeypatch.setattr("storage.database.BUSY_MS", 20)
    async with cast.room(tmp_path, template) as room:
        await room.says("ben", f"share {WORD}")
        await room.says("ben", f"{WORD} {WORD}")
        await room.says("ben", f'find "{WORD} in: by: AND NOT ({WORD}')
        await room.fills("ben", "share", link=f"file:///{WORD}", why=WORD)
        await room.fills("ben", "checkin", answer0=WORD, answer1="")
        await _locked(room)
        await _broken(room, monkeypatch)
        await _odd_events(room)
        await _faults(room)
        secrets = [room.app.app_token, room.app.signing_secret, room.app.client_secret]
        secrets += [each.bot_token for each in room.world.installations]
    told = written.getvalue()
    assert {"not saved", "the door failed", "a post was refused"} <= {
        line["event"] for line in lines(written)
    }
    assert WORD not in told.casefold()
    assert [secret for secret in secrets if secret in told] == []


async def _locked(room):
    opened = await room.says("ben", "checkin")
    with held(room.homeroom.config.database_url):
        await room.says("ben", f"share https://example.org/{WORD} {WORD}")
        await room.ben.submit(opened.view, {"answer0": WORD, "answer1": WORD})


async def _broken(room, monkeypatch):
    """Handlers and doors that choke on what was written, and say so in their exceptions."""

    def choke(*_arguments, **_values):
        raise ValueError(f"cannot digest {WORD}")

    with monkeypatch.context() as patch:
        patch.setattr("handlers.answer.deliveries.first", choke)
        await room.says("ben", f"share https://example.org/{WORD} {WORD}")
    await room.says("ben", f"ask {WORD}")
    await room.fills("ben", "ask", what=f"{WORD} fades", tried=WORD, wanted=WORD, sight="network")
    with monkeypatch.context() as patch:
        patch.setattr("bot.slack.door.post_message", lambda post: {}[repr(post)])
        await room.settle()
    await room.fills("ben", "ask", what=f"{WORD} again", tried=WORD, wanted=WORD, sight="network")
    with monkeypatch.context() as patch:
        patch.setattr("bot.slack.door.post_message", choke)
        await room.settle()


async def _odd_events(room):
    sockets = room.world.deliveries.sockets
    for kind, payload in (
        ("events_api", {"type": "event_callback", "event": {"type": WORD, "text": WORD}}),
        ("events_api", {"event": WORD}),
        ("interactive", {"type": WORD, "actions": WORD}),
        ("interactive", {"type": "block_actions", "actions": [WORD], "team": WORD}),
        ("slash_commands", {"command": f"/{WORD}", "text": WORD, "team_id": "T1"}),
        (WORD, {"text": WORD}),
    ):
        await sockets.send(room.app, Sent(room.app.id, kind, payload))
    await room.ben.mentions(room.channel(), room.app, WORD)
    await room.ben.dm(room.app, WORD)


async def _faults(room):
    faults = room.world.faults
    faults.add("*", "error_before", times=3)
    await room.ben.mentions(room.channel(), room.app, f"{WORD} ask {WORD}")
    await room.settle()
    faults.clear()
    faults.add("*", "reset", times=3)
    await room.ben.dm(room.app, WORD)
    await room.settle()
    faults.clear()


def test_warnings_go_elsewhere(written):
    with warnings.catch_warnings(record=True):
        warnings.warn(WORD, stacklevel=1)
    assert written.getvalue() == ""
