"""Who is heard, and what words are theirs."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.speech import File, Incoming, Place, Who
from bot.teams import arrivals
from bot.teams.html import links_in, plain_html
from bot.teams.overheard import overheard
from bot.teams.pointed import pointed_message
from bot.teams.said import Carried, carry

FOLDER = Path(__file__).parents[3] / "shared/data/teams-payloads/activities"
needs_payloads = pytest.mark.skipif(not FOLDER.is_dir(), reason="the recorded payloads are away")

BOT = "28:bot"
READERS = (
    overheard,
    arrivals.heard,
    arrivals.sent,
    arrivals.asked,
    arrivals.searched,
    arrivals.joined,
    arrivals.spoken,
    arrivals.takes_out,
    pointed_message,
)


def told(**more: Any) -> dict[str, Any]:
    """A message in our 1:1 with Ben."""
    return {
        "type": "message",
        "id": "m1",
        "serviceUrl": "https://smba.example/",
        "from": {"id": "29:ben", "aadObjectId": "aad-ben", "name": "Ben"},
        "recipient": {"id": BOT, "name": "Homeroom"},
        "conversation": {"id": "a:1", "conversationType": "personal", "tenantId": "t1"},
        **more,
    }


def in_channel(text: str = "", own: str = "m1", root: str = "m1", **more: Any) -> dict[str, Any]:
    """A message in a channel that mentions us."""
    where = {"id": f"19:c@thread.tacv2;messageid={root}", "conversationType": "channel"}
    return told(
        id=own,
        text=text,
        conversation={**where, "tenantId": "t1"},
        entities=[mention(BOT, "Homeroom")],
        **more,
    )


def mention(own: str, name: str) -> dict[str, Any]:
    return {"type": "mention", "mentioned": {"id": own, "name": name}, "text": f"<at>{name}</at>"}


def rich(content: str) -> dict[str, Any]:
    return {"attachments": [{"contentType": "text/html", "content": content}]}


def span(name: str, number: int) -> str:
    kind = "http://schema.skype.com/Mention"
    return f'<span itemtype="{kind}" itemscope="" itemid="{number}">{name}</span>'


def heard(activity: dict[str, Any]) -> Incoming:
    found = arrivals.heard(activity)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("share https://x.org why", "share https://x.org why"),
        ("/learn share it", "share it"),
        ("/share it", "share it"),
        ("/learn", ""),
        ("/LEARN find it", "find it"),
        ("/homeroom find it", "find it"),
        ("/Homeroom", ""),
        ("/learners", "learners"),
        ("/ 5", "/ 5"),
        ("", ""),
        ("a\r\nb\xa0c", "a\nb c"),
        ("<at>Homeroom</at> share it", "@Homeroom share it"),  # nobody was mentioned by it
        ("a < b & c", "a < b & c"),
    ],
)
def test_the_words_of_a_direct_message(text: str, words: str) -> None:
    said = heard(told(text=text))
    assert (said.words, said.how) == (words, "direct")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<at>Homeroom</at> share it", "share it"),
        ("<at>Homeroom</at>", ""),
        ("Look! <at>Homeroom</at> share it", "share it"),
        ("share it <at>Homeroom</at>", "share it"),
        ("<at>Homeroom</at> /learn share it", "share it"),
        ("<at id='0'>Homeroom</at>\xa0checkin\nline two", "checkin\nline two"),
    ],
)
def test_the_words_of_a_mention(text: str, words: str) -> None:
    said = heard(in_channel(text))
    assert (said.words, said.how) == (words, "mention")


def test_others_who_are_mentioned_keep_their_names() -> None:
    others = [mention("29:ana", "Ana"), mention(BOT, "Homeroom"), mention("29:home", "Homeroom")]
    text = "<at>Ana</at> <at>Homeroom</at> ask <at>Homeroom</at> to stay"
    said = heard(in_channel(text) | {"entities": others})
    assert said.words == "ask @Homeroom to stay"


def test_a_name_that_was_split_is_known_by_what_is_shown() -> None:
    """Teams marks a shortened name twice, with one entity."""
    content = f"<p>{span('Homeroom', 0)} ask {span('Ana', 1)} {span('Ruiz', 1)}</p>"
    entities = [mention(BOT, "Homeroom"), mention("29:ana", "Ana Ruiz")]
    said = heard(in_channel("…", **rich(content)) | {"entities": entities})
    assert said.words == "ask @Ana @Ruiz"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            'share <a href="https://x.org/a?b=1&amp;c">the guide</a> why',
            "share https://x.org/a?b=1&c why",
        ),
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("<div>one<br>two</div>", "one\ntwo"),
        ("a &lt; b &amp; c", "a < b & c"),
        ("<ul><li>one</li><li>two</li></ul>", "one\ntwo"),
        ('good <img itemtype="http://schema.skype.com/Emoji" alt="🙂">', "good 🙂"),
        ('good <emoji alt="🙂"></emoji>', "good 🙂"),
        ('<a href="mailto:a@x.org">a@x.org</a>', "a@x.org"),
        ('<a href="javascript:alert(1)">here</a>', "here"),
        ("<script>alert(1)</script>share it", "share it"),
        (
            '<blockquote itemscope itemtype="http://schema.skype.com/Reply"><p>before</p>'
            "</blockquote><p>share it</p>",
            "share it",
        ),
        ("<b>" * 20_000 + "deep", "deep"),
        ("", "plain"),
        ("<p></p>", "plain"),
    ],
)
def test_rich_text_is_read_with_its_links(content: str, words: str) -> None:
    assert heard(told(text="plain", **rich(content))).words == words


def test_a_card_put_into_a_message_is_no_word() -> None:
    place = (
        '\n<span class="inline-compose-card" itemid="0"'
        ' itemtype="http://schema.skype.com/InputExtension">\n'
        '  <span content="0" itemprop="cardId"></span>\n</span>\n'
    )
    assert heard(told(text=place)).words == ""
    assert heard(told(text=f"find this {place}")).words == "find this"


def test_links_of_a_message_keep_their_words() -> None:
    markup = '<a href="https://x.org">the guide</a>, <a href="https://y.org/">y.org</a>'
    assert plain_html(markup, labels=True) == "the guide (https://x.org), https://y.org/"
    assert links_in(markup) == ["https://x.org", "https://y.org/"]


@pytest.mark.parametrize(
    "activity",
    [
        in_channel("hi") | {"entities": []},
        in_channel("hi") | {"entities": [mention("29:ana", "Homeroom")]},
        told(text="hi") | {"from": {"id": BOT}},
        told(text="hi") | {"from": {"id": "28:another-bot"}},
        told(text="hi") | {"from": {}},
        told(text="hi") | {"from": None},
        told(text="hi") | {"conversation": {"id": "a:1", "conversationType": "personal"}},
        told(value={"homeroom": {"v": 0, "says": "share"}}),
        told(value={"actionId": "info"}),
        told(value=carry(Carried(""))),
        {},
    ],
)
def test_what_is_not_said_to_us(activity: dict[str, Any]) -> None:
    assert arrivals.heard(activity) is None


@pytest.mark.parametrize(
    ("own", "root", "more", "thread"),
    [
        ("m1", "m1", {}, ""),
        ("m2", "m1", {}, "m1"),
        ("m2", "m1", {"replyToId": "m1"}, "m1"),
        ("f:1", "m1", {"replyToId": "m1", "value": carry(Carried("share"))}, ""),
        ("f:1", "m1", {"replyToId": "m2", "value": carry(Carried("share"))}, "m1"),
    ],
)
def test_where_it_is_said(own: str, root: str, more: dict[str, Any], thread: str) -> None:
    said = heard(in_channel("" if more.get("value") else "hi", own, root, **more))
    assert said.place == Place("teams", "t1", "19:c@thread.tacv2", thread)
    assert said.delivery == f"19:c@thread.tacv2;messageid={root}:{own}"


def test_who_says_it() -> None:
    entity = {"type": "clientInfo", "timezone": "Europe/Rome"}
    said = heard(told(text="hi", entities=[entity]))
    assert said.who == Who("teams", "t1", "aad-ben", "Ben", "Europe/Rome")
    said = heard(told(text="hi", localTimezone="America/Chicago", entities=[entity]))
    assert said.who.zone == "America/Chicago"
    guest = told(text="hi") | {"from": {"id": "29:guest"}}
    assert heard(guest).who.person == "29:guest"
    elsewhere = {"tenant": {"id": "T2"}}
    assert arrivals.tenants_of(told(channelData=elsewhere)) == {"t1", "t2"}
    shared = in_channel("hi")
    shared["from"] = {"id": "29:dee", "aadObjectId": "aad-dee", "tenantId": "t2"}
    said = heard(shared)
    assert (said.who.workspace, said.place.workspace) == ("t2", "t1")


def test_an_invoke_without_an_id_is_known_by_what_it_says() -> None:
    def said(value: Any, at: str = "1") -> str:
        invoke = told(type="invoke", id=None, name="task/submit", timestamp=at)
        found = arrivals.sent(invoke | {"value": {"data": carry(Carried(value))}})
        assert found is not None
        return found.delivery

    assert said("share") == said("share")
    assert len({said("share"), said("ask"), said("share", "2")}) == 3


def test_what_is_typed_into_a_form() -> None:
    data = {**carry(Carried("share", "digest")), "typed:note": "why", "choices:days": "mon,tue"}
    for value in ({"data": data}, {"action": {"verb": "send", "data": data}}):
        said = arrivals.sent(told(type="invoke", name="x", value=value))
        assert said is not None
        assert (said.words, said.how) == ("share", "form")
        assert said.values == {"note": "why", "days": ["mon", "tue"]}
    said = heard(told(value=data))
    assert (said.how, said.values) == ("form", {"note": "why", "days": ["mon", "tue"]})


def test_a_search_between_two_people_is_not_our_own_chat() -> None:
    theirs = {"id": "19:a_b@unq.gbl.spaces", "conversationType": "personal", "tenantId": "t1"}
    asked = told(type="invoke", name="composeExtension/query", conversation=theirs)
    said = arrivals.searched(asked | {"value": {"parameters": [{"name": "q", "value": " a "}]}})
    assert said is not None
    assert (said.words, said.place.direct) == ("look a", False)
    pressed = {**asked, "name": "task/fetch", "value": {"data": carry(Carried("share"))}}
    said = arrivals.sent(pressed)
    assert said is not None
    assert not said.place.direct


def test_a_message_action_names_its_message() -> None:
    payload = {
        "id": "m7",
        "linkToMessage": "https://teams.microsoft.com/l/message/19:c/m7",
        "body": {
            "contentType": "html",
            "content": '<at id="0">Ana</at> <a href="https://x.org">x</a>',
        },
        "from": {"user": {"id": "aad-ana", "displayName": "Ana"}},
        "attachments": [
            {"contentType": "reference", "contentUrl": "https://files.example/a", "name": "a.docx"}
        ],
    }
    value = {"commandId": "save", "commandContext": "message", "messagePayload": payload}
    said = arrivals.asked(told(type="invoke", name="composeExtension/fetchTask", value=value))
    assert said is not None
    assert said.message is not None
    assert (said.words, said.how, said.message.id) == ("save", "shortcut", "m7")
    assert said.message.text == "@Ana x (https://x.org)"
    assert said.message.links == ("https://x.org",)
    assert said.message.files == (File("a.docx", "https://files.example/a"),)
    assert (said.message.author, said.message.permalink) == ("aad-ana", payload["linkToMessage"])


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("html", "<p>See https://x.org/a?b=1&amp;c=2.</p>"),
        ("text", "See https://x.org/a?b=1&c=2."),
    ],
)
def test_an_address_that_nobody_marked_is_a_link(kind: str, content: str) -> None:
    payload = {"id": "m7", "body": {"contentType": kind, "content": content}}
    value = {"commandId": "save", "commandContext": "message", "messagePayload": payload}
    said = arrivals.asked(told(type="invoke", name="composeExtension/fetchTask", value=value))
    assert said is not None
    assert said.message is not None
    assert said.message.links == ("https://x.org/a?b=1&c=2",)


# -- any shape ------------------------------------------------------------------------------------

KNOWN = [
    *("type", "id", "from", "recipient", "conversation", "text", "entities", "attachments"),
    *("value", "data", "action", "homeroom", "v", "says", "form", "messagePayload", "body"),
    *("content", "contentType", "mentioned", "name", "tenantId", "channelData", "tenant", "team"),
    *("parameters", "membersAdded", "commandId", "typed:a", "choices:b", "isTargeted", "mention"),
]
shapes = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(KNOWN),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(KNOWN) | st.text(max_size=3), inner, max_size=8)
    ),
    max_leaves=25,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(KNOWN), shapes), st.sampled_from(READERS))
def test_no_shape_makes_it_stumble(odd: dict[str, Any], reader: Any) -> None:
    reader(odd)
    for base in (told(text="hi"), in_channel("hi"), told(type="invoke")):
        reader({**base, **odd})


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_no_markup_makes_it_stumble(markup: str) -> None:
    plain_html(markup, labels=True)
    links_in(f"<p>{markup}<a href={markup}>{markup}")


# -- recorded -------------------------------------------------------------------------------------

TENANT = "a1b2c3d4-e5f6-7890-abcd-ef1234567890"
ENTRA = "00000000-1111-2222-3333-444444444444"
CHANNEL = "19:d441d38c655c47a085215b2726e76927@thread.tacv2"
OWN = (
    "a:17NditBRO5pbPlIimLiU0g7vfMqIYTPwqILZJq-TOhzzKiAmv2i6Oerr-QPUpuznpKMZ"
    "inowF80qU8SFPCsvZlg3EpJU8FYt3rO-iSCFfYzIIk2STWat73naOa8x5LdSv"
)
MEANS = {
    "01": ("Hey", "mention", CHANNEL, ""),
    "03": ("Hey", "mention", CHANNEL, ""),
    "05": ("Hey", "mention", CHANNEL, ""),
    "07": ("Hey", "direct", OWN, ""),
    "08": ("Test", "mention", CHANNEL, ""),
    "11": ("AI What is love?", "mention", CHANNEL, ""),
    "15": ("test", "mention", CHANNEL, ""),
}
"""What is said to us; replies without a mention, a reaction and other bots' cards are not."""


