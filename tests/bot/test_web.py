"""The web side: health, and calendars."""

import threading
from pathlib import Path
from shutil import copyfile

import httpx
import pytest
from sqlalchemy import select

from bot.app import Homeroom
from bot.config import Config
from bot.web import make_web
from storage.models import Series
from tests.bot.test_metrics import read
from tests.cast import database_url


@pytest.fixture
async def web(room):
    await room.homeroom.start()
    app = make_web(room.homeroom, [])
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://homeroom"
    ) as client:
        yield client


@pytest.fixture
def key(room):
    read = room.homeroom.database.read
    return read(lambda session: session.scalars(select(Series.feed_key)).first()).result()


@pytest.fixture
def file(room):
    return Path(room.homeroom.config.database_url.removeprefix("sqlite:///"))


async def test_health(web):
    assert (await web.get("/healthz")).text == "ok"
    ready = await web.get("/readyz")
    assert ready.status_code == 200
    assert ready.json() == {"database": True, "clock": True, "courier": True, "errands": True}


@pytest.mark.sqlite_only("a file can be moved away")
async def test_not_ready_when_the_database_is_gone(web, room, file):
    # Nothing may tick meanwhile: a copy read beside the journal of another file looks damaged.
    await room.homeroom.rest()

    async def database() -> bool:
        return (await web.get("/readyz")).json()["database"]

    moved = file.rename(file.with_name("elsewhere.db"))
    assert not await database()
    assert (await web.get("/readyz")).status_code == 503
    assert (await web.get("/healthz")).status_code == 200
    copyfile(moved, file)  # a backup was put there, behind our back
    assert not await database()
    file.unlink()
    moved.rename(file)
    assert await database()


async def test_not_ready_when_a_part_has_stopped(web, room):
    await room.homeroom.rest()
    ready = await web.get("/readyz")
    assert ready.status_code == 503
    assert ready.json() == {"database": True, "clock": False, "courier": False, "errands": False}


async def test_figures(web, room):
    await room.says("ben", "find talks")
    await room.says("ben", "share https://example.org")  # without its reason: a form is opened
    page = await web.get("/metrics")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/plain; version=")
    said = read(page.content)
    assert said["homeroom_answers_total", "answered"] == 2
    assert said["homeroom_answer_seconds_count",] == 2
    assert said["homeroom_tick_seconds_count",] >= 1
    assert said["homeroom_database_reachable",] == 1
    assert said["homeroom_database_errors_total",] == 0
    for name in ("Ben", "Ana", "learning-call", "C1", "T1", "Coaching"):
        assert name not in page.text


async def test_figures_come_when_the_database_says_nothing(web, room, monkeypatch):
    monkeypatch.setattr("bot.web.SLOWEST", 0.01)
    hanging = threading.Event()
    for _ in range(8):  # more than there are readers, on either database
        room.homeroom.database.read(lambda _session: hanging.wait(5))
    try:
        said = read((await web.get("/metrics")).content)
    finally:
        hanging.set()
    assert said["homeroom_database_reachable",] == 0
    assert said["homeroom_tick_seconds_count",] >= 1


async def test_a_process_that_only_answers_is_ready_without_a_clock(tmp_path, template):
    config = Config(database_url=database_url(tmp_path, template))
    program = Homeroom(config, only="doors")
    await program.start()
    transport = httpx.ASGITransport(make_web(program, []))
    async with httpx.AsyncClient(transport=transport, base_url="http://homeroom") as client:
        ready = await client.get("/readyz")
        assert (ready.status_code, ready.json()) == (200, {"database": True})
    await program.stop()


async def test_a_calendar_is_found_by_its_key_alone(web, key):
    found = await web.get(f"/calendar/{key}.ics")
    assert found.status_code == 200
    assert found.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "SUMMARY:Weekly call" in found.text
    for other in (key[:-1], key.upper() + "x", "%25", "1", "*"):
        missing = await web.get(f"/calendar/{other}.ics")
        assert (missing.status_code, missing.text) == (
            404,
            "There is no such calendar (any more).",
        )


async def test_the_head_of_a_calendar(web, key):
    head = await web.head(f"/calendar/{key}.ics")
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["content-length"]) > 100


@pytest.mark.parametrize(
    "path",
    ["..%2f..%2fetc%2fpasswd", "..%2f.env", "%2e%2e/%2e%2e/pyproject", "a/b", "..\\homeroom.db"],
)
async def test_no_path_leads_to_a_file(web, path):
    for asked in (f"/calendar/{path}.ics", f"/calendar/{path}", f"/{path}"):
        assert (await web.get(asked)).status_code == 404


async def test_what_is_kept_is_said_at_the_apps_address(web):
    assert "What it keeps" in (await web.get("/")).text


async def test_nothing_else_is_there(web, key):
    assert (await web.post(f"/calendar/{key}.ics")).status_code == 405
    assert (await web.get("/elsewhere")).status_code == 404


@pytest.mark.parametrize(
    "key", ["%00", "%ED%A0%80", "..%2f..%2fetc%2fpasswd", "a" * 5000, "é", "%E2%80%AE"]
)
async def test_odd_keys_are_no_keys(web, key, caplog):
    for path in (f"/calendar/{key}.ics", f"/picture/{key}.png", f"/mine/{key}"):
        answer = await web.get(path)
        assert answer.status_code == 404
        assert "Traceback" not in answer.text + caplog.text
    assert (await web.post(f"/mine/{key}")).status_code == 404


GUARDS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


@pytest.mark.parametrize(
    ("how", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/mine/x", 404),
        ("POST", "/mine/x", 404),
        ("PUT", "/mine/x", 405),
        ("GET", "/calendar/x.ics", 404),
        ("GET", "/picture/x.png", 404),
        ("GET", "/nowhere", 404),
    ],
)
async def test_every_answer_is_guarded(web, how, path, status):
    answer = await web.request(how, path)
    assert answer.status_code == status
    assert GUARDS.items() <= dict(answer.headers).items()
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    if status >= 400:
        assert answer.headers["cache-control"] == "no-store"


async def test_what_breaks_is_guarded_and_says_nothing_of_why(room, monkeypatch):
    def broken(*_args, **_more):
        raise RuntimeError("SECRET")

    monkeypatch.setattr("bot.web.drawn", broken)
    transport = httpx.ASGITransport(make_web(room.homeroom, []), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://homeroom") as client:
        answer = await client.get("/picture/x.png")
    assert answer.status_code == 500
    assert "SECRET" not in answer.text
    assert GUARDS.items() <= dict(answer.headers).items()
    assert answer.headers["cache-control"] == "no-store"
