"""What somebody with a doctored client, another key of the bot's, or too much time tries."""

import asyncio
import base64
import copy
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest
import structlog

from bot import speech
from bot.asking import not_saved
from bot.errors import NotNow, Refusal, Refused
from bot.links import find_links
from bot.speech import Place, card, is_web_address
from bot.teams.client import Connector, activities
from bot.teams.failures import failed
from bot.teams.html import links_in, plain_html
from bot.teams.pointed import pointed_message
from bot.teams.render_card import activity
from bot.teams.said import Carried, carry
from bot.teams.spoken import words_of
from bot.teams.tokens import FixedToken
from tests.databases import Template
from tests.slack.toys import ASK_AGAIN, SAVED
from tests.teams.conftest import School
from tests.teams.connector import Teams
from tests.teams.program import Program, program
from tests.teams.seen import message_text
from tests.teams.test_arrivals import FOLDER, needs_payloads

SHARED = "share https://example.org/talks It got them talking"
OURS = Place("teams", "tenant-1", "a:1", direct=True)


@pytest.fixture
async def here(tmp_path: Path, template: Template, teams: Teams) -> AsyncIterator[Program]:
    async with program(tmp_path, template, teams) as made:
        yield made


# -- time and memory ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "reads",
    [
        lambda: words_of({"text": "<at>" * 10_000}),
        lambda: words_of({"text": "<at>x</at" * 10_000}),
        lambda: words_of({"text": "<at " * 10_000}),
        lambda: plain_html("<div>" * 12_000),
        lambda: plain_html("<i><p></b>" * 6_000),
        lambda: links_in("<a href=https://x.org><div>" * 2_500),
        lambda: find_links("https://a" + ")" * 200_000),
        lambda: find_links("https://a" + "." * 200_000),
        lambda: activity(not_saved("a\n" * 20_000), OURS, lambda _words: False),
    ],
)
def test_long_and_odd_texts_hold_nobody_up(reads: Callable[[], object]) -> None:
    began = time.thread_time()
    reads()
    assert time.thread_time() - began < 0.4  # each took from half a second to half a minute


def test_what_is_never_shown_is_counted() -> None:
    made = activity(not_saved("ab\n" * 20_000), OURS, lambda _words: False)
    note = made["attachments"][0]["content"]["body"][-1]["text"]
    lines, letters = (int(each.replace(",", "")) for each in note.split() if each[0].isdigit())
    assert 19_000 < lines < 20_001 and 57_000 < letters < 60_001


def test_what_is_nested_too_deeply_is_still_read() -> None:
    markup = "<div>" * 600 + "see https://x.org" + "</div>" * 600
    assert plain_html(markup) == "see https://x.org"
    rows = "<table>" + "<tr><td>a<br>b</td></tr>" * 2_000 + "</table>"
    assert plain_html(rows).count("a") == 2_000
    assert plain_html("a<br>" * 2_000).count("\n") == 1_999


def test_long_addresses_are_not_remembered() -> None:
    before = speech._is_address.cache_info().misses
    assert not is_web_address("https://x.org/" + "a" * 100_000)
    assert speech._is_address.cache_info().misses == before


def test_a_message_with_thousands_of_links() -> None:
    links = "".join(f'<a href="https://x.org/{n}">x</a>' for n in range(1_000))
    payload = {"id": "1", "body": {"contentType": "html", "content": links}}
    message = pointed_message({"value": {"messagePayload": payload}})
    assert message and len(message.links) == 100


def test_a_wait_of_years_is_an_hour() -> None:
    for told in ("inf", "1e300", "999999999"):
        problem = failed(429, {"Retry-After": told}, b"")
        assert isinstance(problem, NotNow) and problem.seconds <= 3600 * 1.25


