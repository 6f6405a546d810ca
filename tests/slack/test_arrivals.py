"""Who is heard, and what words are theirs: the cases no recording has."""

import json
from typing import Any

import pytest

from bot.slack import arrivals
from bot.slack.installations import Installation

HOME = Installation("T1", "xoxb-1", "UBOT", "BBOT")


def told(**said: Any) -> dict[str, Any]:
    """An Events API callback."""
    event = {"type": "message", "channel": "D1", "channel_type": "im", "user": "U1", "ts": "1.1"}
    return {"type": "event_callback", "event_id": "Ev1", "team_id": "T1", "event": event | said}


def mention(text: str, **said: Any) -> dict[str, Any]:
    return told(type="app_mention", channel="C1", channel_type="channel", text=text, **said)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<@UBOT> share <https://x.org|x.org> why", "share https://x.org why"),
        ("<@UBOT|homeroom> find a &amp; b", "find a & b"),
        ("Thanks <@U2>! <@UBOT> ask <@U2> to stay", "ask @U2 to stay"),
        ("<@UBOT>", ""),
        ("<@UBOT2> is another bot", "@UBOT2 is another bot"),
        ("<@UBOT> checkin\nline two", "checkin\nline two"),
        ("<@UBOT> tell <!channel>", "tell @channel"),
    ],
)
def test_the_words_of_a_mention(text: str, words: str) -> None:
    heard = arrivals.heard(mention(text), HOME)
    assert heard is not None
    assert heard.words == words


@pytest.mark.parametrize(
    "body",
    [
        told(text="hi", bot_id="B2"),
        told(text="hi", subtype="bot_message"),
        told(text="hi", user="UBOT"),
        told(text="hi", subtype="message_changed"),
        told(text="hi", subtype="channel_join"),
        told(text="hi", user=None),
        told(text="hi", user=7),
        told(text=None),
        told(text="  "),
        told(text="hi", channel="C1", channel_type="channel"),
        told(text="hi", channel="G1", channel_type="mpim"),
        mention("<@UBOT> hi", bot_id="B2"),
        mention("<@UBOT> hi", user="UBOT"),
        mention("<@UBOT> hi") | {"event_id": None},
        told(type="app_mention", text="<@UBOT> hi"),  # in a 1:1 it comes as message.im as well
        told(type="member_joined_channel", channel="C1", user="U2"),
        told(type="app_home_opened", tab="messages"),
        told(type="reaction_added"),
        {},
        {"event": "odd"},
    ],
)
def test_what_is_not_said_to_us(body: dict[str, Any]) -> None:
    assert arrivals.heard(body, HOME) is None


def test_a_person_from_a_connected_workspace_keeps_their_own() -> None:
    heard = arrivals.heard(mention("<@UBOT> hi", user_team="T2", team="T1"), HOME)
    assert heard is not None
    assert (heard.who.workspace, heard.place.workspace) == ("T2", "T1")


def test_a_message_in_a_thread_is_answered_in_it() -> None:
    heard = arrivals.heard(told(text="<@UBOT> hi", thread_ts="0.9"), HOME)
    assert heard is not None
    assert (heard.words, heard.place.thread, heard.place.direct) == ("hi", "0.9", True)


def pressed(**action: Any) -> dict[str, Any]:
    return {"type": "block_actions", "trigger_id": "1.2", "user": {"id": "U1"}, "actions": [action]}


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ({"value": "share yes"}, "share yes"),
        ({"selected_option": {"value": "find a"}}, "find a"),
        ({"selected_options": [{"value": "a"}, {"value": "b"}]}, "a b"),
        ({"value": "skip", "selected_date": "2026-11-24"}, "skip 2026-11-24"),
    ],
)
def test_the_words_of_a_press(action: dict[str, Any], words: str) -> None:
    heard = arrivals.pressed(pressed(**action), HOME)
    assert heard is not None
    assert heard.words == words


def filled(**typed: str) -> dict[str, Any]:
    """A form that was sent, with what was typed into its fields."""
    opened = json.dumps({"says": "ask"})
    state = {name: {"a": {"type": "plain_text_input", "value": v}} for name, v in typed.items()}
    view = {"id": "V1", "hash": "1.h", "private_metadata": opened, "state": {"values": state}}
    return {"type": "view_submission", "user": {"id": "U1"}, "view": view}


def test_a_form_that_says_something_else_is_another_delivery() -> None:
    """Sent, not answered, changed in the same window and sent again: it must not be taken for
    what was saved the first time."""
    sent = [
        arrivals.sent(filled(**each), HOME)
        for each in ({"a": "one", "b": ""}, {"b": "", "a": "one"}, {"a": "two"}, {"a": "\ud800"})
    ]
    ids = [each.delivery for each in sent if each]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3


def test_commands_and_their_short_forms() -> None:
    said = {"command": "/learn", "text": "share <https://x.org|x.org>"}
    assert arrivals.command_words(said) == "share https://x.org"
    assert arrivals.command_words({"command": "/find", "text": "a &lt; b"}) == "find a < b"
    assert arrivals.command_words({"command": "/agenda", "text": None}) == "agenda"
    assert arrivals.command_words({"command": "/learn"}) == ""
    assert arrivals.command_words({"command": "/other"}) is None
    assert arrivals.command_words({}) is None
