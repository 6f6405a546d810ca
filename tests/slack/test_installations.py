"""Where the app is installed."""

import json
from typing import Any

import pytest

from bot.slack.installations import Installation, KnownInstallations
from tests.slack.conftest import Everywhere, Slack


def known(*found: Installation) -> KnownInstallations:
    made = KnownInstallations()
    for each in found:
        made.remember(each)
    return made


SCHOOL = Installation("T1", "xoxb-1", "U1", "B1")
DISTRICT = Installation("E1", "xoxb-2", "U2", "B2")


async def test_a_workspace_of_its_own_comes_before_its_organisation() -> None:
    both = known(SCHOOL, DISTRICT)
    assert await both.find("T1", "E1") == SCHOOL
    assert await both.find("T2", "E1") == DISTRICT
    assert await both.find("", "E1") == DISTRICT


async def test_nowhere() -> None:
    assert await known(SCHOOL).find("T2", "E1") is None
    assert await known(SCHOOL).find("", "") is None


async def test_a_workspace_that_speaks_leads_to_its_organisation() -> None:
    both = known(SCHOOL, DISTRICT)
    await both.heard_from(DISTRICT, "T2")
    assert await both.find("T2") == DISTRICT
    assert await both.find("T1") == SCHOOL
    assert await both.find("T3") is None


def told(event: dict[str, Any], **more: Any) -> str:
    """As Slack sends it."""
    about = {"team_id": "T111", "enterprise_id": "E111", "api_app_id": "A111"}
    about |= {"type": "event_callback", "event_id": "Ev111", "event_time": 1599616881}
    return json.dumps(about | {"event": event} | more)


BOTH = {"oauth": ["U1"], "bot": ["U2"]}
PEOPLE = {"oauth": ["U1"], "bot": []}


@pytest.mark.parametrize(
    ("event", "more", "homes"),
    [
        ({"type": "app_uninstalled"}, {}, ["T111", "E111"]),
        ({"type": "app_uninstalled"}, {"enterprise_id": None}, ["T111"]),
        ({"type": "tokens_revoked", "tokens": BOTH}, {}, ["T111", "E111"]),
        ({"type": "tokens_revoked", "tokens": BOTH}, {"team_id": None}, ["E111"]),
        ({"type": "tokens_revoked", "tokens": PEOPLE}, {}, []),
        ({"type": "tokens_revoked", "tokens": {"oauth": ["U1"]}}, {}, []),
        ({"type": "tokens_revoked"}, {}, []),
        ({"type": "tokens_revoked", "tokens": "odd"}, {}, []),
    ],
)
async def test_who_took_it_out(
    slack: Slack,
    everywhere: Everywhere,
    event: dict[str, Any],
    more: dict[str, Any],
    homes: list[str],
) -> None:
    answered = await slack.send(told(event, **more))
    assert answered.status_code == 200
    assert everywhere.homes == homes
    forged = await slack.send(told(event), secret="another")
    assert forged.status_code == 401
