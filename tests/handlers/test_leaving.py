"""Leaving a network while what one gave stays, and joining it again on purpose."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.speech import Card, plain
from storage.models import AuditEntry, Commitment, Identity, Member, OutboxPost, RoleTaken, Seat
from tests.cast import CALL, MONDAY, Room, text
from tests.handlers.acting import (
    buttons,
    nothing_changed,
    offers,
    presses,
    problem_id,
    writes,
)
from tests.handlers.test_erasing import UNIQUE, everything, gives_everything
from tests.handlers.test_network import deals
from tests.handlers.test_roles import AGENDA, asked, holder
from tests.handlers.test_two_networks import both, direct, says
from tests.jobs.test_people import reads_everyone
from tests.jobs.walking import walks_to

__all__ = ["both"]

OURS, THEIRS = "Coaching Network", "Other Network"
LEFT = f"You left {OURS}"
DAY = timedelta(days=1)


async def leaves(room: Room, who: str = "ben", network: str = OURS, where: str = "") -> Any:
    """What somebody reads after leaving a network with the button."""
    seen = await room.says(who, "leave", where or "learning-call")
    return await presses(room, who, seen.message, f"Leave {network}")


def of(room: Room, name: str, model: Any, network_id: int = 1) -> list[Any]:
    """A member's rows of a kind."""
    with Session(room.homeroom.database.engine) as session:
        mine = select(Member.id).where(Member.name == name, Member.network_id == network_id)
        return list(session.scalars(select(model).where(model.member_id.in_(mine))))


def member(room: Room, name: str, network_id: int = 1) -> Member:
    with Session(room.homeroom.database.engine) as session:
        asked = select(Member).where(Member.name == name, Member.network_id == network_id)
        return session.scalars(asked).one()


def ben_in(room: Room, network_id: int) -> Member:
    """Ben, whatever the platform calls him."""
    with Session(room.homeroom.database.engine) as session:
        asked = select(Member).join(Identity).where(Identity.external == room.who("ben").person)
        return session.scalars(asked.where(Member.network_id == network_id)).one()


async def hands_over(room: Room, who: str, taker: str) -> None:
    form = await room.says(who, "network hand over")
    assert (
        "I have asked"
        in (await room.hands[who].submit(form.view, {"who": taker, "then": "stay"})).text
    )
    await room.settle()


async def test_one_reads_first_what_becomes_of_what_one_gave(room: Room) -> None:
    async with nothing_changed(room):
        seen = await room.says("ben", "leave")
        assert f"If you leave {OURS}, what you gave stays there, with your name" in seen.text
        assert "Its hosts see that you left. You can join again" in seen.text
        assert room.typed("me erase") in seen.text and room.typed("me pause") in seen.text
        assert buttons(seen.message) == [f"Leave {OURS}"]
        await room.says(
            "ben", "leave 1"
        )  # typed, it only shows; the button asks whether one is sure
    assert member(room, "Ben").left_at is None


async def test_what_one_gave_stays_and_nothing_is_asked_any_more(room: Room) -> None:
    await room.says("ben", "share https://example.org/zebra zebra talks helped us")
    await room.says("ben", "commit to ask three teachers")
    await deals(room, 2)
    before = room.rows()
    seen = await leaves(room)
    assert f"You have left {OURS}. Thank you for what you gave: it stays." in seen.text
    assert room.typed("me erase") in seen.text
    after = room.rows()
    changed = {name: after[name] - before[name] for name in after if after[name] != before[name]}
    assert changed == {"seat": -1, "role_taken": -1, "audit": 1}
    await room.dialog("ana", ("find zebra", "Ben"))
    assert "Ben – Northside" not in (await room.says("ana", "network people")).text
    assert [each.state for each in of(room, "Ben", Commitment)] == ["resting"]
    written = len(room.direct("ben"))
    await walks_to(room, CALL + DAY)
    assert room.direct("ben")[written:] == []
    assert "zebra talks" in text(room.post("Agenda"))
    assert "teachers" not in text(room.post("Agenda"))
    again = await presses(room, "ben", seen.message, "Join again")
    assert f"Welcome back to {OURS}! What you gave before is there" in again.text
    assert [each.state for each in of(room, "Ben", Commitment)] == ["open"]
    assert of(room, "Ben", Seat)
    await room.dialog("ben", ("commit", "ask three teachers"))


async def test_a_role_goes_to_somebody_else(room: Room) -> None:
    await walks_to(room, AGENDA)
    who = holder(room, "take the notes")
    if who == "dee":  # pragma: no cover - whom the roles are dealt to is the same each time
        return
    await leaves(room, who)
    await room.settle()
    assert of(room, who.title(), RoleTaken) == []
    assert f"Note-taker: {who.title()}" not in text(room.post("Agenda"))
    assert "Note-taker: " in text(room.post("Agenda"))
    assert len(asked(room, who)) <= 1


