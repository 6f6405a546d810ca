"""What a network and a busy Slack do: accepted or not is the platform's own log's to say."""

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.playground.conftest import School
from tests.playground.test_chat import refusal


def texts(school: School) -> list[str]:
    return [message["text"] for message in school.ana.history(school.channel)]


def post(school: School, text: str = "x") -> Any:
    return school.client.chat_postMessage(channel="C1", text=text)


@pytest.mark.parametrize(("kind", "lands"), [("error_before", False), ("error_after", True)])
async def test_a_500_before_and_after_accepting(school: School, kind: Any, lands: bool) -> None:
    school.world.faults.add("chat.postMessage", kind)
    with pytest.raises(SlackApiError) as failed:
        await post(school)
    assert failed.value.response.status_code == 500
    assert bool(texts(school)) is lands
    call = school.world.log[-1]
    assert (call.accepted, call.fault) == (lands, kind)
    await post(school, "again")
    assert texts(school)[-1] == "again"


@pytest.mark.parametrize(("kind", "lands"), [("lost_answer", True), ("reset", False)])
async def test_a_connection_that_breaks(school: School, kind: Any, lands: bool) -> None:
    school.world.faults.add("chat.postMessage", kind)
    with pytest.raises(aiohttp.ClientError):
        await post(school)
    assert bool(texts(school)) is lands


async def test_the_sdk_posts_twice_when_an_answer_is_lost(school: School) -> None:
    """Why posts go out with retry_handlers=[] (facts/slack.md, pitfall 2)."""
    school.world.faults.add("chat.postMessage", "lost_answer")
    token = school.installation.bot_token
    retrying = AsyncWebClient(token=token, base_url=school.served.api_url)
    await retrying.chat_postMessage(channel="C1", text="once")
    assert texts(school) == ["once", "once"]


async def test_rate_limited_on_demand(school: School) -> None:
    school.world.faults.add("chat.postMessage", "rate_limited", seconds=7)
    answer = await refusal(post(school))
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert texts(school) == []


async def test_slow_is_accepted_in_the_end(school: School) -> None:
    school.world.faults.add("chat.postMessage", "slow", seconds=20)
    calling = asyncio.create_task(post(school))
    await school.world.until(lambda: school.world.log and school.world.log[-1].fault == "slow")
    assert texts(school) == []
    school.watch.forward(20)
    await calling
    assert texts(school) == ["x"]


async def test_late_lands_after_its_500(school: School) -> None:
    school.world.faults.add("chat.postMessage", "late", seconds=30)
    with pytest.raises(SlackApiError):
        await post(school)
    assert texts(school) == []
    school.watch.forward(30)
    await school.world.until(lambda: texts(school) == ["x"])
    assert school.world.log[-1].accepted


async def test_a_hang_is_never_answered(school: School) -> None:
    school.world.faults.add("chat.postMessage", "hang")
    calling = asyncio.create_task(post(school))
    await school.world.until(lambda: school.world.log and school.world.log[-1].fault == "hang")
    calling.cancel()
    assert texts(school) == []


async def test_an_answer_to_a_response_url_may_fail_too(school: School) -> None:
    app = school.bolt()
    statuses: list[int] = []

    @app.command("/learn")
    async def learn(ack: Any, respond: Any) -> None:
        await ack()
        statuses.append((await respond("later")).status_code)

    await school.connect(app)
    school.world.faults.add("response_url", "error_before")
    await school.ana.command(school.channel, "/learn")
    await school.ana.command(school.channel, "/learn")
    assert statuses == [500, 200]
    assert len(school.ana.private(school.channel)) == 1


async def test_faults_choose_their_calls(school: School) -> None:
    faults = school.world.faults
    faults.add("*", "error_before", times=2, where=lambda args: args.get("text") == "bad")
    await post(school, "good")
    for _ in range(2):
        with pytest.raises(SlackApiError):
            await post(school, "bad")
    await post(school, "bad")
    assert texts(school) == ["good", "bad"]
    faults.add("chat.postMessage", "reset", times=9)
    faults.clear()
    await post(school, "good")
