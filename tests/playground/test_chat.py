"""chat.*: what Slack refuses, keeps and sends on, asked through slack_sdk's own client."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.playground.rates import Rates
from tests.playground.conftest import School


async def refusal(calling: Any) -> Any:
    """The answer of a call that Slack refuses."""
    with pytest.raises(SlackApiError) as refused:
        await calling
    return refused.value.response


async def error(calling: Any) -> str:
    return str((await refusal(calling))["error"])


@pytest.fixture
def rates() -> Rates:
    return Rates.loose()


async def test_a_post_is_in_the_channel_with_its_metadata(school: School) -> None:
    metadata = {"event_type": "delivery", "event_payload": {"key": "k1"}}
    posted = await school.client.chat_postMessage(channel="C1", text="Hello", metadata=metadata)
    assert school.ana.history(school.channel)[-1]["ts"] == posted["ts"]
    bare = await school.client.conversations_history(channel="C1")
    assert "metadata" not in bare["messages"][0]
    full = await school.client.conversations_history(channel="C1", include_all_metadata=True)
    assert full["messages"][0]["metadata"] == metadata


async def test_text_has_limits(school: School) -> None:
    client = school.client
    posted = await client.chat_postMessage(channel="C1", text="x" * 40_000)
    assert await error(client.chat_postMessage(channel="C1", text="x" * 40_001)) == "msg_too_long"
    await client.chat_update(channel="C1", ts=posted["ts"], text="x" * 4_000)
    long = client.chat_update(channel="C1", ts=posted["ts"], text="x" * 4_001)
    assert await error(long) == "msg_too_long"
    assert await error(client.chat_postMessage(channel="C1", text=" ")) == "no_text"


async def test_bad_blocks_are_pointed_at(school: School) -> None:
    blocks = [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]
    answer = await refusal(school.client.chat_postMessage(channel="C1", text="x", blocks=blocks))
    assert answer["error"] == "invalid_blocks"
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]"
    ]
    broken = school.client.api_call("chat.postMessage", data={"channel": "C1", "blocks": "[{"})
    assert await error(broken) == "invalid_blocks_format"


async def test_forms_and_json_are_both_read(school: School) -> None:
    asked = {"channel": "C1", "text": "a"}
    assert (await school.client.api_call("chat.postMessage", data=asked))["ok"]
    assert (await school.client.api_call("chat.postMessage", json=asked))["ok"]
    blocks = '[{"type": "divider"}]'
    form = {"channel": "C1", "blocks": blocks}
    made = await school.client.api_call("chat.postMessage", data=form)
    assert made["message"]["blocks"][0]["type"] == "divider"
    assert made["message"]["text"] == "This content can't be displayed."


async def test_only_channels_the_app_is_in(school: School) -> None:
    client, world = school.client, school.world
    elsewhere = world.add_channel(school.workspace, "elsewhere", [])
    hidden = world.add_channel(school.workspace, "hidden", [], private=True)
    post = client.chat_postMessage
    assert await error(post(channel="C404", text="x")) == "channel_not_found"
    assert await error(post(channel=elsewhere.id, text="x")) == "not_in_channel"
    assert await error(post(channel=hidden.id, text="x")) == "channel_not_found"
    school.channel.archived = True
    assert await error(post(channel="C1", text="x")) == "is_archived"


async def test_a_person_s_id_opens_the_dm(school: School) -> None:
    posted = await school.client.chat_postMessage(channel="U1", text="Only you")
    assert posted["channel"] == school.ana.dm_with(school.app).id
    assert school.ana.history(school.ana.dm_with(school.app))[0]["text"] == "Only you"


async def test_an_ephemeral_is_for_one_member(school: School) -> None:
    client = school.client
    await client.chat_postEphemeral(channel="C1", user="U1", text="psst")
    assert [each["text"] for each in school.ana.private(school.channel)] == ["psst"]
    assert school.ben.private(school.channel) == []
    assert not school.ana.history(school.channel)
    stranger = school.world.add_person(school.workspace, "cleo")
    outside = client.chat_postEphemeral(channel="C1", user=stranger.id, text="psst")
    assert await error(outside) == "user_not_in_channel"


async def test_update_and_delete_only_one_s_own(school: School) -> None:
    client = school.client
    posted = await client.chat_postMessage(channel="C1", text="one")
    await client.chat_update(channel="C1", ts=posted["ts"], text="two")
    assert school.ana.history(school.channel)[0]["text"] == "two"
    assert "edited" in school.ana.history(school.channel)[0]
    said = (await school.ana.says(school.channel, "mine")).sent
    assert said
    update = client.chat_update(channel="C1", ts=said["ts"], text="x")
    assert await error(update) == "cant_update_message"
    assert await error(client.chat_delete(channel="C1", ts=said["ts"])) == "cant_delete_message"
    missing = client.chat_update(channel="C1", ts="1.000000", text="x")
    assert await error(missing) == "message_not_found"
    await client.chat_delete(channel="C1", ts=posted["ts"])
    assert [each["text"] for each in school.ana.history(school.channel)] == ["mine"]


async def test_threads_count_their_replies(school: School) -> None:
    client = school.client
    root = await client.chat_postMessage(channel="C1", text="root")
    await client.chat_postMessage(channel="C1", text="one", thread_ts=root["ts"])
    last = await school.ana.says(school.channel, "two", thread_ts=root["ts"])
    seen = school.ana.history(school.channel)
    assert [each["text"] for each in seen] == ["root"]
    assert seen[0]["reply_count"] == 2
    assert last.sent
    assert seen[0]["latest_reply"] == last.sent["ts"]
    read = await client.conversations_replies(channel="C1", ts=root["ts"])
    assert [each["text"] for each in read["messages"]] == ["root", "one", "two"]
    nowhere = client.chat_postMessage(channel="C1", text="x", thread_ts="1.000000")
    assert await error(nowhere) == "thread_not_found"
    assert await error(client.conversations_replies(channel="C1", ts="1.0")) == "thread_not_found"
    await client.chat_delete(channel="C1", ts=root["ts"])
    assert school.ana.history(school.channel)[0]["subtype"] == "tombstone"


async def test_metadata_must_have_its_form(school: School) -> None:
    for wrong in ("{", '{"event_type": "x"}', '{"event_type": 5, "event_payload": {}}'):
        form = {"channel": "C1", "text": "x", "metadata": wrong}
        calling = school.client.api_call("chat.postMessage", data=form)
        assert await error(calling) == "invalid_metadata_format"


async def test_bare_addresses_are_wrapped_and_mentions_kept(school: School) -> None:
    text = "see https://a.example/x for <@U1> <!channel> <https://b.example|b>"
    posted = await school.client.chat_postMessage(channel="C1", text=text)
    assert posted["message"]["text"] == text.replace("https://a.example/x", "<https://a.example/x>")


async def test_a_permalink_names_the_message(school: School) -> None:
    posted = await school.client.chat_postMessage(channel="C1", text="x")
    link = await school.client.chat_getPermalink(channel="C1", message_ts=posted["ts"])
    number = posted["ts"].replace(".", "")
    assert link["permalink"] == f"https://bay.slack.com/archives/C1/p{number}"


async def test_every_call_is_in_the_log(school: School) -> None:
    posted = await school.client.chat_postMessage(channel="C1", text="x")
    await error(school.client.chat_postMessage(channel="C404", text="x"))
    first, second = list(school.world.log)[-2:]
    assert (first.method, first.accepted, first.ts) == ("chat.postMessage", True, posted["ts"])
    assert (second.accepted, second.error) == (False, "channel_not_found")
    assert "token" not in first.args
