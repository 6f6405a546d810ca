"""PostgreSQL: several writers and readers, a transaction for each work.

The server itself lets commits that come together share a sync. Work that changes one network is
done one at a time all the same: see `storage/turns.py`.
"""

from concurrent.futures import Future
from typing import Any

from psycopg import Error
from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from storage.work import Inbox, Work, fail

WRITERS, READERS = 8, 4
SPARE = 4  # connections for what asks the engine itself, such as a migration
MOST_TRIES = 5

UNIQUE_VIOLATION, SERIALIZATION_FAILURE, DEADLOCK = "23505", "40001", "40P01"
MET_ANOTHER = (UNIQUE_VIOLATION, SERIALIZATION_FAILURE, DEADLOCK)

ON_CONNECTING = {
    "connect_timeout": 2,  # seconds
    "application_name": "homeroom",
    # A server that went away without a word is noticed after some ten seconds.
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,  # ms
}
IN_A_SESSION = {
    "statement_timeout": "10s",
    "idle_in_transaction_session_timeout": "30s",
    "timezone": "UTC",
}


def make_engine(url: URL, *, busy_ms: int) -> Engine:
    """An engine whose connections live long. Whoever waits `busy_ms` for another's lock gives
    up. What the address itself says of a connection goes before what we say."""
    session = {"lock_timeout": f"{busy_ms}ms", **IN_A_SESSION}
    options = " ".join(f"-c {name}={value}" for name, value in session.items())
    if theirs := url.query.get("options"):
        options = f"{options} {theirs}"
    ours = {name: value for name, value in ON_CONNECTING.items() if name not in url.query}
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        isolation_level="READ COMMITTED",
        use_native_hstore=False,  # we have none, and asking for it is a round trip
        pool_size=WRITERS + READERS,
        max_overflow=SPARE,
        pool_use_lifo=True,  # warm connections first; what nobody needs is never made
        connect_args={**ours, "options": options},
    )
    event.listen(engine, "handle_error", _leave_out_the_details)
    return engine


def _leave_out_the_details(context: ExceptionContext) -> None:
    """What the server adds to its first line quotes rows: what people typed."""
    problem, told = context.original_exception, context.sqlalchemy_exception
    if isinstance(problem, Error) and told and (first := problem.diag.message_primary):
        problem.args = (first,)
        told.args = (f"({type(problem).__qualname__}) {first}",)


def write_all(engine: Engine, inbox: Inbox) -> None:
    """Do what comes, one after the other, until there will be no more."""
    while job := inbox.get():
        _keep(engine, *job)


def read_all(engine: Engine, inbox: Inbox) -> None:
    """Let what comes look at what was committed, until there will be no more."""
    looking = engine.execution_options(postgresql_readonly=True)
    while job := inbox.get():
        _keep(looking, *job)


def _keep(engine: Engine, work: Work[Any], future: "Future[Any]") -> None:
    """Do work in a transaction of its own, from the start again where that may go well."""
    met: list[str] = []
    while True:
        try:
            with Session(engine, expire_on_commit=False) as session, session.begin():
                session.connection()
                # Asked only now: while the server was not there somebody may have given up.
                if not future.running() and not future.set_running_or_notify_cancel():
                    return
                result = work(session)
        except BaseException as problem:
            met.append(_met(problem))
            if not _worth_another_try(met):
                fail([(work, future)], problem)  # it belongs to its own asker
                return
        else:
            future.set_result(result)
            return


def _met(problem: BaseException) -> str:
    """What kept work from being done, if it is worth a word: another's work, or a connection
    that was no more. A server that cannot be reached at all is not."""
    if not isinstance(problem, DBAPIError):
        return ""
    if problem.connection_invalidated:
        return "broken"
    state = str(getattr(problem.orig, "sqlstate", "") or "")
    return state if state in MET_ANOTHER else ""


def _worth_another_try(met: list[str]) -> bool:
    return met[-1] != "" and met.count("broken") <= 1 and len(met) < MOST_TRIES
