"""Calls of the connector: what each answer, or silence, means for a post."""

import asyncio
import time

import pytest

from bot.errors import InDoubt, NotNow, Refused
from bot.teams.client import Connector, activities
from bot.teams.failures import failed
from bot.teams.tokens import FixedToken
from tests.teams.connector import Teams, connector

HELLO = {"type": "message", "text": "hello"}


@pytest.fixture
async def teams():
    async with connector() as served:
        served.team("Bay", ["learning-call"], [served.person("Ana Ortiz")])
        yield served


@pytest.fixture
async def calls(teams: Teams):
    made = Connector(FixedToken("local"), loopback=True)
    yield made
    await made.close()


def channel(teams: Teams):
    return next(each for each in teams.chats.values() if each.name == "learning-call")


async def post(teams: Teams, calls: Connector, conversation: str = ""):
    path = activities(conversation or channel(teams).id)
    return await calls.call("POST", teams.service_url, path, HELLO)


async def test_a_post_gets_an_id_and_a_reply_stands_in_its_thread(teams, calls):
    root = (await post(teams, calls))["id"]
    reply = (await post(teams, calls, f"{channel(teams).id};messageid={root}"))["id"]
    assert [(m.id, m.root) for m in channel(teams).shown] == [(root, root), (reply, root)]


async def test_an_edit_and_a_deletion(teams, calls):
    path = activities(channel(teams).id, (await post(teams, calls))["id"])
    await calls.call("PUT", teams.service_url, path, {"text": "better"})
    (message,) = channel(teams).shown
    assert (message.activity, message.history) == ({"text": "better"}, [HELLO])
    assert await calls.call("DELETE", teams.service_url, path) == {}
    assert channel(teams).shown == []


async def test_too_often_says_when_again_and_a_little_more(teams, calls):
    teams.fail(429, "Throttled", headers={"Retry-After": "7"})
    with pytest.raises(NotNow) as said:
        await post(teams, calls)
    assert 7 <= said.value.seconds <= 7 * 1.25
    teams.fail(412, "PreconditionFailed")
    with pytest.raises(NotNow):
        await post(teams, calls)
    assert channel(teams).shown == []


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408])
async def test_what_broke_over_there_is_in_doubt(teams, calls, status):
    teams.fail(status, "ServiceError")
    with pytest.raises(InDoubt):
        await post(teams, calls)


async def test_lost_answers_are_in_doubt_and_sent_once(teams, calls):
    for lose in (teams.lose_answer, teams.drop, teams.garble):
        lose()
        with pytest.raises(InDoubt):
            await post(teams, calls)
    assert len(channel(teams).shown) == 2
    assert len(teams.calls("POST")) == 3  # no client of ours asks again by itself


async def test_no_connection_means_that_nothing_was_taken(calls):
    with pytest.raises(NotNow):
        await calls.call("POST", "http://127.0.0.1:9", activities("19:x"), HELLO)
    with pytest.raises(NotNow):
        await calls.call("POST", "https://nobody.invalid", activities("19:x"), HELLO)


@pytest.mark.parametrize(
    ("status", "code", "of", "mend"),
    [
        (403, "BotDisabledByAdmin", "workspace", "administrator"),
        (401, "BotNotRegistered", "workspace", "looks after Homeroom"),
        (401, "", "workspace", "looks after Homeroom"),
        (403, "BotNotInConversationRoster", "place", "add Homeroom to that team or chat again"),
        (404, "ConversationNotFound", "place", "add Homeroom to that team or chat again"),
        (404, "ActivityNotFoundInConversation", "post", ""),
        (403, "", "place", "add Homeroom"),
        (413, "MessageSizeTooBig", "post", ""),
        (400, "BadSyntax", "post", ""),
        (400, "Bad Argument", "post", ""),
        (302, "", "post", ""),
    ],
)
async def test_refusals_say_what_they_stand_in_the_way_of(teams, calls, status, code, of, mend):
    teams.fail(status, code)
    with pytest.raises(Refused) as said:
        await post(teams, calls)
    assert said.value.of == of
    assert mend in said.value.mend


