"""A link that was kept, and then edited into another one: the network keeps that one."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.speech import File
from storage.models import CaughtLink, Resource
from tests.cast import Room, text
from tests.handlers.acting import nothing_changed, presses
from tests.handlers.test_caught import TALKS, at_home, made
from tests.handlers.test_overheard import hears

MOVES, STRIPS = "https://example.org/moves", "https://example.org/strips"


async def kept(room: Room, words: str = f"A good one: {TALKS}"):
    """A message of Ben's whose links he kept."""
    posted = await room.tells("ben", words)
    await presses(room, "ben", await room.home("ben"), "Keep all 2" if STRIPS in words else "Keep")
    return posted


def states(room: Room) -> dict[str, str]:
    """The links that were caught, by address."""
    with Session(room.homeroom.database.engine) as session:
        return {each.url: each.state for each in session.scalars(select(CaughtLink))}


async def finds(room: Room, words: str, expected: str) -> str:
    await room.dialog("dee", (f"find {words}", expected), where="harbor")
    return text(room.seen.message) if room.seen.message else room.seen.text


async def test_the_new_link_is_kept_in_place_of_the_old(room: Room) -> None:
    posted = await kept(room)
    before = made(room)
    await room.edits("ben", posted, f"A splendid one: {MOVES}")
    said = await finds(room, "splendid", "A splendid one")
    assert "Ben (Northside)" in said
    await finds(room, "good", "Nothing found")
    assert states(room) == {MOVES: "kept"}
    after = made(room)
    assert after[3] == before[3] + 1 and after[:3] == before[:3]  # a resource more, all else alike
    assert "splendid" not in await at_home(room, "ben")  # nothing is asked
    with Session(room.homeroom.database.engine) as session:
        new = session.scalars(select(Resource).where(Resource.url == MOVES)).one()
        assert new.title_due is not None  # its title is fetched
    await room.deletes("ben", posted)
    await finds(room, "splendid", "Nothing found")


async def test_a_quotation_by_somebody_else_follows_too(room: Room) -> None:
    await hears(room, "overheard", f"A good one: {TALKS}", 1)
    await hears(room, "overheard mark", f"A good one: {TALKS}", 2, who="ana")
    await hears(room, "overheard edit", f"A splendid one: {MOVES}", 3)
    said = await finds(room, "splendid", "“A splendid one” – Ben")
    assert "Ana (Northside)" in said
    await hears(room, "overheard unmark", f"A splendid one: {MOVES}", 4, who="ana")
    await finds(room, "splendid", "Nothing found")


async def test_what_one_changed_since_stays_with_the_old_link(room: Room) -> None:
    posted = await kept(room)
    await room.says("ben", f"share {TALKS} In my own careful words")
    await room.edits("ben", posted, f"A splendid one: {MOVES}")
    await finds(room, "careful", "In my own careful words")
    await finds(room, "splendid", "Nothing found")
    assert states(room) == {MOVES: "waiting"}
    assert "splendid" in await at_home(room, "ben")


async def test_others_who_spoke_for_the_old_link_keep_it(room: Room) -> None:
    posted = await kept(room)
    await room.says("gus", f"share {TALKS} It got my team talking")
    await room.edits("ben", posted, f"A splendid one: {MOVES}")
    said = await finds(room, "talking", "It got my team talking")
    assert "Gus" in said and "Ben" not in said
    await finds(room, "splendid", "A splendid one")


async def test_what_somebody_saved_for_themselves_follows_where_nobody_speaks_for_the_old(
    room: Room,
) -> None:
    posted = await kept(room)
    await room.says("gus", "find good")
    await room.says("gus", "me save resource 1")
    await room.edits("ben", posted, f"A splendid one: {MOVES}")
    saved = (await room.says("gus", "me saved")).text
    assert MOVES in saved and TALKS not in saved


async def test_what_the_author_shared_before_is_not_said_twice(room: Room) -> None:
    await room.says("ben", f"share {MOVES} My own words for it")
    posted = await kept(room)
    await room.edits("ben", posted, f"A splendid one: {MOVES}")
    said = await finds(room, "words", "My own words for it")
    assert "splendid" not in said
    assert states(room) == {}
    await room.deletes("ben", posted)
    await finds(room, "words", "My own words for it")


async def test_of_several_links_the_one_that_changed_is_followed(room: Room) -> None:
    posted = await kept(room, f"Talks: {TALKS}\nStrips: {STRIPS}")
    await room.edits("ben", posted, f"Talks: {TALKS}\nMoves: {MOVES}")
    assert states(room) == {TALKS: "kept", MOVES: "kept"}
    await finds(room, "strips", "Nothing found")


async def test_several_that_changed_are_told_apart_by_the_words_around_them(room: Room) -> None:
    posted = await kept(room, f"Talks: {TALKS}\n\nStrips: {STRIPS}")
    await room.edits("ben", posted, f"Strips: {STRIPS}/2\n\nTalks: {TALKS}/2")
    assert states(room) == {f"{TALKS}/2": "kept", f"{STRIPS}/2": "kept"}
    said = await finds(room, "strips", "Strips")
    assert f"{STRIPS}/2" in said or "strips" in said.casefold()


async def test_where_it_is_not_plain_which_became_which_the_new_ones_wait(room: Room) -> None:
    posted = await kept(room, f"Talks: {TALKS}\nStrips: {STRIPS}")
    await room.edits("ben", posted, f"Better ones: {MOVES} and {MOVES}/2")
    assert states(room) == {MOVES: "waiting", f"{MOVES}/2": "waiting"}
    await finds(room, "talks", "Nothing found")


async def test_what_waited_or_was_dismissed_is_asked_of_anew(room: Room) -> None:
    posted = await room.tells("ben", f"A good one: {TALKS}")
    await presses(room, "ben", await room.home("ben"), "Dismiss")
    await room.edits("ben", posted, f"A splendid one: {MOVES}")
    assert states(room) == {MOVES: "waiting"}


async def test_a_link_that_a_host_hid_is_not_brought_in_by_an_edit(room: Room) -> None:
    await room.says("gus", f"share {MOVES} Names a pupil")
    form = await room.says("ana", "hide resource:1")
    await room.ana.submit(form.view, {"what": "resource:1", "reason": "It names a pupil"})
    posted = await kept(room)
    await room.edits("ben", posted, f"A splendid one: {MOVES}")
    await finds(room, "splendid", "Nothing found")
    await finds(room, "good", "Nothing found")
    assert MOVES not in states(room)


async def test_a_picture_that_was_kept_stays_where_only_the_words_change(room: Room) -> None:
    picture = (File("Our wall", "https://files.example/wall", picture=True),)
    await hears(room, "overheard mark", "Look at this", 1, who="ana", files=picture)
    await hears(room, "overheard edit", "Look at our number wall", 2, files=picture)
    await finds(room, "wall", "“Look at our number wall” – Ben")


async def test_a_replacement_told_twice_or_late_changes_nothing(room: Room) -> None:
    await hears(room, "overheard", f"A good one: {TALKS}", 1)
    await hears(room, "overheard mark", f"A good one: {TALKS}", 2, who="ana")
    await hears(room, "overheard edit", f"A splendid one: {MOVES}", 5)
    async with nothing_changed(room):
        await hears(room, "overheard edit", f"A splendid one: {MOVES}", 5)
        await hears(room, "overheard edit", f"An older one: {STRIPS}", 4)
    assert states(room) == {MOVES: "kept"}
