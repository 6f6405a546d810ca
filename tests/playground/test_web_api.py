"""Tokens, scopes, rates, and the reading methods."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from slack_sdk.errors import SlackApiError

from bot.playground.rates import Rates
from tests.playground.conftest import School
from tests.playground.test_chat import error, refusal


async def test_tokens_are_checked(school: School) -> None:
    async with httpx.AsyncClient(base_url=school.served.api_url) as bare:
        assert (await bare.post("auth.test")).json() == {"ok": False, "error": "not_authed"}
        assert (await bare.post("api.test", json={"a": 1})).json()["args"] == {"a": 1}
    assert await error(school.client_for("xoxb-wrong").auth_test()) == "invalid_auth"
    app_token = school.client_for(school.app.app_token)
    assert await error(app_token.auth_test()) == "not_allowed_token_type"
    wrong = school.client.apps_connections_open(app_token=school.installation.bot_token)
    assert await error(wrong) == "not_allowed_token_type"
    who = await school.client.auth_test()
    assert (who["team_id"], who["bot_id"]) == ("T1", school.installation.bot_id)


async def test_a_missing_scope_is_named(school: School) -> None:
    school.installation.scopes = ["chat:write"]
    answer = await refusal(school.client.users_info(user="U1"))
    assert answer["error"] == "missing_scope"
    assert (answer["needed"], answer["provided"]) == ("users:read", "chat:write")
    answer = await refusal(school.client.conversations_history(channel="C1"))
    assert answer["needed"] == "channels:history"


async def test_unknown_methods_and_missing_arguments(school: School) -> None:
    assert await error(school.client.api_call("chat.shout")) == "unknown_method"
    answer = await refusal(school.client.api_call("chat.postMessage", json={"text": "x"}))
    assert answer["error"] == "invalid_arguments"
    assert "missing required field: channel" in answer["response_metadata"]["messages"][0]


async def test_a_revoked_token_is_worth_nothing(school: School) -> None:
    assert (await school.client.auth_revoke())["revoked"]
    assert await error(school.client.auth_test()) == "token_revoked"
    school.app.install(school.workspace)
    assert (await school.client.auth_test())["ok"]
    gone = {"client_id": school.app.client_id, "client_secret": school.app.client_secret}
    assert await error(school.client.apps_uninstall(**(gone | {"client_secret": "x"}))) == (
        "bad_client_secret"
    )
    await school.client.apps_uninstall(**gone)
    assert await error(school.client.auth_test()) == "account_inactive"


async def test_posting_faster_than_slack_likes_must_wait(school: School) -> None:
    client = school.client
    for _ in range(4):
        await client.chat_postMessage(channel="C1", text="x")
    answer = await refusal(client.chat_postMessage(channel="C1", text="x"))
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "1"
    await client.chat_postMessage(channel="U1", text="another channel")
    school.watch.forward(1)
    await client.chat_postMessage(channel="C1", text="x")


@pytest.mark.parametrize(
    ("per_minute", "call"),
    [
        (20, lambda client: client.users_list()),
        (20, lambda client: client.conversations_list()),
        (50, lambda client: client.conversations_history(channel="C1")),
        (100, lambda client: client.users_info(user="U1")),
    ],
)
async def test_tiers_per_minute(school: School, per_minute: int, call: Any) -> None:
    for _ in range(per_minute):
        await call(school.client)
    answer = await refusal(call(school.client))
    assert (answer["error"], answer.status_code) == ("ratelimited", 429)
    school.watch.forward(int(answer.headers["Retry-After"]))
    await call(school.client)


class TestCommercial:
    @pytest.fixture
    def rates(self) -> Rates:
        return Rates(commercial=True)

    async def test_history_is_one_a_minute_and_fifteen_items(self, school: School) -> None:
        for number in range(16):
            await school.ana.says(school.channel, f"number {number}")
        read = await school.client.conversations_history(channel="C1", limit=100)
        assert len(read["messages"]) == 15
        assert read["has_more"]
        answer = await refusal(school.client.conversations_history(channel="C1"))
        assert answer.headers["Retry-After"] == "60"


async def test_history_by_pages_and_by_time(school: School) -> None:
    for number in range(5):
        school.clock.at += timedelta(minutes=1)
        await school.ana.says(school.channel, f"number {number}")
    client = school.client
    first = await client.conversations_history(channel="C1", limit=2)
    assert [each["text"] for each in first["messages"]] == ["number 4", "number 3"]
    cursor = first["response_metadata"]["next_cursor"]
    second = await client.conversations_history(channel="C1", limit=2, cursor=cursor)
    assert [each["text"] for each in second["messages"]] == ["number 2", "number 1"]
    oldest = second["messages"][0]["ts"]
    later = await client.conversations_history(channel="C1", oldest=oldest)
    assert len(later["messages"]) == 2
    same = await client.conversations_history(channel="C1", oldest=oldest, inclusive=True)
    assert len(same["messages"]) == 3
    wrong = client.conversations_history(channel="C1", cursor="?")
    assert await error(wrong) == "invalid_cursor"


async def test_a_free_workspace_forgets_after_ninety_days(school: School) -> None:
    await school.ana.says(school.channel, "long ago")
    school.workspace.free = True
    school.clock.at += timedelta(days=91)
    assert not (await school.client.conversations_history(channel="C1"))["messages"]


async def test_listing_joining_and_opening(school: School) -> None:
    client, world = school.client, school.world
    hall = world.add_channel(school.workspace, "hall", [], id="C2")
    hidden = world.add_channel(school.workspace, "hidden", [], private=True)
    listed = await client.conversations_list(types="public_channel,private_channel", limit=1)
    assert [each["name"] for each in listed["channels"]] == ["weekly"]
    cursor = listed["response_metadata"]["next_cursor"]
    more = await client.conversations_list(types="public_channel,private_channel", cursor=cursor)
    assert [(each["name"], each["is_member"]) for each in more["channels"]] == [("hall", False)]
    await client.conversations_join(channel="C2")
    assert school.installation.bot_user_id in hall.members
    again = await client.conversations_join(channel="C2")
    assert again["warning"] == "already_in_channel"
    assert await error(client.conversations_join(channel=hidden.id)) == "channel_not_found"
    opened = await client.conversations_open(users="U1")
    info = await client.conversations_info(channel=opened["channel"]["id"])
    assert (info["channel"]["is_im"], info["channel"]["user"]) == (True, "U1")
    assert await error(client.conversations_open(users="U404")) == "user_not_found"
    world.change_person(school.ben.person, deactivated=True)
    assert await error(client.conversations_open(users="U2")) == "user_disabled"
    members = await client.conversations_members(channel="C1")
    assert {"U1", "U2"} < set(members["members"])


async def test_people_and_the_team(school: School) -> None:
    person = (await school.client.users_info(user="U1"))["user"]
    assert (person["profile"]["real_name"], person["is_restricted"]) == ("Ana Ruiz", False)
    assert await error(school.client.users_info(user="U404")) == "user_not_found"
    everyone = (await school.client.users_list())["members"]
    assert {each["name"] for each in everyone} == {"ana", "ben", "Homeroom"}
    assert (await school.client.team_info())["team"]["domain"] == "bay"


async def test_reactions_and_bookmarks(school: School) -> None:
    client = school.client
    said = (await school.ana.says(school.channel, "hi")).sent
    assert said
    await client.reactions_add(channel="C1", timestamp=said["ts"], name="wave")
    twice = client.reactions_add(channel="C1", timestamp=said["ts"], name="wave")
    assert await error(twice) == "already_reacted"
    assert school.ana.history(school.channel)[0]["reactions"][0]["count"] == 1
    await client.reactions_remove(channel="C1", timestamp=said["ts"], name="wave")
    absent = client.reactions_remove(channel="C1", timestamp=said["ts"], name="wave")
    assert await error(absent) == "no_reaction"
    link = {"channel_id": "C1", "title": "Agenda", "type": "link", "link": "https://a.example"}
    await client.bookmarks_add(**link)
    listed = await client.bookmarks_list(channel_id="C1")
    assert [each["title"] for each in listed["bookmarks"]] == ["Agenda"]
    assert await error(client.bookmarks_add(**(link | {"link": "a.example"}))) == "invalid_link"


async def test_a_file_is_uploaded_into_the_channel(school: School) -> None:
    await school.client.files_upload_v2(
        channel="C1", filename="log.csv", content="a,b", initial_comment="The impact log"
    )
    message = school.ana.history(school.channel)[-1]
    assert (message["text"], message["files"][0]["name"]) == ("The impact log", "log.csv")
    assert message["files"][0]["size"] == 3


async def test_a_bad_client_is_told_so(school: School) -> None:
    with pytest.raises(SlackApiError):
        await school.client.api_call(
            "conversations.history", params={"channel": "C1", "limit": "x"}
        )
