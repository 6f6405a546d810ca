"""Erasing a person: afterwards nothing holds their words, their name or their account."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from jobs import openings
from storage import chores, people, theirs, written
from storage.models import Base, Erasure, Member, Network, Recap
from tests.cast import CALL, Room, text
from tests.handlers.acting import nothing_changed, offers, presses, problem_id, writes
from tests.handlers.test_network_channels import asks
from tests.jobs.walking import walks_to
from tests.room import buttons

UNIQUE = "zyzzyva"
DELIVERIES = {"delivery"}  # ids of the platforms' own, which are let go after two days


def everything(room: Room) -> str:
    """Every value of every table, search's own tables too."""
    found = []
    names = [each.name for each in Base.metadata.sorted_tables if each.name not in DELIVERIES]
    with Session(room.homeroom.database.engine) as session:
        for name in [*names, "passage_text"]:
            rows = session.execute(select(sql("*")).select_from(sql(f'"{name}"')))
            found += [f"{name}: {tuple(row)!r}" for row in rows]
    return "\n".join(found)


async def gives_everything(room: Room) -> None:
    """Ben does whatever one can do, each time with a word that nobody else uses."""
    await room.says("ben", f"share https://example.org/{UNIQUE} {UNIQUE} why it helped #math")
    await room.says("ana", "share https://example.org/talks helps us")
    await room.says("ben", f"share https://example.org/talks {UNIQUE} helped me as well")
    await room.fills("ben", "checkin 1", answer0=f"{UNIQUE} tried", answer1=f"bring {UNIQUE}")
    await room.fills("ben", "ask", what=f"{UNIQUE} fades after a week", sight="network")
    await room.fills("ana", "ask", what="Parents come late", sight="network")
    await offers(room, "ben", problem_id(room, "Parents come late"), f"{UNIQUE} buses")
    await offers(room, "ana", problem_id(room, f"{UNIQUE} fades after a week"), "Wait a while")
    await room.says("ben", f"commit to {UNIQUE} every day")
    await room.says("ben", "me save resource 1")
    message = await room.tells("gus", "Could we talk about grading?")
    opened = await room.points("ben", message, "bring")
    await room.ben.submit(opened.view, {"title": f"{UNIQUE} grading"})
    await room.says("ana", "prompt in 1 hour: What went well?")
    await room.says("ana", "prompt schedule 1")
    await walks_to(room, CALL + timedelta(hours=1))
    form = await room.says("ben", "answer 1")
    await room.ben.submit(form.view, {"words": f"{UNIQUE} went well"})
    await room.replies_to("ben", room.post("What went well?"), f"And {UNIQUE} in the thread")
    await room.fills("ana", "protocol write chalktalk", question="What is a launch?", days="1")
    await room.settle()
    await room.replies_to("ben", room.post("What is a launch?"), f"{UNIQUE} is a launch")
    await room.fills(
        "ben", "exit 1", useful="5", takeaway=f"{UNIQUE} it is", commitment=f"{UNIQUE} more"
    )
    await walks_to(room, CALL + timedelta(days=1, hours=1))
    await room.settle()


async def erases(room: Room, who: str = "ben", where: str = "learning-call") -> str:
    form = await room.says(who, "me erase", where)
    assert form.view and "can’t be undone" in form.text
    return str((await room.hands[who].submit(form.view, {"sure": "erase"})).text)


async def test_nothing_is_left_of_whoever_is_erased(room: Room) -> None:
    await gives_everything(room)
    before = everything(room)
    assert before.count(UNIQUE) > 15
    ben = room.who("ben").person
    others = before.count("Wait a while")
    assert "being erased now" in await erases(room)
    await room.settle()
    after = everything(room)
    assert [line for line in after.splitlines() if UNIQUE in line] == []
    assert not [line for line in after.splitlines() if "Ben" in line or ben in line]
    assert others and "Parents come late" in after
    for where in ("learning-call", "harbor"):
        posted = "\n".join(text(each) for each in room.every_post(where))
        assert UNIQUE not in posted and "Ben (" not in posted and "Ben:" not in posted
        assert "Parents come late" in posted
    await room.dialog("ana", (f"find {UNIQUE}", "Nothing found"), ("find helps us", "helps us"))
    await room.dialog("ana", ("agenda", "Agenda"), ("recap", "Recap"))


