"""The Teams door against a local Teams: post, edit, delete, name people and places."""

import time
from dataclasses import dataclass

import pytest

from bot.errors import InDoubt, NotNow, Refused
from bot.findings import Looked
from bot.speech import Place, Post, card, plain
from bot.teams.client import Connector
from bot.teams.conversations import Conversation
from bot.teams.door import TeamsDoor
from bot.teams.people import read_profile
from bot.teams.tokens import FixedToken
from tests.teams.connector import Chat, Person, Teams, connector
from tests.teams.remembered import Remembered


def rendered(shown, place):
    return {"type": "message", "text": plain(shown.elements)}


@dataclass
class Site:
    teams: Teams
    door: TeamsDoor
    known: Remembered
    ana: Person
    general: Chat
    channel: Chat

    def post(self, words: str, place: Place | None = None, **more) -> Post:
        where = place or Place("teams", "tenant-1", self.channel.id)
        return Post("k" * 32, where, card(words), **more)

    def to(self, person: Person) -> Place:
        return Place("teams", "tenant-1", person.aad, direct=True)

    def made(self):
        return [c.body for c in self.teams.log if c.path.endswith("/v3/conversations")]


@pytest.fixture
async def site():
    async with connector() as teams:
        ana = teams.person("Ana Ortiz")
        general, channel = teams.team("Bay", ["learning-call"], [ana])
        url = teams.service_url
        known = Remembered(
            *(Conversation("tenant-1", c.id, url, team=c.team) for c in (general, channel))
        )
        calls = Connector(FixedToken(), loopback=True)
        door = TeamsDoor(calls, known, bot_id="app-1", render=rendered, clock=url)
        yield Site(teams, door, known, ana, general, channel)
        await door.close()


def words(chat: Chat) -> list[str]:
    return [each.activity["text"] for each in chat.shown]


async def test_a_post_is_sent_answered_in_its_thread_changed_and_taken_away(site):
    sent = await site.door.send(site.post("agenda"))
    reply = await site.door.send(site.post("page 2", thread=sent))
    assert [(m.id, m.root) for m in site.channel.shown] == [(sent, sent), (reply, sent)]
    for _ in range(2):
        await site.door.change(site.post("better", sent=sent))
    await site.door.change(site.post("page two", sent=reply, thread=sent))
    assert words(site.channel) == ["better", "page two"]
    for _ in range(2):
        await site.door.delete(site.post("").place, reply)
    assert words(site.channel) == ["better"]


async def test_what_was_sent_cannot_be_found(site):
    assert await site.door.find(site.post("agenda"), None) is None
    assert site.teams.log == []


async def test_a_person_is_written_to_once_their_id_was_seen(site):
    await site.door.people("tenant-1", site.channel.id)
    for text in ("first", "second"):
        await site.door.send(site.post(text, site.to(site.ana)))
    assert words(site.teams.direct(site.ana)) == ["first", "second"]
    (asked,) = site.made()
    assert asked["members"] == [{"id": site.ana.id}]
    assert (asked["isGroup"], asked["tenantId"]) == (False, "tenant-1")
    assert asked["bot"] == {"id": "28:app-1"}


async def test_a_person_whose_id_was_never_seen_is_tried_by_their_entra_id(site):
    await site.door.send(site.post("hello", site.to(site.ana)))
    assert words(site.teams.direct(site.ana)) == ["hello"]


async def test_reading_people_again_keeps_the_1_to_1_that_is_there(site):
    await site.door.people("tenant-1", site.channel.id)
    await site.door.send(site.post("first", site.to(site.ana)))
    await site.door.people("tenant-1", site.channel.id)
    await site.door.send(site.post("second", site.to(site.ana)))
    assert len(site.made()) == 1


async def test_a_1_to_1_that_teams_knows_no_more_is_made_again(site):
    old = Conversation("tenant-1", "a:old", site.teams.service_url, site.ana.aad, site.ana.id)
    await site.known.learn(old)
    await site.door.send(site.post("hello", site.to(site.ana)))
    assert words(site.teams.direct(site.ana)) == ["hello"]
    assert (await site.known.find("tenant-1", site.ana.aad)).id != "a:old"


