"""Buttons, shortcuts and the Home tab."""

from typing import Any

import pytest

from bot.speech import Button, Buttons, Card, Place, Post, Reply, card
from tests.slack.conftest import Heard, Room
from tests.slack.toys import ASK_AGAIN, FORM, SAVED, words


async def press(room: Room, heard: Heard, reply: Reply, first: Card = ASK_AGAIN) -> Any:
    heard.reply = first
    asked = await room.ben.command(room.channel, "/share")
    heard.reply = reply
    seen = await room.ben.click(asked.message, "Yes")
    await room.settled()
    return seen


async def test_a_button_says_its_words(room: Room, heard: Heard) -> None:
    await press(room, heard, SAVED)
    assert (heard.asked[-1].how, heard.asked[-1].words) == ("button", "share yes")
    assert words(room.ben.private(room.channel)) == ["Sure?", "Saved for Tuesday."]


async def test_a_private_card_can_be_replaced(room: Room, heard: Heard) -> None:
    await press(room, heard, card("Done.", instead=True))
    assert words(room.ben.private(room.channel)) == ["Done."]


async def test_a_public_card_is_never_replaced(room: Room, heard: Heard) -> None:
    await room.door.send(Post("key-1", Place("slack", "T1", "C1"), ASK_AGAIN))
    heard.reply = card("Done.", instead=True)
    await room.ben.click(room.ben.history(room.channel)[-1], "Yes")
    await room.settled()
    assert words(room.ben.private(room.channel)) == ["Done."]
    assert words(room.ben.history(room.channel))[-1] == "Sure?"


async def test_a_button_can_open_a_form(room: Room, heard: Heard) -> None:
    seen = await press(room, heard, FORM)
    assert seen.view is not None
    assert seen.view["title"]["text"] == "Share something"


async def test_a_button_that_opens_a_page_says_nothing(room: Room, heard: Heard) -> None:
    page = Buttons((Button("Yes", url="https://x.org"),))
    await press(room, heard, SAVED, card("Look:", page))
    assert [each.how for each in heard.asked] == ["command"]


async def test_a_form_for_a_mention_waits_behind_a_button(room: Room, heard: Heard) -> None:
    heard.reply = FORM
    await room.ben.mentions(room.channel, room.slack_app, "share")
    await room.settled()
    (said,) = room.ben.private(room.channel)
    opened = await room.ben.click(said, "Open the form")
    assert opened.view is not None
    assert [each.words for each in heard.asked] == ["share", "share"]


HOME = card("Good morning.", Buttons((Button("Yes", says="share yes"),)))


async def test_the_home_tab_is_published(room: Room, heard: Heard) -> None:
    heard.reply = HOME
    await room.ben.opens_home(room.slack_app)
    await room.settled()
    view = room.ben.home(room.slack_app)
    assert view is not None
    assert (heard.asked[0].words, heard.asked[0].how) == ("home", "home")
    heard.reply = card("Renewed.", instead=True)
    await room.ben.click(view, "Yes")
    await room.settled()
    assert "Renewed." in str(room.ben.home(room.slack_app))


@pytest.mark.parametrize("reply", [SAVED, FORM])
async def test_home_buttons_answer_in_a_window(reply: Reply, room: Room, heard: Heard) -> None:
    heard.reply = HOME
    await room.ben.opens_home(room.slack_app)
    await room.settled()
    view = room.ben.home(room.slack_app)
    assert view is not None
    heard.reply = reply
    await room.ben.click(view, "Yes")
    await room.settled()
    assert len(room.ben.views()) == 1


@pytest.mark.parametrize("reply", [SAVED, FORM])
async def test_buttons_in_a_window_answer_in_it(reply: Reply, room: Room, heard: Heard) -> None:
    heard.reply = FORM
    opened = await room.ben.command(room.channel, "/share")
    heard.reply = ASK_AGAIN
    assert opened.view is not None
    asked = await room.ben.submit(opened.view, {"Why?": "Because"})
    assert asked.view is not None
    heard.reply = reply
    await room.ben.click(asked.view, "Yes")
    await room.settled()
    (view,) = room.ben.views()
    assert "Sure?" not in str(view)
    assert heard.asked[-1].place.channel == "C1"


async def test_a_message_shortcut(room: Room, heard: Heard) -> None:
    said = await room.ana.says(room.channel, "See https://x.org/a?b=1&c=2 & <this>")
    heard.reply = SAVED
    assert said.sent is not None
    await room.ben.shortcut("save", said.sent)
    await room.settled()
    overheard, asked = heard.asked
    message = asked.message
    assert message is not None
    assert overheard.message and overheard.message.links == message.links
    assert (asked.words, asked.how) == ("save", "shortcut")
    assert message.text == "See https://x.org/a?b=1&c=2 & <this>"
    assert message.links == ("https://x.org/a?b=1&c=2",)
    assert (message.id, message.author) == (said.sent["ts"], "U1")
    assert words(room.ben.private(room.channel)) == ["Saved for Tuesday."]


async def test_a_home_tab_is_not_replaced_by_an_apology(room: Room, heard: Heard) -> None:
    heard.reply = HOME
    await room.ben.opens_home(room.slack_app)
    await room.settled()
    heard.reply = RuntimeError("the database is locked")
    await room.ben.opens_home(room.slack_app)
    await room.settled()
    assert "Good morning." in str(room.ben.home(room.slack_app))
