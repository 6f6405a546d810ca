"""Help for who one is, and what newcomers type before they know our words."""

import pytest

from tests.cast import Room
from tests.handlers.acting import buttons, nothing_changed, presses

HOSTS_WORDS = ("call", "recap")


async def test_help_is_for_who_one_is(room: Room) -> None:
    member = await room.says("ben", "help")
    for said in ("share <link>", "ask", "checkin", "find", "me link <code>", "me unlink"):
        assert room.typed(said) in member.text
    assert not any(room.typed(said) in member.text for said in HOSTS_WORDS)
    for own in ("pause until <date>", "resume", "nudges on|off", "saved", "export", "erase"):
        assert room.typed(f"me {own}") in member.text
    for shortcut in ("Save as resource", "Bring to call", "This helped"):
        assert shortcut in member.text
    assert "links all" not in member.text and "a host" not in member.text
    host = await room.says("ana", "HELP")
    assert "links all" in host.text
    assert "As a host" in host.text
    assert all(room.typed(said) in host.text for said in HOSTS_WORDS)
    for internal in ("voice", "unask", "call edit", "recap approve", "agenda add"):
        assert room.typed(internal) not in host.text
    async with nothing_changed(room):
        stranger = await room.says("cleo", "help", "elsewhere")
        assert "You are not in a network here yet" in stranger.text
        assert room.typed("share") not in stranger.text
    opened = await presses(room, "ben", member.message, "Check in")
    assert opened.view


async def test_help_for_one_word(room: Room) -> None:
    await room.dialog(
        "ben",
        ("help share", f"For example: {room.typed('share')} https://example.org"),
        ("help search", "Find what was shared before"),
        ("help me link", "get a code here, say it there"),
        ("help Me Unlink", "Part two accounts"),
        ("help nonsense-of-mine", "Homeroom for Coaching Network"),
    )


async def test_our_bare_name_shows_the_menu(room: Room) -> None:
    async with nothing_changed(room):
        for said in ("", "   ", "hello", "Hi there!", "\x00\x07"):
            await room.dialog("ben", (said, "Coaching Network"))
        assert "Raise a problem" in buttons(room.seen.message)
        await room.dialog("cleo", ("", "Begin a network here"), where="elsewhere")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("chekin", "checkin"),
        ("Shair https://example.org it helped", "share https://example.org it helped"),
        ("search number talks", "find number talks"),
        ("https://example.org it helped", "share https://example.org it helped"),
        ("resource", "share"),
        ("schedule", "agenda"),
        ("when is the next one?", "agenda is the next one?"),
        ("I can’t come", "absent"),
        ("how do I share a link", "share"),
        ("save this", "share this"),
        ("post", "share"),
        ("feedback", "exit"),
    ],
)
async def test_what_newcomers_type(room: Room, said: str, meant: str) -> None:
    async with nothing_changed(room):
        seen = await room.says("ben", said)
        first, word = (each.split(maxsplit=1)[0] for each in (said, meant))
        assert f"I don’t know “{first}” yet. Did you mean {word}?" in seen.text
        assert f"For example: {room.calls_us}" in seen.text
        assert buttons(seen.message) == [meant, "Show what I can do"]
        done = await presses(room, "ben", seen.message, "Show what I can do")
        assert "Homeroom for Coaching Network" in done.text


@pytest.mark.parametrize(("said", "meant"), [("merge", "me link"), ("unlink", "me unlink")])
async def test_words_of_two_that_help_lists_are_suggested(
    room: Room, said: str, meant: str
) -> None:
    seen = await room.says("ben", said)
    assert f"Did you mean {meant}?" in seen.text
    assert buttons(seen.message)[0] == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [("hosts", "network hosts"), ("holidays", "network pauses"), ("saved", "me saved")],
)
async def test_what_stands_behind_a_word_is_suggested(room: Room, said: str, meant: str) -> None:
    seen = await room.says("ana", said)
    assert f"Did you mean {meant}?" in seen.text and buttons(seen.message)[0] == meant
    if meant.startswith("network"):
        assert meant not in (await room.says("ben", said)).text


async def test_a_suggestion_is_one_tap(room: Room) -> None:
    seen = await room.says("ben", "shar https://example.org/talks it helped")
    done = await presses(room, "ben", seen.message, "share https://example.org/talks it helped")
    assert "Saved for" in done.text


@pytest.mark.parametrize(
    "said", ["🎉", "xyzzy", "!!!", "x" * 40_000, "مرحبا", "<!channel>", "&lt;"]
)
async def test_what_is_like_nothing(room: Room, said: str) -> None:
    async with nothing_changed(room):
        seen = await room.says("ben", said)
        assert (
            "I don’t know “" in seen.text and f"{room.typed('help')} shows what I know" in seen.text
        )
        assert len(seen.text) < 200
        assert buttons(seen.message) == ["Show what I can do"]


async def test_only_hosts_are_shown_hosts_words(room: Room) -> None:
    await room.dialog("ana", ("schedule", "Did you mean call?"))
    async with nothing_changed(room):
        await room.dialog(
            "ben",
            ("call", "Only a host of Coaching Network can do that"),
            ("recap", "Only a host of Coaching Network can do that"),
        )
        await room.dialog(
            "cleo", ("chekin", "You are not in a network here yet"), where="elsewhere"
        )


@pytest.mark.slack_only("what is typed to us on Teams stays where it was typed")
async def test_what_was_typed_is_given_back_with_a_refusal(room: Room) -> None:
    long = "prompt every Thursday 3pm: What surprised you this week?"
    async with nothing_changed(room):
        refused = await room.says("ben", long)
        assert "Only a host" in refused.text and f"You typed: {long}" in refused.text
        short = await room.says("ben", "network drop 2")
        assert "Only a host" in short.text and "You typed" not in short.text
