"""What goes wrong on Teams: the words that are read, and the rows before and after."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.teams.said import Carried, carry
from tests.databases import Template
from tests.teams.connector import Teams
from tests.teams.hands import Hands
from tests.teams.program import Program, program, reached
from tests.teams.seen import message_text

SHARED = "share https://example.org/talks It got them talking"


@pytest.fixture
async def here(tmp_path: Path, template: Template, teams: Teams) -> AsyncIterator[Program]:
    async with program(tmp_path, template, teams) as made:
        yield made


async def test_the_same_message_twice(here: Program) -> None:
    """Teams sends it again when our answer was late or lost."""
    activity = here.ben.activity(here.ben.direct(), SHARED)
    first = await here.ben.send(here.ben.direct(), activity)
    assert "Saved" in first.text
    saved = here.rows()
    assert saved["resource"] == 1
    again = await here.ben.send(here.ben.direct(), activity)
    assert (again.status, again.text) == (200, "")  # it was answered
    assert here.rows() == saved


async def test_the_same_message_twice_with_a_restart_between(here: Program) -> None:
    activity = here.ben.activity(here.ben.direct(), SHARED)
    await here.ben.send(here.ben.direct(), activity)
    saved = here.rows()
    async with here.again() as app, reached(app) as http:
        ben = Hands(here.teams, here.ben.person, http, app.later.settled)
        again = await ben.send(ben.direct(), activity)
    assert again.text == "I already have that: it was saved the first time."
    assert here.rows() == saved


async def test_the_same_form_twice(here: Program) -> None:
    opened = await here.ben.says(here.ben.direct(), "share")
    assert opened.form
    data = {**opened.form.sends()["data"], "typed:link": "https://example.org/a"}
    data["typed:why"] = "It got them talking"
    value = {"action": {"type": "Action.Execute", "verb": "send", "data": data}}
    name, on = "adaptiveCard/action", opened.messages[0]
    first = await here.ben.invoke(here.ben.direct(), name, value, on, id="f:same")
    assert "Saved" in first.text, first.text
    saved = here.rows()
    again = await here.ben.invoke(here.ben.direct(), name, value, on, id="f:same")
    assert "Saved" in again.text
    assert here.rows() == saved


@pytest.mark.parametrize(
    "name", ["", "fileConsent/invoke", "composeExtension/selectItem", "odd/💥"]
)
async def test_an_invoke_with_an_unknown_name(name: str, here: Program) -> None:
    before = here.rows("conversation")
    seen = await here.ben.invoke(here.weekly, name, {"data": {"a": 1}})
    assert seen.status == 501
    assert seen.text == f"Homeroom does not know “{name}”. Nothing was changed."
    assert here.rows("conversation") == before


@pytest.mark.parametrize("where", ["direct", "weekly"])
@pytest.mark.parametrize("data", [{"homeroom": {"v": 0, "says": SHARED}}, {"says": SHARED}])
async def test_a_card_from_an_older_version(
    data: dict[str, object], where: str, here: Program
) -> None:
    chat = here.ben.direct() if where == "direct" else here.weekly
    before = here.rows("conversation")
    said = "This is from an earlier version of me, so nothing was changed. Please type"
    for name, value in (
        ("adaptiveCard/action", {"action": {"verb": "say", "data": data}}),
        ("task/fetch", {"data": data}),
        ("task/submit", {"data": data}),
        ("composeExtension/submitAction", {"commandId": "save", "data": data}),
    ):
        seen = await here.ben.invoke(chat, name, value)
        assert seen.text.startswith(said)
        assert seen.status == 200
    pressed = await here.ben.send(chat, here.ben._activity(chat, "message", value=data))
    assert pressed.text.startswith(said)
    assert here.rows("conversation") == before


@pytest.mark.parametrize("with_token", [True, False])
async def test_malformed_json(with_token: bool, here: Program) -> None:
    before = here.rows()
    headers = {"authorization": f"Bearer {here.teams.token()}"} if with_token else {}
    for body in (b'{"type": "message", ', b"\xff", b"[" * 100_000):
        said = await here.http.post("/api/messages", content=body, headers=headers)
        told = (400, "The body is no JSON.") if with_token else (401, "A bearer token is missing.")
        assert (said.status_code, said.text) == told
    assert here.rows() == before


async def test_a_mention_in_a_group_chat_that_belongs_to_no_network(
    here: Program, teams: Teams
) -> None:
    cleo = teams.person("Cleo Stone")
    stranger = Hands(teams, cleo, here.http, here.app.later.settled)
    here.group.members.append(cleo)
    before = here.rows("conversation")
    seen = await stranger.mentions(here.group, SHARED)
    assert "You are not in a network here yet" in seen.text
    assert [each.target for each in here.ben.sees(here.group)] == []  # only Cleo reads it
    assert here.rows("conversation") == before
    own = await here.ben.mentions(here.group, SHARED)  # Ben is known: it goes into his network
    assert "Saved" in own.text


async def test_somebody_of_a_tenant_that_is_not_allowed(here: Program) -> None:
    before = here.rows()
    elsewhere = Hands(here.teams, here.ben.person, here.http, here.app.later.settled)
    elsewhere.tenant = "tenant-2"
    said = "I work for another organisation, so I may not answer you here. Nothing you wrote"
    for chat in (elsewhere.direct(), here.group):
        seen = await elsewhere.says(chat, SHARED)
        assert seen.text.startswith(said)
        assert (await elsewhere.searches(chat, "talks")).text.startswith(said)
        value = {"action": {"verb": "say", "data": carry_words(SHARED)}}
        asked = await elsewhere.invoke(chat, "adaptiveCard/action", value)
        assert asked.text.startswith(said)
        opened = await elsewhere.invoke(chat, "task/fetch", {"data": carry_words("share")})
        assert opened.text.startswith(said)
    assert not (await elsewhere.adds_bot(here.group)).text
    assert here.rows() == before


def carry_words(words: str) -> dict[str, object]:
    return carry(Carried(words))


async def test_a_guest_of_a_tenant_that_is_not_allowed(here: Program) -> None:
    """In a shared channel the conversation is ours, and the person is not."""
    before = here.rows()
    activity = here.ben.activity(here.weekly, SHARED)
    activity["from"]["tenantId"] = "tenant-2"
    seen = await here.ben.send(here.weekly, activity)
    assert seen.text.startswith("I work for another organisation")
    assert here.rows() == before


async def test_a_channel_the_app_was_removed_from(here: Program) -> None:
    await here.ana.mentions(here.weekly, "agenda")
    await here.ana.removes_bot(here.weekly)
    assert here.rows()["conversation"] == 0
    before = here.rows("conversation")
    # An old card stays pressable there; its answer finds its way to a chat of ours.
    value = {"action": {"verb": "say", "data": carry_words("help")}}
    seen = await here.ben.invoke(here.weekly, "adaptiveCard/action", value)
    assert seen.status == 200
    assert [message_text(m) for m in here.ben.sees(here.ben.direct())]
    assert here.rows("conversation") == before
    assert here.rows()["conversation"] == 1  # that chat, not the channel
    await here.settle()
    await here.settle()  # what is due in the channel waits, and its host is told why
    assert not here.ben.sees(here.weekly)
    told = [message_text(each) for each in here.ana.sees(here.ana.direct())]
    assert any("I am not in" in each for each in told), told


async def test_it_is_as_it_was_after_all_that(here: Program) -> None:
    """Nothing above keeps the door from answering."""
    for body in (b"{", b"[]", b'{"type":"message","serviceUrl":"x","from":{"id":7}}'):
        head = {"authorization": f"Bearer {here.teams.token()}"}
        await here.http.post("/api/messages", content=body, headers=head)
    assert "Saved" in (await here.ben.says(here.ben.direct(), SHARED)).text
