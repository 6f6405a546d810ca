"""A whole week, as its people live it."""

from datetime import timedelta

from tests.cast import CALL, Room, text

HOUR = timedelta(hours=1)


async def test_a_week_from_check_in_to_recap(room: Room) -> None:
    checkin = room.post("Check-in")
    assert "Nobody has checked in yet" in text(checkin)
    done = await room.fills("ben", "checkin", answer0="Number talks", answer1="A question")
    assert "you have checked in" in done.text
    await room.settle()
    assert "1 checked in: Ben" in text(room.post("Check-in"))
    assert ["Number talks" in text(r) for r in room.replies(checkin)] == [True]
    assert "1 checked in: Ben" in text(room.post("Check-in", "harbor"))

    await room.fills(
        "dee",
        "ask",
        "harbor",
        what="Talk moves fade",
        tried="Modelling",
        wanted="Ideas",
        sight="network",
    )
    await room.settle()
    assert "Talk moves fade" in text(room.post("problem of practice"))
    await room.says("ben", "share https://example.org/moves it helped us")

    await room.goes_to(CALL - 24 * HOUR)
    agenda = text(room.post("Agenda"))
    assert "Talk moves fade" in agenda and "60 minutes" in agenda

    await room.goes_to(CALL - 4 * HOUR)
    assert not any("not checked in" in said for said in room.direct("ben"))
    assert any("not checked in" in said for said in room.direct("gus"))

    await room.goes_to(CALL)
    assert "Starting now" in text(room.post("Starting now"))
    await room.goes_to(CALL + HOUR)
    assert "Before you go" in text(room.post("Before you go"))
    await room.fills(
        "ben", "exit", useful="5", recommend="yes", takeaway="Wait time", commitment="Try it twice"
    )
    await room.settle()
    assert "1 answer so far" in text(room.post("Before you go"))

    await room.goes_to(CALL + 2 * HOUR)
    draft = room.direct("ana")[-1]
    assert "draft" in draft and "Talk moves fade" in draft
    await room.goes_to(CALL + 24 * HOUR)
    recap = room.post("Recap")
    assert "it helped us" in text(recap) and "Try it twice" in text(recap)
    assert room.post("Recap", "harbor")
    await room.goes_to(CALL + timedelta(weeks=3))
    assert "Tried it?" in text(room.post("Tried it"))
