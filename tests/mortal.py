"""A PostgreSQL server that a test may stop, freeze and start again."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psutil
import psycopg
from psycopg.sql import SQL, Identifier
from sqlalchemy import make_url

from tests.databases import Server, crash, running_postgresql
from tests.gates import plain_address


class Mortal:
    """A template whose server is the test's own. What it said was committed outlives it."""

    kind = "postgresql"

    def __init__(self, running: Any, server: Server) -> None:
        self._running = running
        self._server = server
        self._numbers = count(1)

    def copy(self, folder: Path) -> str:
        name = f"mortal_{next(self._numbers)}"
        asked = SQL("CREATE DATABASE {} TEMPLATE {}")
        with psycopg.connect(plain_address(self._running.get_uri()), autocommit=True) as own:
            own.execute(asked.format(Identifier(name), Identifier(self._server.template)))
        durable = {"options": "-c synchronous_commit=on"}
        there = make_url(self._server.url(name)).update_query_dict(durable)
        return there.render_as_string(hide_password=False)

    def blank(self, folder: Path) -> str:
        raise NotImplementedError

    def stop(self) -> None:
        """Without a word to anybody."""
        crash(self._running)

    def start(self) -> None:
        self._running.ensure_postgres_running()

    def restart(self) -> None:
        self.stop()
        self.start()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """It holds every connection and says nothing, as behind a network that drops packets."""
        first = psutil.Process(self._running.get_pid())
        every = [first, *first.children(recursive=True)]
        for each in every:
            os.kill(each.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for each in every:
                os.kill(each.pid, signal.SIGCONT)


@contextmanager
def mortal() -> Iterator[Mortal]:
    """A server that dies and comes back while the block runs."""
    with running_postgresql() as (running, server):
        made = Mortal(running, server)
        try:
            yield made
        finally:
            made.start()  # so that it is ended as others are
