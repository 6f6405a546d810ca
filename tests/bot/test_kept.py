"""Conversations outlive the program, and what is known costs nothing."""

import asyncio

import pytest
from sqlalchemy import event

from bot.kept import KeptConversations
from bot.opening import open_database
from bot.teams.conversations import Conversation
from tests.cast import database_url

TENANT = "0f8b0c4e-1a2b-4c3d-8e9f-0a1b2c3d4e5f"
AT = "https://connector.example.org/emea/"
CHANNEL = Conversation(TENANT, "19:call@thread.tacv2", AT, team="19:team", name="Learning call")
ANA = Conversation(TENANT, "a:1", AT, person="ana", person_id="29:ana")


@pytest.fixture
def opened(tmp_path, template):
    made = open_database(database_url(tmp_path, template))
    yield made
    made.close()


async def test_what_was_learnt_is_there_for_the_next_start(opened):
    first = KeptConversations(opened.database)
    for each in (CHANNEL, ANA):
        await first.learn(each)
    again = KeptConversations(opened.database)
    assert await again.any_service_url(TENANT) == AT
    assert await again.find(TENANT, CHANNEL.id) == CHANNEL
    assert await again.find(TENANT, "ana") == ANA == await again.find(TENANT, "a:1")
    assert await again.find("another", "ana") is None
    assert await again.any_service_url("another") == ""


async def test_a_newer_address_is_kept_and_what_is_not_told_stays(opened):
    kept = KeptConversations(opened.database)
    await kept.learn(CHANNEL)
    await kept.learn(Conversation(TENANT, CHANNEL.id, "https://new.example.org/"))
    for each in (kept, KeptConversations(opened.database)):
        found = await each.find(TENANT, CHANNEL.id)
        assert found and found.service_url == "https://new.example.org/"
        assert (found.team, found.name) == (CHANNEL.team, CHANNEL.name)


async def test_a_crowd_in_a_new_channel_writes_it_down_once(opened, monkeypatch):
    kept, writes, write = KeptConversations(opened.database), [], opened.database.write
    monkeypatch.setattr(opened.database, "write", lambda work: writes.append(work) or write(work))
    await asyncio.gather(*(kept.learn(CHANNEL) for _ in range(200)))
    assert len(writes) == 1
    assert await kept.find(TENANT, CHANNEL.id) == CHANNEL
    assert kept._learning == {}


async def test_a_person_has_one_conversation(opened):
    """Whoever takes the app out and in again has a new one."""
    kept = KeptConversations(opened.database)
    await kept.learn(ANA)
    await kept.learn(Conversation(TENANT, "a:2", AT, person="ana", person_id="29:ana"))
    for each in (kept, KeptConversations(opened.database)):
        found = await each.find(TENANT, "ana")
        assert found and found.id == "a:2"


async def test_what_is_forgotten_is_gone(opened):
    kept = KeptConversations(opened.database)
    await kept.learn(ANA)
    await kept.forget(TENANT, "a:1")
    await kept.forget(TENANT, "a:1")
    for each in (kept, KeptConversations(opened.database)):
        assert await each.find(TENANT, "ana") is None and await each.find(TENANT, "a:1") is None


async def test_with_a_team_its_channels_are_forgotten(opened):
    kept = KeptConversations(opened.database)
    other = Conversation(TENANT, "19:other@thread.tacv2", AT, team="19:another-team")
    for each in (CHANNEL, ANA, other):
        await kept.learn(each)
    await kept.forget(TENANT, "19:team")
    for each in (kept, KeptConversations(opened.database)):
        assert await each.find(TENANT, CHANNEL.id) is None
        assert await each.find(TENANT, other.id) == other and await each.find(TENANT, "ana") == ANA


async def test_what_is_known_asks_no_database(opened):
    kept = KeptConversations(opened.database)
    await kept.learn(CHANNEL)
    asked = []
    event.listen(
        opened.database.engine, "before_cursor_execute", lambda *each: asked.append(each[2])
    )
    await kept.learn(CHANNEL)
    assert await kept.find(TENANT, CHANNEL.id) == CHANNEL
    assert not asked