async def test_a_connector_that_takes_nothing_for_a_minute(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr("bot.teams.client.asyncio.sleep", sleep)
    school.heard.reply = SAVED
    school.teams.fail(429, "Throttled", headers={"Retry-After": "60"})
    assert (await school.ben.says(school.ben.direct(), "agenda")).text == "Saved for Tuesday."
    assert len(waits) == 1 and waits[0] >= 60
    school.teams.fail(429, "Throttled", headers={"Retry-After": "60"}, times=99)
    await school.ben.says(school.ben.direct(), "agenda")
    assert 60 <= sum(waits[1:]) <= 150


async def test_it_stops_while_teams_lets_it_wait(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.teams.app.LAST_CALLS", 0.1)
    school.heard.reply = SAVED
    school.teams.fail(429, "Throttled", headers={"Retry-After": "60"}, times=99)
    head = {"authorization": f"Bearer {school.teams.token()}"}
    told = school.ben.activity(school.ben.direct(), "agenda")
    await school.http.post("/api/messages", json=told, headers=head)
    async with asyncio.timeout(5):
        await school.app.close()


# -- who speaks -----------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", ["directline", "webchat", "emulator", "", None, 7, "MSTEAMS"])
async def test_another_channel_of_the_bot_is_not_teams(channel: object, here: Program) -> None:
    """Whoever writes there says themselves who they are: here, the host."""
    here.teams.endorsed = None
    before = here.rows()
    told = here.ana.activity(here.ana.direct(), SHARED, channelId=channel)
    seen = await here.ana.send(here.ana.direct(), told)
    assert (seen.status, seen.text) == (403, "Only Microsoft Teams is heard.")
    assert here.rows() == before


async def test_a_token_of_brackets(here: Program) -> None:
    for odd in ("[" * 20_000, '{"alg":' * 5_000, '{"alg":["RS256"]}', '{"alg":"RS256","kid":[]}'):
        head = base64.urlsafe_b64encode(odd.encode()).decode().rstrip("=")
        shown = {"authorization": f"Bearer {head}.e30.e30"}
        said = await here.http.post("/api/messages", content=b"{}", headers=shown)
        assert said.status_code == 401


async def test_what_local_work_learned_is_never_called_with_a_real_token(teams: Teams) -> None:
    strict = Connector(FixedToken("secret"))
    for address in (
        teams.service_url,
        "https://127.0.0.1:1/",
        "https://localhost/",
        "https://[::1]/",
    ):
        with pytest.raises(Refused):
            await strict.call("POST", address, activities("19:x"), {})
    assert strict.may_call("https://smba.trafficmanager.net/amer/")


@pytest.mark.parametrize("odd", ["..", ".", ""])
async def test_an_id_that_leads_elsewhere(odd: str, school: School) -> None:
    calls = Connector(FixedToken(), loopback=True)
    for path in ((odd, ""), ("19:x", odd)):
        if path[0] == "19:x" and not odd:
            continue  # posts a new message
        with pytest.raises(Refused):
            await calls.call("PUT", school.teams.service_url, activities(*path), {})
    assert not school.teams.log
    await calls.close()


# -- what is pressed ------------------------------------------------------------------------------


async def test_nobody_changes_what_somebody_else_reads(school: School) -> None:
    """Ben names the message that only Ana sees as the one whose button he pressed."""
    school.heard.reply = ASK_AGAIN
    asked = await school.ana.mentions(school.group, "share")
    (hers,) = school.posts(school.group)
    school.heard.reply = card("Ben's own secret", instead=True)
    value = {"action": {"verb": "say", "data": carry(Carried("share"))}}
    seen = await school.ben.invoke(school.group, "adaptiveCard/action", value, hers)
    assert not hers.edited
    assert message_text(hers) == asked.text
    assert "Ben's own secret" in seen.text
    assert [each.target for each in school.posts(school.group)] == [
        school.ana.person.id,
        school.ben.person.id,
    ]


async def test_what_a_form_would_do_is_not_done_by_showing_it_again(school: School) -> None:
    """The form is not remembered, and its words open none: they are not said a second time."""
    school.heard.reply = Refusal("No.")
    data = carry(Carried("withdraw 5", "0123")) | {"typed:why": "many words"}
    value = {"action": {"verb": "send", "data": data}}
    seen = await school.ben.invoke(school.group, "adaptiveCard/action", value)
    assert "No." in seen.text and "many words" in seen.text
    assert [each.words for each in school.heard.asked] == ["withdraw 5"]


async def test_a_short_answer_shows_what_was_typed_as_it_is(school: School) -> None:
    school.heard.reply = card("Saved", summary="Saved \u202egnp.exe <at>all</at> {{DATE(x)}}")
    value = {"action": {"verb": "say", "data": carry(Carried("agenda"))}}
    seen = await school.ben.invoke(school.weekly, "adaptiveCard/action", value)
    said = seen.answer["value"]
    assert "\u202e" not in said and "<at>" not in said and "{{" not in said


# -- anything at all -------------------------------


NASTY: list[Any] = [None, True, 0, -1, 2**63, 1e308, [], {}, [None], {"id": {}}, "", "\0", ".."]
NASTY += [
    "\u202e",
    "<at>Homeroom</at>",
    "{{DATE(x)}}",
    "👨‍👩‍👧‍👦" * 500,
    "a" * 60_000,
    "\n" * 5_000,
    "²",
]


def pieces(part: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value in a piece of JSON."""
    if isinstance(part, dict):
        inner = list(part.items())
    else:
        inner = list(enumerate(part)) if isinstance(part, list) else []
    return [at] * bool(at) + [way for name, each in inner for way in pieces(each, (*at, name))]


def spoilt(activity: Any, random: Random) -> Any:
    """An activity with some of it left out, or with something odd in its place."""
    made = copy.deepcopy(activity)
    for way in random.sample(pieces(made), 3):
        part = made
        with suppress(KeyError, IndexError, TypeError):  # it is gone by now
            for name in way[:-1]:
                part = part[name]
            if random.random() < 0.3:
                del part[way[-1]]
            else:
                part[way[-1]] = copy.deepcopy(random.choice(NASTY))
    return made | {"serviceUrl": activity["serviceUrl"]}


@needs_payloads
async def test_spoilt_activities_are_answered_calmly(here: Program) -> None:
    random = Random(3)  # noqa: S311 - no secret
    before = here.rows()
    recorded = [json.loads(file.read_text())["payload"] for file in sorted(FOLDER.glob("*.json"))]
    head = {"authorization": f"Bearer {here.teams.token()}"}
    value = {"action": {"verb": "say", "data": carry(Carried("checkin 1", "0123"))}}
    pressed = here.ben._activity(here.weekly, "invoke", name="adaptiveCard/action", value=value)
    with structlog.testing.capture_logs() as logs:
        for each in (*recorded, *[pressed] * 5) * 15:
            tenant = {"tenantId": here.teams.tenant, "tenant": {"id": here.teams.tenant}}
            told = each | {"serviceUrl": here.teams.service_url, "channelData": tenant}
            told["conversation"] = each["conversation"] | tenant
            said = await here.http.post("/api/messages", json=spoilt(told, random), headers=head)
            assert said.status_code in (200, 400, 403, 501), told
        await here.app.later.settled()
    wrong = {each["event"] for each in logs if each["log_level"] in ("warning", "error")}
    assert wrong <= {"a reply did not reach its platform"}  # some were said nowhere
    after = here.rows()
    changed = {name for name in before if before[name] != after[name]}
    greeted = {"wish", "outbox", "lane"}  # whoever is new is told what is kept of them
    assert changed <= {"conversation", "member", "identity", "workspace", "mark"} | greeted


# -- what Teams may send --------------------------------------------------------------------------


async def test_half_an_emoji_is_no_reason_for_silence(school: School) -> None:
    """Something cut a text in the middle of it."""
    school.heard.reply = SAVED
    told = json.dumps(school.ben.activity(school.ben.direct(), "agenda"))
    body = told.replace('"Ben Osei"', '"Ben \\ud83d"').encode()
    head = {"authorization": f"Bearer {school.teams.token()}"}
    said = await school.http.post("/api/messages", content=body, headers=head)
    assert said.status_code == 200
    assert [(each.words, each.who.name) for each in school.heard.asked] == [("agenda", "Ben ?")]


async def test_a_name_without_end(school: School) -> None:
    told = school.ben.activity(school.ben.direct(), "agenda")
    told["from"]["name"] = " \0\u202eBen\x07 " + "n" * 60_000
    await school.ben.send(school.ben.direct(), told)
    (asked,) = school.heard.asked
    assert asked.who.name.startswith("Ben n") and len(asked.who.name) == 120


async def test_a_channels_name_without_end(school: School) -> None:
    told = school.ben.activity(school.weekly, "agenda")
    told["channelData"]["channel"]["name"] = "\0Week\u202ely " + "n" * 60_000
    await school.ben.send(school.weekly, told)
    known = await school.conversations.find("tenant-1", school.weekly.id)
    assert known and known.name.startswith("Weekly n") and len(known.name) == 120


@pytest.mark.parametrize("kind", ["message", "invoke", "conversationUpdate", "event", "x" * 9000])
async def test_values_of_any_depth(kind: str, school: School) -> None:
    """An activity without an id is known by what it says, which is written down for that."""
    head = {"authorization": f"Bearer {school.teams.token()}"}
    told: dict[str, Any] = school.ben.activity(school.ben.direct(), "")
    told |= {"type": kind, "id": None, "name": "task/submit", "value": "DEEP", "text": ""}
    for depth in (*range(20, 1_000, 40), 5_000):
        deep = '{"data":' * depth + json.dumps(carry(Carried("agenda"))) + "}" * depth
        body = json.dumps(told).replace('"DEEP"', deep).encode()
        said = await school.http.post("/api/messages", content=body, headers=head)
        assert said.status_code in (200, 400), depth
