"""Sharing resources, as conversation."""

from datetime import timedelta

from tests.cast import CALL, MONDAY, Room, text
from tests.handlers.acting import (
    buttons,
    field,
    links,
    nothing_changed,
    nothing_posted,
    presses,
    says_in_form,
)
from tests.room import is_form, says_of

TALKS = "https://example.org/talks"


async def test_a_shared_link_is_found_by_the_whole_network(room: Room) -> None:
    async with nothing_posted(room):
        await room.dialog("ben", (f"share {TALKS} number talks helped us #maths", "Saved for"))
        assert "Tue 24 Nov" in room.seen.text
        assert links(room.seen.message) == [TALKS]
    await room.dialog("dee", ("find talks", "number talks helped us"), where="harbor")
    assert links(room.seen.message) == [TALKS]


async def test_the_same_words_again_are_recognised(room: Room) -> None:
    await room.says("ben", f"share {TALKS} it helped us #maths #grade3")
    async with nothing_changed(room):
        await room.dialog(
            "ben",
            (f"share {TALKS} it helped us #maths #grade3", "This is already saved"),
            (f"share {TALKS}", "This is already saved"),
            (f"share {TALKS}?utm_source=mail&fbclid=1#top it helped us #maths", "Changed"),
        )
    assert "Say why it helped" not in room.seen.text
    await room.dialog("ben", ("find tag:grade3", "Nothing found"), ("find tag:maths", "it helped"))


async def test_the_same_link_adds_a_voice(room: Room) -> None:
    await room.says("ben", f"share {TALKS} it helped us")
    before = room.rows()
    await room.dialog(
        "dee", ("share http://www.example.org/talks/ #maths", "Saved"), where="harbor"
    )
    assert "Say why it helped" in room.seen.text
    rows = room.rows()
    assert (rows["resource"], rows["voice"]) == (before["resource"], before["voice"] + 1)
    await room.dialog("ana", ("find it helped", "Ben (Northside) and 1 more"))
    await room.dialog("ana", ("find by:dee", "it helped us"))


async def test_who_shares_second_reads_who_was_first_and_each_word_stands_apart(room: Room) -> None:
    await room.says("ben", f"share {TALKS} it helped us\n\nin every grade")
    assert "shared it first" not in room.seen.text
    await room.dialog(
        "dee", (f"share {TALKS} we do it daily", "Ben (Northside) shared it first"), where="harbor"
    )
    await room.dialog("dee", (f"share {TALKS} we do it weekly", "Changed"), where="harbor")
    assert "shared it first" not in room.seen.text
    await room.dialog("ana", ("find tag:none", "Nothing"), ("find in:resources", "Ben"))
    assert "it helped us in every grade · we do it weekly" in room.seen.text
    await room.goes_to(MONDAY + timedelta(hours=1))
    home = text(await room.home("ana"))
    assert "Dee (Harbor): we do it weekly; Ben (Northside): it helped us in every grade" in home


async def test_the_home_names_a_few_voices_of_one_resource_and_counts_the_rest(room: Room) -> None:
    for number, who in enumerate(("ben", "gus", "grace", "ana", "dee")):
        where = "harbor" if who == "dee" else "learning-call"
        await room.says(who, f"share {TALKS} reason {number}", where)
    await room.goes_to(MONDAY + timedelta(hours=1))
    home = text(await room.home("ben"))
    assert "reason 4; " in home and "reason 2; and 2 more" in home
    assert "reason 1" not in home


async def test_a_word_about_it_is_cleaned_of_the_link(room: Room) -> None:
    for said, kept in (
        (f"I used <{TALKS}/1|the guide> twice", "I used the guide twice"),
        (f"<{TALKS}/2|example.org/talks/2> it works", "it works"),
        (f"({TALKS}/3), it helped #Reading.", "it helped"),
        (f"our #1 tool: {TALKS}/4!", "our #1 tool:"),
        (f"{TALKS}/a_(b) and {TALKS}/5", f"and {TALKS}/5"),
    ):
        seen = await room.says("ben", f"share {said}")
        change = await presses(room, "ben", seen.message, "Change")
        assert change.view
        assert field(change.view, "why") == kept
        assert field(change.view, "link").startswith(TALKS)
        await room.ben.close(change.view)