def recorded() -> list[Path]:
    return sorted(FOLDER.glob("*.json")) if FOLDER.is_dir() else []


def payload(number: str) -> dict[str, Any]:
    found = next(each for each in recorded() if each.name.startswith(number))
    return dict(json.loads(found.read_text())["payload"])


@needs_payloads
def test_the_payloads_are_here() -> None:
    assert len(recorded()) == 16


@needs_payloads
@pytest.mark.parametrize("file", recorded(), ids=lambda file: file.stem)
def test_recorded_messages(file: Path) -> None:
    activity = payload(file.name[:2])
    found = arrivals.heard(activity) if activity["type"] == "message" else None
    expected = MEANS.get(file.name[:2])
    assert (found is not None) == (expected is not None)
    if found and expected:
        assert (found.words, found.how, found.place.channel, found.place.thread) == expected
        assert (found.who.workspace, found.who.name) == (TENANT, "Test User")
        assert found.who.person in (ENTRA, activity["from"]["id"])


@needs_payloads
def test_recorded_installations_are_one() -> None:
    both = [arrivals.joined(payload(number)) for number in ("13", "14")]
    assert both[0] is not None
    assert both[1] is not None
    assert both[0].delivery == both[1].delivery
    assert (both[0].words, both[0].how, both[0].place.channel) == ("welcome", "join", CHANNEL)
    assert both[0].who.person == ENTRA