async def test_a_1_to_1_that_cannot_be_made_is_no_doubt(site):
    site.teams.lose_answer(path="/v3/conversations")
    with pytest.raises(NotNow):
        await site.door.send(site.post("hello", site.to(site.ana)))
    site.ana.reachable = False
    with pytest.raises(Refused) as said:
        await site.door.send(site.post("hello", site.to(site.ana)))
    assert said.value.of == "place"


async def test_an_unknown_place_is_refused_with_a_mend(site):
    for place in (
        Place("teams", "tenant-1", "19:nowhere@thread.tacv2"),
        Place("teams", "tenant-2", "aad-nobody", direct=True),
    ):
        with pytest.raises(Refused) as said:
            await site.door.send(site.post("x", place))
        assert (said.value.reason, said.value.of) == ("conversation_unknown", "place")
        assert "add Homeroom to that team or chat again" in said.value.mend
    with pytest.raises(Refused):
        await site.door.people("tenant-1", "19:nowhere@thread.tacv2")


async def test_a_channel_that_the_bot_was_removed_from(site):
    site.teams.remove_bot(site.channel)
    with pytest.raises(Refused) as said:
        await site.door.send(site.post("agenda"))
    assert (said.value.reason, said.value.of) == ("BotNotInConversationRoster", "place")


async def test_an_administrator_may_turn_it_off_for_one_person_or_for_all(site):
    site.teams.fail(403, "BotDisabledByAdmin", path="/activities", times=2)
    for place, of in ((site.to(site.ana), "place"), (None, "workspace")):
        with pytest.raises(Refused) as said:
            await site.door.send(site.post("x", place))
        assert said.value.of == of


async def test_a_lost_answer_is_in_doubt_and_one_message(site):
    site.teams.lose_answer(path="/activities")
    with pytest.raises(InDoubt):
        await site.door.send(site.post("agenda"))
    site.teams.garble(b'{"ok": true}', path="/activities")
    with pytest.raises(InDoubt):
        await site.door.send(site.post("again"))
    assert words(site.channel) == ["agenda", "again"]


async def test_a_database_that_is_away_means_not_now(site):
    async def away(*_):
        raise RuntimeError("no database")

    site.known.find = away
    with pytest.raises(NotNow):
        await site.door.send(site.post("agenda"))
    with pytest.raises(NotNow):
        await site.door.people("tenant-1", site.channel.id)


async def test_a_card_that_cannot_be_rendered_is_refused(site):
    def fails(shown, place):
        raise ValueError("too long")

    site.door._render = fails
    with pytest.raises(Refused) as said:
        await site.door.send(site.post("agenda"))
    assert said.value.of == "post"


async def test_people_page_by_page(site):
    site.teams.page = 2
    site.channel.members += [site.teams.person(f"Person {n}") for n in range(4)]
    site.channel.members.append(site.teams.person("Gus Guest", role="guest"))
    found = await site.door.people("tenant-1", site.channel.id)
    assert [each.name for each in found][0::5] == ["Ana Ortiz", "Gus Guest"]
    assert found[0].person == site.ana.aad
    assert [each.guest for each in found] == [False] * 5 + [True]
    assert {each.zone for each in found} == {""}


def test_profiles_with_half_of_what_there_should_be():
    bot = read_profile({"id": "28:app", "name": "Homeroom"})
    assert bot.bot
    odd = read_profile({"id": "29:x", "aadObjectId": "aad", "givenName": "Bo", "surname": None})
    assert (odd.person, odd.name, odd.guest) == ("aad", "Bo", False)
    assert read_profile({"id": 3}).person == ""


async def test_channels_and_their_names(site):
    assert await site.door.look("tenant-1", site.general.id) == Looked("General")
    assert await site.door.look("tenant-1", site.channel.id) == Looked("learning-call")
    chat = Conversation("tenant-1", "19:c@thread.v2", site.teams.service_url, name="Coaches")
    await site.known.learn(chat)
    assert await site.door.look("tenant-1", chat.id) == Looked("Coaches")


async def test_a_group_chat_has_no_threads(site):
    group = site.teams.group("coaches", [site.ana])
    url = site.teams.service_url
    await site.known.learn(Conversation("tenant-1", group.id, url))
    place = Place("teams", "tenant-1", group.id)
    first = await site.door.send(site.post("one", place))
    await site.door.send(site.post("two", place, thread=first))
    assert words(group) == ["one", "two"]


async def test_the_time(site):
    assert abs((await site.door.time()).timestamp() - time.time()) < 3
