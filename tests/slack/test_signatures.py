"""Only Slack may speak as Slack."""

import json
from collections.abc import Callable

import pytest

from bot.errors import ConfigError
from bot.slack.app import make_app
from bot.slack.connect import MOST_BYTES, http_routes
from tests.slack.conftest import NOW, Everywhere, Heard, Slack
from tests.slack.payloads import FOLDER, needs_payloads

LEARN = "command=%2Flearn&text=&team_id=T1&user_id=U1&trigger_id=1.2"


def vectors() -> list[dict[str, object]]:
    file = FOLDER / "signature_vectors.json"
    return json.loads(file.read_text()) if file.exists() else []


@needs_payloads
@pytest.mark.parametrize("vector", vectors())
async def test_published_vectors(
    vector: dict[str, object], heard: Heard, set_clock: Callable[[int], None]
) -> None:
    stamp = str(vector["timestamp"])
    set_clock(int(stamp))
    app = make_app(heard, Everywhere(), signing_secret=str(vector["signing_secret"]))
    answer = await Slack(app, int(stamp)).post(str(vector["body"]), stamp, str(vector["signature"]))
    assert answer.status_code == (200 if vector["valid"] else 401)
    await app.close()


async def test_a_signed_request_is_heard(slack: Slack, heard: Heard) -> None:
    assert (await slack.send(LEARN)).status_code == 200
    assert len(heard.asked) == 1


async def test_a_forged_request_is_refused(slack: Slack, heard: Heard) -> None:
    assert (await slack.send(LEARN, secret="guessed")).status_code == 401
    assert not heard.asked


@pytest.mark.parametrize("age", [360, -360])
async def test_a_replay_six_minutes_away_is_refused(age: int, slack: Slack, heard: Heard) -> None:
    assert (await slack.send(LEARN, age=age)).status_code == 401
    assert not heard.asked


@pytest.mark.parametrize(
    ("stamp", "signature"),
    [("", "v0=1"), ("soon", "v0=1"), ("²", "v0=1"), (str(NOW), ""), ("-1", "v0=1"), ("1e9", "v0")],
)
async def test_headers_that_cannot_be_checked_are_refused(
    stamp: str, signature: str, slack: Slack, heard: Heard
) -> None:
    assert (await slack.post(LEARN, stamp, signature)).status_code == 401
    assert not heard.asked


async def test_what_is_no_json_is_not_understood(slack: Slack) -> None:
    assert (await slack.send("{")).status_code == 400
    assert (await slack.send("{", secret="guessed")).status_code in (400, 401)


async def test_a_flood_is_cut_off(slack: Slack) -> None:
    assert (await slack.send("a" * (MOST_BYTES + 1))).status_code == 413


def test_no_http_without_a_secret(heard: Heard) -> None:
    app = make_app(heard, Everywhere())
    with pytest.raises(ConfigError, match="SLACK_SIGNING_SECRET"):
        http_routes(app)