async def test_what_others_do_with_what_one_gave_is_told_to_nobody_who_left(room: Room) -> None:
    await room.fills("ben", "ask", what="Talk fades after a week", sight="network")
    await room.settle()
    await leaves(room)
    await room.settle()
    written = room.direct("ben")
    await offers(room, "ana", problem_id(room, "Talk fades after a week"), "Wait a while")
    await room.settle()
    assert room.direct("ben") == written
    assert "Wait a while" in (await room.says("ana", "find wait a while")).text


async def test_what_waits_for_the_morning_is_not_sent(room: Room) -> None:
    await room.fills("ana", "care", quiet_from="18:00", quiet_until="09:00", free=[])
    await walks_to(room, CALL - timedelta(days=2) + timedelta(hours=12))

    def waiting() -> list[str]:
        return [each.state for each in of(room, "Ben", OutboxPost) if not each.sent_id]

    had = waiting()
    await leaves(room)
    assert "planned" not in waiting() and len(waiting()) == len(had)


async def test_no_stray_message_makes_one_a_member_again(room: Room) -> None:
    await leaves(room)
    await room.settle()
    async with nothing_changed(room):
        await room.tells("ben", "Look at https://example.org/stray-link")
        for words in ("checkin", "share https://example.org/x", "find talks", "me", "network", ""):
            seen = await room.says("ben", words)
            assert LEFT in seen.text and "Do you want to join it again?" in seen.text, words
            assert buttons(seen.message) == ["Join again", "Erase what I gave"]
        assert (
            "You said: share https://example.org/x"
            in (await room.says("ben", "share https://example.org/x")).text
        )
        assert LEFT in (await room.says("ben", "leave")).text
        assert (await presses(room, "ben", seen.message, "Erase what I gave")).view
    assert LEFT in text(await room.home("ben"))
    assert LEFT in await writes(room, "ben", "checkin")
    room.clock.move(MONDAY + DAY)
    await reads_everyone(room)
    assert member(room, "Ben").left_at and not member(room, "Ben").active
    assert f"Welcome back to {OURS}" in (await room.says("ben", "join again")).text
    assert (await room.says("ben", "checkin")).view


async def test_a_form_that_stood_open_is_not_kept(room: Room) -> None:
    form = await room.says("ben", "ask")
    await leaves(room)
    async with nothing_changed(room):
        sent = await room.ben.submit(form.view, {"what": "Late talk", "sight": "network"})
        assert LEFT in f"{sent.text} {sent.errors}"


async def test_hosts_see_who_left_and_cannot_bring_them_back(room: Room) -> None:
    await leaves(room)
    gone = await presses(room, "ana", (await room.says("ana", "network people")).message, WHO)
    assert "Ben – left " in gone.text and "Whoever left may join again" in gone.text
    assert "Bring back" not in buttons(gone.message)
    assert "Ben left" in (await room.says("ana", "network audit")).text
    number = member(room, "Ben").id
    async with nothing_changed(room):
        await room.dialog("ana", (f"network restore {number}", "Nobody like that was removed"))
        await room.dialog("ana", (f"network remove {number}", "Nobody like that is in"))


WHO = "Who left or was removed"


async def test_whom_a_host_removed_comes_back_by_no_word(room: Room) -> None:
    number = member(room, "Ben").id
    seen = await room.says("ben", "leave")
    await room.dialog("ana", (f"network remove {number}", "no member of"))
    async with nothing_changed(room):
        assert "has removed you" in (await presses(room, "ben", seen.message, f"Leave {OURS}")).text
        assert "has removed you" in (await room.says("ben", "rejoin")).text
        assert "has removed you" in (await room.says("ben", "me networks")).text
        assert "You are in no network here" in (await room.says("ben", "leave")).text


async def test_the_last_host_is_asked_to_hand_over_or_end_first(room: Room) -> None:
    assert f"You have left {OURS}" in (await leaves(room, "grace")).text
    seen = await room.says("ana", "leave")
    assert f"You are the only host of {OURS}" in seen.text
    assert buttons(seen.message) == ["Hand over", "End it"]
    async with nothing_changed(room):
        for label in ("Hand over", "End it"):
            assert (await presses(room, "ana", seen.message, label)).view
    await room.fills("ana", "network end", sure=OURS)
    await room.settle()
    assert f"You have left {OURS}" in (await leaves(room, "ana")).text


