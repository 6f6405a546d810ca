"""Links that people post to each other: caught, kept or dismissed."""

from tests.cast import Room, text
from tests.handlers.acting import buttons, links, nothing_changed, nothing_posted, presses

TALKS = "https://example.org/talks"


async def test_a_link_that_was_posted_waits_for_whoever_posted_it(room: Room) -> None:
    before = room.rows()
    async with nothing_posted(room):
        await room.tells("ben", f"Number talks got us going: {TALKS}?utm_source=mail")
    rows = room.rows()
    assert (rows["caught_link"], rows["voice"]) == (before["caught_link"] + 1, before["voice"])
    home = await room.home("ben")
    assert "Number talks got us going" in text(home)
    assert "Keep" in buttons(home)
    assert "Number talks" not in text(await room.home("ana"))
    kept = await presses(room, "ben", home, "Keep")
    assert "Kept: example.org" in kept.text
    await room.dialog("dee", ("find talks", "Number talks got us going"), where="harbor")
    assert links(room.seen.message)[0].startswith(TALKS)