async def test_a_person_who_blocked_the_bot(teams, calls):
    direct = teams.direct(teams.person("Ben", reachable=False))
    with pytest.raises(Refused) as said:
        await post(teams, calls, direct.id)
    assert (said.value.reason, said.value.of) == ("MessageWritesBlocked", "place")


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"error": 3}', b'{"message": "{"}'])
def test_an_error_that_says_nothing_is_still_one(body):
    assert isinstance(failed(400, {}, body), Refused)
    assert isinstance(failed(500, {}, body), InDoubt)
    assert isinstance(failed(429, {"Retry-After": "soon"}, body), NotNow)


@pytest.mark.parametrize(
    "address",
    [
        "http://teams.example/",
        "http://10.0.0.1/",
        "http://127.0.0.1.example/",
        "ftp://127.0.0.1/",
        "https://",
        "https://me@host/",
        "https://[",
        "file:///etc/passwd",
        "",
    ],
)
async def test_the_token_is_shown_nowhere_else(calls, address):
    with pytest.raises(Refused):
        await calls.call("POST", address, activities("19:x"), HELLO)


async def test_plain_http_is_for_local_work_alone(teams):
    strict = Connector(FixedToken("local"))
    with pytest.raises(Refused):
        await post(teams, strict)
    assert teams.log == []


async def test_a_redirect_is_not_followed_with_our_token(teams, calls):
    teams.fail(307, headers={"Location": f"{teams.service_url}/v3/conversations"})
    with pytest.raises(Refused):
        await post(teams, calls)
    assert len(teams.log) == 1


async def test_what_a_person_waits_for_is_said_again_where_nothing_was_taken(
    teams, calls, monkeypatch
):
    waits = []

    async def sleep(seconds):
        waits.append(seconds)

    monkeypatch.setattr("bot.teams.client.asyncio.sleep", sleep)
    teams.fail(429, times=2, headers={"Retry-After": "2"})
    teams.fail(412)
    await calls.say(teams.service_url, channel(teams).id, HELLO)
    assert len(channel(teams).shown) == 1
    assert [round(each) for each in waits] and waits[0] >= 2 and waits[1] >= 4
    teams.fail(429, times=99)
    with pytest.raises(NotNow):
        await calls.say(teams.service_url, channel(teams).id, HELLO)
    assert len(teams.calls("POST")) == 4 + 6


async def test_a_crowd_that_is_answered_in_one_channel_waits_for_teams(teams, calls):
    """Teams takes seven in a second and eight in two: nobody is told no for that."""
    teams.paced = True
    every = (calls.say(teams.service_url, channel(teams).id, HELLO) for _ in range(16))
    await asyncio.gather(*every)
    assert len(channel(teams).shown) == 16


async def test_what_may_have_been_taken_is_never_said_again(teams, calls):
    teams.lose_answer()
    with pytest.raises(InDoubt):
        await calls.say(teams.service_url, channel(teams).id, HELLO)
    assert len(channel(teams).shown) == 1


async def test_its_clock_is_read_without_a_token(teams, calls):
    told = await calls.time(teams.service_url)
    assert abs(told.timestamp() - time.time()) < 3
    assert teams.log == []


async def test_a_targeted_message_names_its_one_reader(teams, calls):
    path, only = activities(channel(teams).id), {"isTargetedActivity": "true"}
    with pytest.raises(Refused):
        await calls.call("POST", teams.service_url, path, HELLO, params=only)
    to = {**HELLO, "recipient": {"id": "29:ana-ortiz"}}
    await calls.call("POST", teams.service_url, path, to, params=only)
    assert [each.target for each in channel(teams).shown] == ["29:ana-ortiz"]