async def test_a_problem_of_whoever_is_erased_asks_for_no_help_any_more(room: Room) -> None:
    await room.fills("ben", "ask", what="Talk moves fade", sight="network")
    await room.settle()
    assert "I can help" in buttons(room.post("Talk moves fade"))
    posts = len(room.every_post())
    await erases(room)
    await room.settle()
    told = room.post("This problem was withdrawn")
    assert buttons(told) == [] and len(room.every_post()) == posts


async def test_whoever_comes_back_is_new(room: Room) -> None:
    await room.says("ben", f"commit to {UNIQUE}")
    await erases(room)
    await room.settle()
    await room.dialog("ben", ("commit", "no open commitment"))
    await room.settle()
    assert "what you give me" in room.direct("ben")[-1]
    await room.dialog("ben", ("find commit", "Nothing found"))


async def test_what_comes_after_it_takes_nothing_s_place(room: Room) -> None:
    """A new problem gets its own post: nobody's old buttons, replies or delivery keys are its."""
    await room.fills("ben", "ask", what=f"{UNIQUE} fades after a week", sight="network")
    await room.settle()
    old = problem_id(room, f"{UNIQUE} fades after a week")
    await erases(room)
    await room.settle()
    before = [text(each) for each in room.every_post()]
    await room.fills("gus", "ask", what="Parents come late", sight="network")
    await room.settle()
    after = [text(each) for each in room.every_post()]
    assert after[: len(before)] == before and "Parents come late" in after[-1]
    assert problem_id(room, "Parents come late") != old
    assert "not here" in (await room.says("ana", f"offer {old}")).text


@pytest.mark.parametrize("where", ["channel", "direct"])
async def test_who_was_removed_is_told_and_erased_all_the_same_and_stays_removed(
    room: Room, where: str
) -> None:
    say = writes if where == "direct" else _typed
    with Session(room.homeroom.database.engine) as session:
        ben = session.scalars(select(Member).where(Member.name == "Ben")).one()
    await room.says("ben", f"commit to {UNIQUE} every day")
    await room.dialog("ana", (f"network remove {ben.id}", "no member of Coaching Network"))
    told = await say(room, "ben", "me export")
    assert "[Download it]" in told or "Say it to me directly" in told  # which Teams’ channel says
    form = await room.says("ben", "me erase")
    told = await room.ben.submit(form.view, {"sure": "erase"})
    assert "A host of Coaching Network has removed you, and that stays so" in told.text
    await room.settle()
    assert "UBEN" not in everything(room) and UNIQUE not in everything(room)
    async with nothing_changed(room):
        for words in ("checkin", "share https://example.org/x", "me export", "find talks"):
            assert "has removed you from it" in (await room.says("ben", words)).text
    seen = await room.says("ana", "network gone")
    assert "A former member" in seen.text
    assert "They may join again" in (await room.says("ana", f"network restore {ben.id}")).text
    assert room.rows()["removed_account"] == 0
    assert (await room.says("ben", "checkin")).view


async def _typed(room: Room, who: str, words: str) -> str:
    return (await room.says(who, words)).text


async def test_it_must_be_meant(room: Room) -> None:
    await room.says("ben", f"commit to {UNIQUE}")
    form = await room.says("ben", "me erase")
    async with nothing_changed(room):
        no = await room.ben.submit(form.view, {"sure": "yes"})
        assert "Nothing was erased" in str(no.errors or no.text)
        await room.settle()
    assert UNIQUE in everything(room)


async def test_nobody_else_is_touched(room: Room) -> None:
    await room.says("dee", "share https://example.org/buses buses help", "harbor")
    await room.says("eve", "share https://example.org/eve eve helps", "other-network")
    await erases(room)
    await room.settle()
    await room.dialog("dee", ("find buses", "buses help"), where="harbor")
    await room.dialog("eve", ("find helps", "eve helps"), where="other-network")


async def test_an_only_host_is_told_what_becomes_of_the_network(room: Room) -> None:
    form = await room.says("eve", "me erase", "other-network")
    assert form.view and "only host" in form.text
    form = await room.says("ana", "me erase")
    assert form.view and "only host" not in form.text


