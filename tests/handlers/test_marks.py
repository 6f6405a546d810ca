"""A bookmark on a message keeps what is in it at once; signs on the message show it."""

import pytest

from bot.playground import messages
from tests.cast import SlackRoom, text
from tests.handlers.acting import buttons, nothing_changed
from tests.handlers.test_caught import TALKS, at_home, made, more

pytestmark = pytest.mark.slack_only("an app hears of no reaction on people's messages in Teams")
CAUGHT, KEPT = "bookmark", "white_check_mark"


async def test_a_bookmark_keeps_with_the_voice_of_who_put_it(room: SlackRoom) -> None:
    posted = await room.tells("ben", f"Number talks got us going: {TALKS}")
    assert await room.signs(posted) == [CAUGHT]
    before = made(room)
    await room.marks("ana", posted)
    assert made(room) == more(before, 0, 0, 1, 1, 1)
    assert await room.signs(posted) == [CAUGHT, KEPT]
    await room.dialog("dee", ("find going", "“Number talks got us going” – Ben"), where="harbor")
    assert "Ana (Northside)" in room.seen.text
    assert "Keep" not in buttons(await room.home("ben"))
    await room.marks("ana", posted, add=False)
    assert await room.signs(posted) == [CAUGHT]
    await room.dialog("dee", ("find going", "Nothing found"), where="harbor")
    assert "Number talks" in await at_home(room, "ben")


async def test_ones_own_bookmark_keeps_ones_own_words(room: SlackRoom) -> None:
    posted = await room.tells("ben", f"Number talks got us going: {TALKS}")
    await room.marks("ben", posted)
    await room.dialog("dee", ("find going", "Number talks got us going"), where="harbor")
    assert "“Number talks got us going”" not in room.seen.text


async def test_what_was_changed_since_is_not_taken_back(room: SlackRoom) -> None:
    posted = await room.tells("ben", f"Number talks got us going: {TALKS}")
    await room.marks("ana", posted)
    await room.says("ana", f"share {TALKS} My coaches liked it")
    await room.marks("ana", posted, add=False)
    await room.dialog("dee", ("find coaches", "My coaches liked it"), where="harbor")


async def test_a_bookmark_in_a_thread_and_on_what_was_posted_before_we_heard(
    room: SlackRoom,
) -> None:
    await room.says("ana", "links none")
    root = await room.tells("ben", "What works for fractions?")
    seen = await room.grace.says(room.channel(), f"Strips work: {TALKS}", root["ts"])
    assert await room.signs(seen.sent) == []
    before = made(room)
    await room.marks("ana", seen.sent)
    assert made(room) == more(before, 1, 1, 1, 1, 1)
    assert await room.signs(seen.sent) == [KEPT]
    await room.dialog("ben", ("find strips", "“Strips work” – Grace"))
    await room.grace.deletes(seen.sent)
    await room.dialog("ben", ("find strips", "Nothing found"))


async def test_a_bookmark_that_says_nothing_to_us(room: SlackRoom) -> None:
    plain = await room.tells("ben", "No link in this")
    linked = await room.tells("ben", f"A link: {TALKS}")
    other = await room.tells("ben", f"A link: {TALKS}", "elsewhere")
    room.newcomer("zoe")
    async with nothing_changed(room):
        await room.marks("ana", plain)
        await room.marks("cleo", other)
        await room.marks("zoe", linked)  # no member, and made none by it
        await room.hands["ana"].react(linked, "thumbsup")
        await room.replied()
    assert await room.signs(linked) == [CAUGHT]


async def test_a_bookmark_on_our_own_post_is_not_for_its_links(room: SlackRoom) -> None:
    await room.says("ana", f"share {TALKS} it helped")
    found = await room.says("ana", "find helped")
    await room.presses("ana", found.message, "Post 1 here")
    await room.settle()
    async with nothing_changed(room):
        await room.marks("ben", room.post("From what the network shared"))


async def test_a_sign_is_taken_off_when_the_link_is(room: SlackRoom) -> None:
    posted = await room.tells("ben", f"A link: {TALKS}")
    assert await room.signs(posted) == [CAUGHT]
    await room.edits("ben", posted, "A link I took out")
    assert await room.signs(posted) == []
    assert "took out" not in await at_home(room, "ben")


