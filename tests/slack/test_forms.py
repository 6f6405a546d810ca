"""Forms: opened, sent, refused and kept open."""

import pytest

from bot.asking import FORM_NOT_SAVED
from bot.errors import Refusal, Unsure
from bot.speech import FormErrors
from tests.slack.conftest import Heard, Room
from tests.slack.toys import FORM, SAVED


async def test_a_form_opens_and_is_sent(room: Room, heard: Heard) -> None:
    heard.reply = FORM
    opened = await room.ben.command(room.channel, "/share")
    assert opened.view is not None
    heard.reply = SAVED
    seen = await room.ben.submit(opened.view, {"Why?": "It <works> & more", "Day": "Monday"})
    assert seen.response == "update"
    assert "Saved for Tuesday." in seen.text
    asked = heard.asked[-1]
    assert (asked.how, asked.words, asked.place.channel) == ("form", "share", "C1")
    assert asked.values == {"note": "It <works> & more", "day": "mon"}
    assert FORM.read(asked.values)["day"] == "mon"
    assert asked.delivery.startswith(opened.view["id"])


@pytest.mark.parametrize(
    ("reply", "errors"),
    [
        (FormErrors({"day": "Mondays are taken."}), {"day": "Mondays are taken."}),
        (FormErrors({"day": "A.", "gone": "B."}), {"day": "A.", "note": "B."}),
        (Refusal("The call is over."), {"note": "The call is over."}),
        (RuntimeError("disk full"), {"note": FORM_NOT_SAVED}),
    ],
)
async def test_a_form_stays_open_until_it_is_saved(
    reply: Exception, errors: dict[str, str], room: Room, heard: Heard
) -> None:
    heard.reply = FORM
    opened = await room.ben.command(room.channel, "/share")
    assert opened.view is not None
    heard.reply = reply
    seen = await room.ben.submit(opened.view, {"Why?": "Because"})
    assert seen.errors == errors
    assert [view["id"] for view in room.ben.views()] == [opened.view["id"]]


async def test_a_form_that_takes_too_long_stays_open(room: Room, heard: Heard) -> None:
    heard.reply = FORM
    opened = await room.ben.command(room.channel, "/share")
    assert opened.view is not None
    heard.hangs = True
    seen = await room.ben.submit(opened.view, {"Why?": "Because"})
    assert seen.errors == {"note": FORM_NOT_SAVED}


async def test_a_form_that_does_not_open_is_said_and_words_are_given_back(
    room: Room, heard: Heard
) -> None:
    heard.reply = FORM
    room.world.faults.add("views.open", "error_before")
    seen = await room.ben.command(room.channel, "/share", "it helped us")
    assert seen.text.splitlines() == [
        "I could not open the form just now. Please try again.",
        "Here are your words:",
        "/share it helped us",
    ]


async def test_where_nobody_knows_whether_it_was_saved_words_are_given_back(
    room: Room, heard: Heard
) -> None:
    heard.reply = Unsure("It may be saved by now.")
    seen = await room.ben.command(room.channel, "/share", "it helped us")
    assert seen.text.splitlines() == [
        "It may be saved by now.",
        "Here are your words:",
        "/share it helped us",
    ]


async def test_a_press_that_came_twice_opens_its_form_once(room: Room, heard: Heard) -> None:
    heard.reply = FORM
    seen = await room.ben.command(room.channel, "/share")
    sent = room.world.deliveries.sent[-1]
    again = await room.world.deliveries.ask(room.world.apps[sent.app_id], sent.kind, sent.payload)
    assert again.ok and again.payload is None
    assert [view["id"] for view in room.ben.views()] == [seen.view and seen.view["id"]]
