"""A sender: the real program with its clock, courier and Slack door, which is to be killed."""

import asyncio
import logging
import os
import signal
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import structlog
import uvloop
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

import bot.ticker
from bot.app import Homeroom
from bot.clock import SteadyClock
from bot.config import Config
from bot.errors import ConfigError
from bot.slack.door import SlackDoor
from bot.slack.installations import KnownInstallations
from storage.models import Call, OutboxPost, Step
from tests.faults.orders import LONGEST_CALL, STORM, Orders


def main(orders: Orders) -> None:
    """Run until somebody kills this process, or it does so itself."""
    logging.disable()  # it would tell, again and again, that it was killed
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    bot.ticker.TICK_SECONDS = 0.1  # type: ignore[assignment]
    uvloop.run(_live(orders))


async def _live(orders: Orders) -> None:
    def wall() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=orders.wall_off.value)

    config = Config(database_url=orders.database, slack_api_url=orders.slack)
    homeroom = await _opened(config, SteadyClock(wall()), wall)
    known = KnownInstallations(orders.slack)
    await known.learn(orders.token)
    door = SlackDoor(known, base_url=orders.slack)
    count = _counter(orders)
    door._clients._open = _session(count)
    homeroom.doors["slack"] = door
    event.listen(homeroom.database.engine, "commit", lambda _: count())
    event.listen(homeroom.database.engine, "checkin", lambda *_: count())
    if orders.edits:
        with suppress(OperationalError):  # the server crashed just now
            await asyncio.wrap_future(homeroom.database.write(lambda s: _edit(s, orders.edits)))
    await homeroom.start()
    while True:
        await asyncio.sleep(0.1)
        await _report(homeroom, orders)


async def _opened(config: Config, clock: SteadyClock, wall: Any) -> Homeroom:
    """The program; again while the database's server is away, as a supervisor would."""
    while True:
        try:
            return Homeroom(config, clock, patience=STORM, told=wall)
        except ConfigError:
            await asyncio.sleep(0.05)


def _counter(orders: Orders) -> Any:
    def count() -> None:
        orders.effects.value += 1
        if 0 < orders.die_at <= orders.effects.value:
            os.kill(os.getpid(), signal.SIGKILL)

    return count


def _session(count: Any) -> aiohttp.ClientSession:
    """Counts before a request is sent and after it was answered."""

    async def counts(*_: object) -> None:
        count()

    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(counts)
    trace.on_request_end.append(counts)
    timeout = aiohttp.ClientTimeout(total=LONGEST_CALL)
    return aiohttp.ClientSession(timeout=timeout, trace_configs=[trace])


def _edit(session: Session, call_id: int) -> None:
    call = session.get_one(Call, call_id)
    number = int(call.series.link.rsplit("/", 1)[1]) + 1
    call.series.link = f"https://meet.example/{number}"
    call.stale = True


async def _report(homeroom: Homeroom, orders: Orders) -> None:
    now = homeroom.clock.now()
    asked = (
        select(func.count()).select_from(OutboxPost).where(OutboxPost.due_at.is_not(None)),
        select(func.count()).select_from(Step).where(Step.state == "planned", Step.due_at <= now),
        select(func.count()).select_from(Call).where(Call.stale),
    )
    try:
        counts = homeroom.database.read(lambda s: sum(s.scalar(each) or 0 for each in asked))
        orders.left.value = await asyncio.wrap_future(counts)
    except Exception:
        orders.left.value = -1