async def test_a_model_that_writes_meanwhile_brings_nothing_back(room: Room) -> None:
    await gives_everything(room)
    homeroom = room.homeroom
    with Session(homeroom.database.engine) as session, session.begin():
        kept = session.scalars(select(Recap)).one()
        kept.state, kept.opening, kept.opening_due = "drafted", "", room.clock.now()

    class Slow:
        def say(self, *, system: str, facts: str) -> str:
            assert UNIQUE in facts
            kept = homeroom.database.write(lambda s: erases_now(s, room.network_id))
            kept.result()
            homeroom._schedule.tick()
            return f"Ben told us of {UNIQUE}."

    assert openings.open_next(homeroom.database, room.clock, Slow())  # type: ignore[arg-type]
    assert [line for line in everything(room).splitlines() if UNIQUE in line] == []


def erases_now(session: Session, network_id: int) -> Any:
    (ben,) = people.named(session, network_id=network_id, name="Ben")
    chores.put(session, network_id=network_id, kind="erase", ref=ben.id, due_at=CALL)


def test_every_column_that_names_a_member_has_its_rule() -> None:
    """A new table with such a column: say in storage/theirs.py whether its rows go or stay."""
    assert {f"{each.table.name}.{each.name}" for each in theirs.pointing()} == theirs.RULES.keys()


@pytest.mark.parametrize("name", sorted(written.TEXTS))
def test_the_texts_that_are_taken_out_exist(name: str) -> None:
    assert set(written.TEXTS[name]) <= set(Base.metadata.tables[name].c.keys())


# -- and only theirs ------------------------------------------------------------------------------


async def test_whoever_takes_another_name_and_words_erases_nothing_of_the_other(
    room: Room,
) -> None:
    await room.fills("ana", "ask", what="How do you pair coaches across schools", sight="network")
    await room.says("ana", "share https://www.example.org/reading I would like to see more of it")
    await room.says("ana", "network code")
    room.newcomer("Ana")
    posts, audit = room.every_post(), await room.says("ana", "network audit")
    await room.says("ben", "commit How do you pair coaches across schools")
    await room.says("ben", "commit I would like to sleep")
    await room.says("ben", "share https://www.other.org/fluency made a join code")
    await erases(room)
    await room.settle()
    assert [text(each) for each in room.every_post()[: len(posts)]] == [text(p) for p in posts]
    assert (await room.says("ana", "network audit")).text == audit.text


async def test_a_quotation_that_somebody_kept_goes_and_the_link_stays(room: Room) -> None:
    message = await room.tells("ben", f"{UNIQUE} reading: https://example.org/kept")
    opened = await room.points("gus", message)
    if opened.view:
        await room.gus.submit(opened.view, {})
    await room.settle()
    assert UNIQUE in everything(room)
    await erases(room)
    await room.settle()
    assert [line for line in everything(room).splitlines() if UNIQUE in line] == []
    await room.dialog("dee", ("find kept", "example.org/kept"), where="harbor")


