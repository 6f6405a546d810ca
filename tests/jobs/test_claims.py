"""Two replicas: whoever takes up a piece of work claims it, and one that dies only delays it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from bot.findings import Looked
from bot.llm import ModelFailed
from jobs import openings, people, titles
from storage import calls, marks, networks, recaps, resources, series, steps
from storage.models import Call, Channel, Recap, Resource
from tests.bot.rows import EARLY
from tests.jobs.clockwork import Clockwork, a_network, a_series, clockwork

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class Died(BaseException):
    """As a process that is killed: nothing of ours can catch it."""


@pytest.fixture
def works(tmp_path: Path) -> Iterator[Clockwork]:
    with clockwork(tmp_path) as made:
        made.write(lambda s: a_series(s, a_network(s, "N")).id)
        made.schedule.tick()
        yield made


class Dying:
    """Another replica looks for the same work while this one is at it; then this one dies."""

    def __init__(self, works: Clockwork, again) -> None:
        self.works, self.again, self.taken = works, again, 0

    def __call__(self, *_args, **_named):
        self.taken += 1
        if self.taken == 1:
            assert not self.again(self)  # it finds nothing: the work is ours
            raise Died
        raise ModelFailed("this one lives, and merely fails")


# -- errands --------------------------------------------------------------------------------------


def test_a_title_is_fetched_by_one_and_not_lost_when_that_one_dies(works: Clockwork) -> None:
    def share(session: Session) -> None:
        session.add(
            Resource(network_id=1, key="k", url="https://example.org", title_due=EARLY, at=EARLY)
        )

    works.write(share)
    fetch = Dying(works, lambda it: titles.fetch_next(works.database, works.clock, it))
    with pytest.raises(Died):
        titles.fetch_next(works.database, works.clock, fetch)
    due = works.read(lambda s: s.scalars(select(Resource.title_due)).one())
    assert due == EARLY + titles.CLAIMED
    works.clock.move(EARLY + titles.CLAIMED - MINUTE)
    assert not titles.fetch_next(works.database, works.clock, fetch)
    works.clock.move(EARLY + titles.CLAIMED)
    assert titles.fetch_next(works.database, works.clock, lambda _: "A title")
    kept = works.read(lambda s: s.scalars(select(Resource)).one())
    assert (kept.title, kept.title_due, kept.title_tries) == ("A title", None, 1)


def test_a_channel_is_read_by_one_and_not_lost_when_that_one_dies(works: Clockwork) -> None:
    read = Dying(works, lambda it: people.read_next(works.database, works.clock, it))
    with pytest.raises(Died):
        people.read_next(works.database, works.clock, read)
    due = works.read(lambda s: s.scalars(select(Channel.people_due)).one())
    assert due == EARLY + people.CLAIMED
    works.clock.move(EARLY + people.CLAIMED)
    assert people.read_next(works.database, works.clock, lambda *_: (Looked("calls"), []))
    due = works.read(lambda s: s.scalars(select(Channel.people_due)).one())
    assert due == EARLY + people.CLAIMED + people.AGAIN


def test_an_opening_is_asked_for_by_one_and_not_lost_when_that_one_dies(works: Clockwork) -> None:
    def draft(session: Session) -> None:
        recaps.draft(session, call=session.get_one(Call, 1)).opening_due = EARLY

    class AModel:
        def __init__(self, say) -> None:
            self.say = say

    works.write(draft)
    model = AModel(
        Dying(works, lambda it: openings.open_next(works.database, works.clock, AModel(it)))
    )
    with pytest.raises(Died):
        openings.open_next(works.database, works.clock, model)
    works.clock.move(EARLY + openings.AGAIN)
    assert openings.open_next(works.database, works.clock, model)  # it fails, and is tried later
    kept = works.read(lambda s: s.scalars(select(Recap)).one())
    assert (kept.opening_tries, kept.opening_due) == (1, EARLY + 2 * openings.AGAIN)


def test_errands_with_nothing_to_do_only_look(works: Clockwork) -> None:
    works.write(lambda s: s.query(Channel).update({"people_due": EARLY + HOUR}))
    works.writes.clear()
    for errand in (people.read_next, titles.fetch_next, openings.open_next):
        assert not errand(works.database, works.clock, None)
    assert not works.writes


# -- the clock ------------------------------------------------------------------------------------


def test_what_decides_is_locked_and_what_another_holds_is_passed_over(works: Clockwork) -> None:
    """SQLite has one writer; what is said to PostgreSQL is read here."""
    said = {
        "step": steps._CLAIM,
        "call": calls._CLAIM_STALE,
        "series": series._CLAIM,
        "mark": marks._CLAIM,
    }
    for table, claim in said.items():
        written = str(claim.compile(dialect=postgresql.dialect()))
        assert written.rstrip().endswith(f"FOR UPDATE OF {table} SKIP LOCKED"), table


def test_the_errands_claims_are_locked_too(works: Clockwork) -> None:
    seen: list[str] = []

    def note(state) -> None:
        if state.is_select:
            seen.append(str(state.statement.compile(dialect=postgresql.dialect())))

    with Session(works.database.engine) as session:
        event.listen(session, "do_orm_execute", note)
        again = EARLY + HOUR
        networks.claim_to_read(session, now=EARLY, again=again)
        resources.claim_title(session, now=EARLY, again=again)
        recaps.claim_opening(session, now=EARLY, again=again)
    claims = [each for each in seen if "FOR UPDATE" in each]
    assert [each.rsplit("FOR UPDATE OF ", 1)[1].strip() for each in claims] == [
        "channel SKIP LOCKED",
        "resource SKIP LOCKED",
        "recap SKIP LOCKED",
    ]


def test_another_replica_that_did_it_first_leaves_nothing(works: Clockwork) -> None:
    other = type(works.schedule)(works.database, works.clock, web="", model=False)
    works.clock.move(EARLY + HOUR)
    first = works.steps()[0].due_at
    works.clock.move(first)
    assert works.schedule.tick() == 1
    before = works.state()
    assert other.tick() == 0
    assert works.state() == before