async def test_a_link_may_be_shared_with_a_form(room: Room) -> None:
    said = await says_in_form(
        room, "ben", "share", link=TALKS, why="It works", tags="#maths, Games"
    )
    assert "Saved for" in said
    await room.dialog("ana", ("find tag:games tag:maths", "It works"))
    for address in ("example.org", "file:///etc/passwd", "javascript:alert(1)", "https://[oops"):
        async with nothing_changed(room):
            seen = await room.fills("ben", "share", link=address, why="Look")
            assert "address" in seen.errors["link"]
    many = " ".join(f"t{n}" for n in range(11))
    seen = await room.fills("ben", "share", link=f"{TALKS}/2", tags=many)
    assert "at most 10 tags" in seen.errors["tags"]


async def test_a_link_in_somebodys_message_is_saved(room: Room) -> None:
    posted = await room.tells("ana", f"This was great: {TALKS} with grade 3")
    opened = await room.points("ben", posted)
    assert opened.view and field(opened.view, "link") == TALKS
    filled = field(opened.view, "why")
    assert filled == "“This was great: example.org with grade 3”"
    saved = await room.ben.submit(opened.view, {"why": "We tried it too", "tags": "maths"})
    assert "Saved for" in saved.text
    await room.dialog("ana", ("find grade tried", "We tried it too"))
    plain = await room.tells("ana", "No link in this one")
    async with nothing_changed(room):
        with_none = await room.points("ben", plain)
    assert not is_form(with_none)
    assert "could not see a link" in with_none.text


async def test_what_one_shared_can_be_changed_and_taken_back(room: Room) -> None:
    saved = await room.says("ben", f"share {TALKS} it heled us #maths")
    assert buttons(saved.message) == ["Post it here", "Change", "Withdraw"]
    change = await presses(room, "ben", saved.message, "Change")
    assert change.view
    wrong = await room.ben.submit(change.view, {"link": "https://example.org/other"})
    assert room.typed("share") in wrong.errors["link"]
    done = await room.ben.submit(change.view, {"link": TALKS, "why": "it helped us", "tags": ""})
    assert "Changed" in done.text
    await room.dialog("dee", ("find helped", "it helped us"), where="harbor")
    await room.dialog("dee", ("find tag:maths", "Nothing found"), where="harbor")
    gone = await presses(room, "ben", saved.message, "Withdraw")
    assert "Withdrawn" in gone.text
    await room.dialog("dee", ("find helped", "Nothing found"), where="harbor")
    async with nothing_changed(room):
        await room.dialog("ben", ("withdraw 1", "took it back"), ("voice 1", "took it back"))
    back = await room.says("ben", f"share {TALKS}")
    assert "Saved for" in back.text
    await room.dialog("dee", ("find helped", "it helped us"), where="harbor")


async def test_only_ones_own_word_is_taken_back(room: Room) -> None:
    saved = await room.says("ben", f"share {TALKS} it helped us")
    number = says_of(saved.message, "Withdraw").split()[-1]
    async with nothing_changed(room):
        for words in (f"withdraw {number}", f"voice {number}", "withdraw 999", "voice 999"):
            await room.dialog("ana", (words, "You have not shared that one"))
    await room.says("ana", f"share {TALKS} it helped me too")
    await presses(room, "ben", saved.message, "Withdraw")
    await room.dialog("dee", ("find helped", "Ana (Northside)"), where="harbor")


async def test_the_agenda_and_the_recap_follow_what_is_shared(room: Room) -> None:
    await room.goes_to(CALL.replace(day=23, hour=21))
    assert "Agenda" in text(room.post("Agenda"))
    saved = await room.says("ben", f"share {TALKS} it helped us")
    await room.settle()
    assert "it helped us" in text(room.post("Agenda"))
    await room.goes_to(CALL.replace(day=25, hour=21))
    assert "it helped us" in text(room.post("Recap", "harbor"))
    await presses(room, "ben", saved.message, "Withdraw")
    await room.settle()
    assert "it helped us" not in text(room.post("Recap", "harbor"))