async def test_who_was_left_as_the_only_host_meanwhile_does_not_leave(room: Room) -> None:
    seen = await room.says("ana", "leave")
    await leaves(room, "grace")
    await room.settle()
    async with nothing_changed(room):
        said = await presses(room, "ana", seen.message, f"Leave {OURS}")
        assert f"You are the only host of {OURS}" in said.text
        assert "Nothing was changed" in said.text


async def test_a_host_who_leaves_hosts_no_more_and_asks_nobody(room: Room) -> None:
    await hands_over(room, "grace", "Ben")
    await room.settle()
    await leaves(room, "grace")
    await room.settle()
    assert "Grace took it back" in room.direct("ben")[-1]
    assert "Grace left, and hosts no more" in (await room.says("ana", "network audit")).text
    await room.says("grace", "rejoin")
    await room.dialog("grace", ("network", "Only a host"))
    await hands_over(room, "ana", "Ben")
    await leaves(room, "ben")
    await room.settle()
    assert f"Ben has left {OURS}, and does not host" in room.direct("ana")[-1]


async def test_what_one_gave_is_erased_after_leaving_and_one_stays_away(room: Room) -> None:
    await gives_everything(room)
    await leaves(room)
    assert UNIQUE in everything(room)
    form = await room.says("ben", "me erase")
    told = await room.ben.submit(form.view, {"sure": "erase"})
    assert f"You left {OURS}, and that stays so" in told.text
    await room.settle()
    assert UNIQUE not in everything(room)
    assert not [line for line in everything(room).splitlines() if "Ben" in line]
    async with nothing_changed(room):
        for words in ("checkin", "find talks", "leave"):
            seen = await room.says("ben", words)
            assert "had what you gave erased" in seen.text or "You are in no network" in seen.text
    room.clock.move(CALL + 3 * DAY)
    await reads_everyone(room)
    assert f"{LEFT} and had what you gave erased" in (await room.says("ben", "me")).text
    await room.dialog("ben", ("rejoin", f"You are in {OURS}"))
    assert room.rows()["removed_account"] == 0
    await room.dialog("ben", ("commit", "no open commitment"))


async def test_whoever_was_erased_is_taken_in_again_only_when_they_speak(room: Room) -> None:
    """They may sit in the channel on: reading its people makes nobody a member again."""
    await gives_everything(room)
    form = await room.says("ben", "me erase")
    told = await room.ben.submit(form.view, {"sure": "erase"})
    assert "If you speak to me in a network’s channel again, you join it anew" in told.text
    await room.settle()
    members, written = room.rows()["member"], len(room.direct("ben"))
    room.clock.move(CALL + 3 * DAY)
    await reads_everyone(room)
    await room.settle()
    assert room.rows()["member"] == members and len(room.direct("ben")) == written
    assert not [line for line in everything(room).splitlines() if "Ben" in line]
    await room.dialog("ben", ("checkin", "Which organisation are you with?"))
    assert room.rows()["member"] == members + 1 and room.rows()["removed_account"] == 0


async def test_one_of_two_networks_is_left(both: Room) -> None:
    page = await direct(both, "ben", "leave")
    read = plain(page.elements) if isinstance(page, Card) else ""
    assert "If you leave a network" in read
    here, there = says(page, f"Leave {OURS}"), says(page, f"Leave {THEIRS}")
    assert {here, there} == {"leave 1", "leave 2"}
    done = await direct(both, "ben", there, "button")
    assert isinstance(done, Card) and f"You have left {THEIRS}" in plain(done.elements)
    assert [each.left_at is not None for each in (ben_in(both, 1), ben_in(both, 2))] == [
        False,
        True,
    ]
    menu = await direct(both, "ben", "menu")
    assert isinstance(menu, Card)
    assert OURS in plain(menu.elements) and THEIRS not in plain(menu.elements)
    async with nothing_changed(both):
        old = await direct(both, "ben", "in:2 commit to talk", "button")
        assert isinstance(old, Card) and f"You left {THEIRS}" in plain(old.elements)
        seen = await both.says("ben", "me", "other-network")
        assert f"You left {THEIRS}" in seen.text and OURS not in seen.text
    page = await direct(both, "ben", "leave ")
    assert isinstance(page, Card) and f"You left {THEIRS}." in plain(page.elements)
    again = await direct(both, "ben", says(page, "Join again"), "button")
    assert isinstance(again, Card) and f"Welcome back to {THEIRS}" in plain(again.elements)
    with Session(both.homeroom.database.engine) as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.network_id == 2))
        words = [each.words for each in sorted(entries, key=lambda each: each.id)]
        assert words[-2:] == ["left", "joined again"]


async def test_whoever_is_nobody_there_joins_nothing_by_asking_how_one_leaves(room: Room) -> None:
    await room.joins("cleo", "learning-call")
    async with nothing_changed(room):
        await room.dialog("cleo", ("leave", "You are in no network here"))
