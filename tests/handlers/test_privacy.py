"""Who may see a problem: the whole network, one organisation, or everyone but not by whom."""

import logging
import re
from datetime import timedelta

import pytest
import structlog

from tests.cast import CALL, Room, text
from tests.handlers.acting import (
    all_posts,
    deactivate,
    nothing_changed,
    offers,
    outbox_cards,
    problem_id,
    says_in_form,
)

FADES = "Talk moves fade after a week"
LATE = timedelta(days=1, minutes=1)
HAS_A_ROLE = re.compile(r"(Timekeeper|Note-taker): Ben")


async def live_through_the_call(room: Room) -> None:
    """Agenda, call, exit ticket, draft and recap."""
    for at in (
        CALL - timedelta(hours=24),
        CALL - timedelta(hours=4),
        CALL,
        CALL + timedelta(hours=1),
        CALL + timedelta(hours=3),
        CALL + LATE,
    ):
        await room.goes_to(at)


async def what_others_see(room: Room) -> str:
    """All that anyone but Ben reads, wherever it is."""
    seen = [said for where in room.channels for said in all_posts(room, where)]
    seen += [said for who in room.hands if who != "ben" for said in room.direct(who)]
    for who, where in (("ana", "learning-call"), ("gus", "learning-call"), ("dee", "harbor")):
        for asked in (
            "find talk moves fade",
            "find in:problems",
            "find in:recaps",
            "agenda",
            "help",
            "",
            "home",
            f"offer {problem_id(room, FADES)}",
            f"unask {problem_id(room, FADES)}",
        ):
            seen.append((await room.says(who, asked, where)).text)
        seen.append(text(await room.home(who)))
    seen.append((await room.says("ana", "recap")).text)
    seen.append((await room.says("ana", "call")).text)
    return "\n".join(seen)


async def test_a_nameless_problem_names_nobody(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with structlog.testing.capture_logs() as logged:
        said = await says_in_form(
            room, "ben", "ask", what=FADES, tried="Modelling", sight="nameless"
        )
        assert "without your name" in said
        assert "Thank you" in await offers(room, "ana", problem_id(room, FADES), "Wait time")
        await live_through_the_call(room)
        seen = await what_others_see(room)
    assert FADES in seen and "A member" in seen and "Wait time" in seen
    ben = room.who("ben").person
    assert "Ben" not in HAS_A_ROLE.sub("", seen) and ben not in seen
    assert not any("Ben" in HAS_A_ROLE.sub("", card) for card in outbox_cards(room))
    logs = str(logged) + "".join(each.getMessage() for each in caplog.records if ours(each))
    assert "Ben" not in logs and ben not in logs and FADES not in logs


def ours(record: logging.LogRecord) -> bool:
    """Slack's library is silenced in bot/logs.py; the local workspace knows who is who."""
    return not record.name.startswith(("slack_", "bot.playground", "asyncio"))


async def test_no_filter_gives_a_nameless_problem_away(room: Room) -> None:
    await room.fills("ben", "ask", what=FADES, sight="nameless")
    await room.dialog(
        "ana",
        ("find talk moves by:ben", "Nothing found"),
        ("find by:ben", "Nothing found"),
        (f"find in:problems by:{room.who('ben').person}", "Nothing found"),
        ("find ben", "Nothing found"),
        ("find northside fade", FADES),
    )
    assert "A member, without their name" in room.seen.text
    assert "Northside" not in room.seen.text
    await room.dialog("ben", ("find in:problems by:me", "Nothing found"))


async def test_who_raised_it_without_a_name_is_told_privately(room: Room) -> None:
    await room.fills("ben", "ask", what=FADES, sight="nameless")
    await offers(room, "ana", problem_id(room, FADES), "Wait time")
    await room.settle()
    assert "your problem" in room.direct("ben")[-1] and "Wait time" in room.direct("ben")[-1]
    for who in ("ana", "grace", "gus", "dee"):
        assert "your problem" not in "".join(room.direct(who))
    assert FADES in text(await room.home("ben"))
    await room.dialog("ben", (f"unask {problem_id(room, FADES)}", "Withdrawn"))


async def test_a_nameless_problem_stays_so_when_its_raiser_is_away(room: Room) -> None:
    await room.fills("ben", "ask", what=FADES, sight="nameless")
    await room.says("ben", "absent")
    deactivate(room, "Ben")
    await room.goes_to(CALL - timedelta(hours=24))
    agenda = text(room.post("Agenda"))
    problem = agenda[agenda.index("Problem of practice") :].split("Commitments")[0]
    assert FADES in problem and "A member" in problem and "Ben" not in problem


async def test_only_the_organisation_sees_its_problem(room: Room) -> None:
    said = await says_in_form(room, "ben", "ask", what=FADES, sight="organisation")
    assert "Only your organisation" in said and "next agenda" not in said
    number = problem_id(room, FADES)
    await room.settle()
    for who in ("ana", "grace", "gus"):
        assert FADES in room.direct(who)[-1]
        assert "Only your organisation sees this" in room.direct(who)[-1]
    await room.dialog("ana", ("find fade after", FADES))
    async with nothing_changed(room):
        await room.dialog(
            "dee",
            ("find fade after", "Nothing found"),
            ("find in:problems", "Nothing found"),
            (f"offer {number}", "not here"),
            (f"unask {number}", "not here"),
            (f"post problem {number}", "not here"),
            ("agenda", "Agenda"),
            ("home", "hello Dee"),
            where="harbor",
        )
        await room.dialog("eve", (f"offer {number}", "not here"), where="other-network")
        await room.dialog("cleo", (f"offer {number}", "not in a network"), where="elsewhere")
    assert "colleagues see your offer" in await offers(room, "ana", number, "Wait time")
    await live_through_the_call(room)
    for where in room.channels:
        assert FADES not in "".join(all_posts(room, where))
        assert "Wait time" not in "".join(all_posts(room, where))
    assert not any(FADES in told for who in ("dee", "eve", "cleo") for told in room.direct(who))
    assert any("Ana (Northside): Wait time" in told for told in room.direct("gus"))
    assert any("Wait time" in told for told in room.direct("ben"))
    await room.dialog("dee", ("find wait time", "Nothing found"), where="harbor")


async def test_without_an_organisation_nobody_could_see_it(room: Room) -> None:
    await room.says("eve", "ask", "other-network")
    async with nothing_changed(room):
        refused = await room.fills("eve", "ask", "other-network", what=FADES, sight="organisation")
    assert "I don’t know your organisation yet" in refused.errors["sight"]