async def test_in_a_channel_that_keeps_all_there_is_one_sign_only(room: SlackRoom) -> None:
    await room.says("ana", "links all")
    assert await room.signs(await room.tells("ben", f"A link: {TALKS}")) == [KEPT]


async def test_what_is_told_again_or_too_late_changes_nothing(room: SlackRoom) -> None:
    posted = await room.tells("ben", f"A link: {TALKS}")
    before = room.rows()
    await room.world.redeliver()
    assert room.rows() == before
    await room.edits("ben", posted, f"Another link: {TALKS}/2")
    await room.deletes("ben", posted)
    rows = made(room)
    assert rows == [1, 0, 0, 0, 0, rows[5]]  # that it is gone, and nothing more
    await room.world.redeliver()
    await room.replied()
    assert made(room) == rows
    assert text(await room.home("ben")).count("link:") == 0


async def test_a_thousand_words_without_a_link_are_not_told_to_the_program(
    room: SlackRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    answer = room.homeroom._answers.to
    monkeypatch.setattr(
        room.homeroom._answers, "to", lambda said: (asked.append(said.words), answer(said))[1]
    )
    for number in range(100):
        await room.tells("ben", f"Just talking, {number}")
    assert asked == []
    await room.tells("ben", f"A link: {TALKS}")
    assert asked == ["overheard"]


async def test_files_and_slides_are_resources(room: SlackRoom) -> None:
    files = [
        {
            "id": "F1",
            "title": "Fraction strips",
            "mimetype": "application/pdf",
            "permalink": "https://coaching.slack.com/files/UBEN/F1/strips.pdf",
            "url_private": "https://files.slack.com/files-pri/T1-F1/strips.pdf",
        },
        {
            "id": "F2",
            "title": "Our slides",
            "mimetype": "application/vnd.google-apps.presentation",
            "is_external": True,
            "permalink": "https://coaching.slack.com/files/UBEN/F2/slides",
            "url_private": "https://docs.google.com/presentation/d/1",
        },
        {
            "id": "F3",
            "title": "Our class",
            "mimetype": "image/png",
            "permalink": "https://coaching.slack.com/files/UBEN/F3/class.png",
        },
        {"id": "F4", "mode": "tombstone"},
    ]
    before = made(room)
    posted = messages.post(
        room.world,
        room.channel(),
        user="UBEN",
        text="Hands on, and it worked",
        subtype="file_share",
        files=files,
    )
    await room.until(lambda: made(room) == more(before, 1, 2))
    home = await room.home("ben")
    assert "Fraction strips – Hands on, and it worked" in text(home)
    assert "Our slides" in text(home)
    assert "Our class" not in text(home)  # a picture is kept only where somebody says so
    await room.marks("ana", posted.message)
    assert made(room) == more(before, 1, 2, 2, 2, 2)
    await room.dialog("dee", ("find hands", "Fraction strips"), where="harbor")
    await room.homeroom.tick()
    with room.homeroom.database.engine.connect() as connection:
        due = connection.exec_driver_sql(
            "select count(*) from resource where title_due is not null"
        )
        assert due.scalar() == 0  # nobody fetches them


async def test_a_channel_that_two_workspaces_share(room: SlackRoom) -> None:
    """Slack tells us of it through either; whoever posts there is a member all the same."""
    channel = room.channel()
    channel.shared_with["T2"] = "learning-call"
    channel.members.add("UDEE")
    seen = await room.dee.says(channel, f"From Harbor: {TALKS}")
    assert "From Harbor" in await at_home(room, "dee")
    await room.marks("ben", seen.sent)
    await room.dialog("ana", ("find harbor", "“From Harbor” – Dee"))
    mine = await room.tells("ben", f"To Harbor: {TALKS}/2")
    await room.marks("dee", mine)
    await room.dialog("ana", ("find to", "“To Harbor” – Ben"))
    assert "Dee (Harbor)" in room.seen.text


async def test_a_link_in_a_channel_of_five_thousand(room: SlackRoom) -> None:
    room.channel().members.update(f"U{number:05}" for number in range(5_000))
    before, rows = made(room), room.rows()
    posted = await room.tells("ben", f"For all of you: {TALKS}")
    assert made(room) == more(before, 1, 1)
    assert await room.signs(posted) == [CAUGHT]
    assert room.rows()["outbox"] == rows["outbox"]  # nobody is told anything
