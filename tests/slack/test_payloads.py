"""Every recorded payload goes through the real app: it is acked, and means what we think."""

import json
from typing import Any

import pytest
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.slack.app import SlackApp
from bot.slack.connect import CalmSocket
from tests.slack.conftest import Everywhere, Heard, Slack
from tests.slack.meanings import MEANS, place, who
from tests.slack.payloads import body_of, envelope, names, needs_payloads, recorded

pytestmark = needs_payloads


class Wire:
    """The socket's other end."""

    def __init__(self) -> None:
        self.acks: list[str] = []
        self.logger = type("Silent", (), {"level": 50, "info": lambda *_: None})()

    async def send_socket_mode_response(self, response: Any) -> None:
        self.acks.append(response.envelope_id)


async def through_socket(app: SlackApp, payload: Any) -> list[str]:
    """The acks for an envelope, handled as the socket's own thread of control would."""
    socket = object.__new__(CalmSocket)
    socket.app = app
    wire, request = Wire(), SocketModeRequest.from_dict(payload)
    assert request is not None
    await socket.handle(wire, request)
    return wire.acks


def test_the_payloads_are_here() -> None:
    """Without this an empty folder would pass, one test less for each file."""
    assert len(names()) == 68


@pytest.mark.parametrize("name", names())
async def test_every_payload_is_acked_and_understood(
    name: str, slack: Slack, heard: Heard, everywhere: Everywhere
) -> None:
    payload = recorded(name)
    everywhere.bot_user = "U01JKSB8T7Y" if name.startswith("65") else "W111"
    if envelope(payload):
        assert await through_socket(slack.app, payload) == [payload["envelope_id"]]
    else:
        assert (await slack.send(body_of(payload))).status_code == 200
    expected = MEANS.get(name[:2])
    assert heard.asked == ([expected] if expected else [])


@pytest.mark.parametrize("name", names())
async def test_inner_and_odd_shapes_are_acked_too(name: str, slack: Slack, heard: Heard) -> None:
    inner = recorded(name)
    callback = {"type": "event_callback", "team_id": "T1", "event_id": "Ev1"}
    for event in (inner, {**inner, "user": {"id": 7}}, {**inner, "text": None}, None, [], "odd"):
        answer = await slack.send(json.dumps({**callback, "event": event}))
        assert answer.status_code == 200
    for removed in inner:
        rest = {key: value for key, value in inner.items() if key != removed}
        odd = {**inner, removed: 7}
        for each in (rest, odd, {**inner, removed: None}, {**inner, removed: []}):
            body = body_of(each) if isinstance(each.get("type", ""), str) else json.dumps(each)
            assert (await slack.send(body)).status_code in (200, 400)


async def test_the_home_tab_in_an_organisation_wide_installation(
    slack: Slack, heard: Heard, everywhere: Everywhere
) -> None:
    """The token is the organisation's; the person keeps their workspace."""
    payload = recorded("04")
    payload["event"]["tab"] = "home"
    everywhere.bot_user = "U_BOT"
    await slack.send(json.dumps(payload))
    (asked,) = heard.asked
    assert (asked.place, asked.who) == (place("E111", "D111", direct=True), who("T111", "W111"))


@pytest.mark.parametrize("name", ["47", "48", "49", "66"])
async def test_commands_of_ours(name: str, slack: Slack, heard: Heard) -> None:
    payload = recorded(name)
    payload = payload.get("payload", payload) | {"command": "/share", "text": "https://x.org why"}
    answer = await slack.send(body_of(payload))
    (asked,) = heard.asked
    assert answer.status_code == 200
    assert asked.words == "share https://x.org why"
    assert asked.who == who(payload["team_id"], payload["user_id"], payload["user_name"])
    named = payload["channel_name"]
    assert asked.place == place(payload["team_id"], payload["channel_id"], name=named)
    assert asked.delivery == payload["trigger_id"]


async def test_a_command_that_is_not_ours_gets_a_calm_word(slack: Slack, heard: Heard) -> None:
    answer = await slack.send(body_of(recorded("47")))
    assert answer.text == "I do not know /hello-world. Try /learn."
    assert not heard.asked


@pytest.mark.parametrize(
    ("name", "home", "own"),
    [
        ("57", "E111", "T111"),  # installed for the whole organisation
        ("59", "T-installed-workspace", "T-other-side"),  # opened in a connected channel
    ],
)
async def test_forms_of_ours(name: str, home: str, own: str, slack: Slack, heard: Heard) -> None:
    payload = recorded(name)
    payload["view"]["private_metadata"] = '{"says":"share","channel":"C9","thread":"1.2"}'
    answer = await slack.send(body_of(payload))
    (asked,) = heard.asked
    assert answer.status_code == 200
    assert (asked.words, asked.place) == ("share", place(home, "C9", "1.2"))
    assert asked.who.workspace == own
    assert asked.delivery.startswith(f"{payload['view']['id']}:{payload['view']['hash']}:")


async def test_form_values_are_raw(slack: Slack, heard: Heard) -> None:
    payload = recorded("57")
    payload["view"]["private_metadata"] = '{"says":"share"}'
    await slack.send(body_of(payload))
    expected = {"agenda-block": "test", "date-block": "2022-06-22", "time-block": "03:00"}
    assert heard.asked[0].values == expected


@pytest.mark.parametrize("name", ["33", "34"])
async def test_the_bot_joins(name: str, slack: Slack, heard: Heard, everywhere: Everywhere) -> None:
    """Who let it in speaks; in a connected channel, where the bot is installed."""
    everywhere.bot_user = "W23456789"
    await slack.send(json.dumps(recorded(name)))
    (asked,) = heard.asked
    home = "T_INSTALLED" if name == "34" else "T111"
    assert (asked.how, asked.words) == ("join", "welcome")
    assert (asked.who, asked.place) == (who(home, "U222"), place(home, "C111"))


async def test_a_workspace_that_has_left_is_told(
    slack: Slack, heard: Heard, everywhere: Everywhere
) -> None:
    everywhere.left = True
    answer = await slack.send(body_of(recorded("47") | {"command": "/learn"}))
    assert answer.text == "Homeroom is not installed in this workspace."
    assert (await slack.send(body_of(recorded("57")))).json()["response_action"] == "errors"
    assert not heard.asked