async def test_many_posts_are_looked_through_in_turns_and_then_nothing_is_kept(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.erasing.MOST", 3)
    await gives_everything(room)
    await erases(room)
    await room.settle()
    left = [len([x for x in everything(room).splitlines() if UNIQUE in x])]
    while left[-1]:
        await room.goes_to(room.clock.now() + timedelta(seconds=1))
        await room.settle()
        left.append(len([x for x in everything(room).splitlines() if UNIQUE in x]))
        assert len(left) < 100
    assert len(left) > 3  # it took several turns
    with Session(room.homeroom.database.engine) as session:
        assert session.scalars(select(Erasure)).all() == []
    posted = "\n".join(text(each) for each in room.every_post("learning-call"))
    assert UNIQUE not in posted and "Parents come late" in posted


async def test_an_opening_that_a_host_wrote_goes_with_them(room: Room) -> None:
    await gives_everything(room)
    with Session(room.homeroom.database.engine) as session, session.begin():
        kept = session.scalars(select(Recap)).one()
        kept.opening, kept.opening_by = f"We spoke of {UNIQUE} at length", "Ana"
    await room.says("ana", "agenda")
    await erases(room, "ana")
    await room.settle()
    with Session(room.homeroom.database.engine) as session:
        kept = session.scalars(select(Recap)).one()
        assert (kept.opening, kept.opening_by) == ("", "")


async def test_the_file_itself_holds_nothing_of_it(room: Room) -> None:
    if room.homeroom.database.engine.dialect.name != "sqlite":
        return  # PostgreSQL cleans its pages up in its own time
    await gives_everything(room)
    await erases(room)
    await room.settle()
    await room.says("ana", "me")  # whatever was still being read then is not any more
    path = Path(str(room.homeroom.database.engine.url.database))
    for file in path.parent.glob(f"{path.name}*"):
        assert UNIQUE.encode() not in file.read_bytes(), file.name


async def test_a_host_exports_nothing_of_whose_problem_they_hid(room: Room) -> None:
    await room.fills("ben", "ask", what="Talk moves fade", sight="nameless")
    await room.says("ana", f"hide problem:{problem_id(room, 'Talk moves fade')}")
    with Session(room.homeroom.database.engine) as session:
        (ana,) = people.named(session, network_id=room.network_id, name="Ana")
        rows = theirs.rows_of(session, member_ids=[ana.id])
        for row in rows.get("hidden", []):
            assert "member_id" not in row and "before" not in row and row["by_id"] == ana.id


async def test_of_several_networks_one_can_be_left_alone(room: Room) -> None:
    await room.says("ben", "commit to wait")
    await room.says("ben", f"share https://example.org/{UNIQUE} {UNIQUE} helps", "other-network")
    form = await room.says("ben", "me erase", "other-network")
    assert form.view and "In which networks?" in form.text
    with Session(room.homeroom.database.engine) as session:
        theirs = session.scalars(select(Network.id).where(Network.id != room.network_id)).one()
    told = await room.ben.submit(form.view, {"sure": "erase", "networks": [str(theirs)]})
    assert "You stay in Coaching Network" in told.text
    await room.settle()
    assert UNIQUE not in everything(room)
    await room.dialog("ben", ("commit", "wait"))


async def test_whoever_only_asked_for_a_channel_is_erased_too(room: Room) -> None:
    await room.invites("cleo", "elsewhere")
    assert "I have asked" in await asks(room)
    await room.settle()
    cleo = room.who("cleo").person
    assert any(cleo in each for each in everything(room).splitlines() if "joining" in each)
    await erases(room, "cleo", "elsewhere")
    await room.settle()
    left = [each for each in everything(room).splitlines() if cleo in each]
    assert [each for each in left if not each.startswith(("lane", "conversation"))] == []
    again = await room.says("cleo", "me erase", "elsewhere")
    assert "nothing to erase" in again.text
    for host in ("ana", "grace"):
        card = room.directs(host)[-1]
        assert "has had everything erased, so it is asked no more" in text(card)
        assert "cleo" not in text(card).casefold() and buttons(card) == []
    assert named(room, "cleo") == []
    async with nothing_changed(room):
        await room.dialog("ana", ("network approve 1", "No such channel asked to join"))


def named(room: Room, name: str) -> list[str]:
    """The rows in which a name stands, posts included."""
    return [each for each in everything(room).splitlines() if name in each.casefold()]


async def test_what_a_host_decided_names_nobody_who_asked_for_it(room: Room) -> None:
    """Whoever asked has not spoken in the network, so they are no member of it."""
    await room.invites("cleo", "elsewhere")
    await asks(room)
    await room.settle()
    await presses(room, "grace", room.directs("grace")[-1], "Approve")
    await room.settle()
    assert "cleo" in text(room.post("This channel is in", "elsewhere")).casefold()
    with Session(room.homeroom.database.engine) as session, session.begin():
        (grace,) = people.named(session, network_id=room.network_id, name="Grace")
        grace.role = "member"  # the card that asked her stands all the same
    await erases(room, "cleo", "elsewhere")
    await room.settle()
    assert "Somebody asked for it" in text(room.post("This channel is in", "elsewhere"))
    for host in ("ana", "grace"):
        card = text(next(e for e in room.directs(host) if "approved by Grace" in text(e)))
        assert "cleo" not in card.casefold()
    assert named(room, "cleo") == []
