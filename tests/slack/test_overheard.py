"""What people say to each other in channels: what the door hears of it, and what it does not."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack import arrivals
from bot.slack.installations import Installation
from bot.speech import File, Incoming, Message, card
from tests.slack.conftest import Heard, Slack

HOME = Installation("T1", "xoxb", "UBOT", "BBOT", address="https://north.slack.com/")
LINK = "https://x.org/a?b=1&c=2"
MARKED = "<https://x.org/a?b=1&amp;c=2|the guide>"


def told(**event: Any) -> Incoming | None:
    """What an event in a channel says to the program."""
    base = {"type": "message", "channel": "C1", "channel_type": "channel", "user": "U1"}
    return arrivals.heard({"event_id": "Ev1", "event": {**base, "ts": "1.000001", **event}}, HOME)


def message(**event: Any) -> Message:
    found = told(**event)
    assert found is not None and found.message is not None
    return found.message


def changed(now: dict[str, Any], before: dict[str, Any] | None, **more: Any) -> Incoming | None:
    own = {"type": "message", "user": "U1", "ts": "1.000001"}
    edited = {"edited": {"user": "U1", "ts": "2.000001"}}
    event = {"message": {**own, **edited, **now}, "ts": "2.000002", **more}
    if before is not None:
        event["previous_message"] = {**own, **before}
    return told(subtype="message_changed", hidden=True, **event)


def test_a_message_with_a_link() -> None:
    found = told(text=f"See {MARKED}!", thread_ts="0.000009")
    assert found is not None
    assert (found.how, found.words, found.place.thread) == ("overheard", "overheard", "0.000009")
    said = message(text=f"See {MARKED}!", thread_ts="0.000009")
    assert (said.text, said.links, said.author) == (f"See the guide ({LINK})!", (LINK,), "U1")
    address = "https://north.slack.com/archives/C1/p1000001?thread_ts=0.000009&cid=C1"
    assert said.permalink == address
    assert said.at is not None and said.at.timestamp() == 1.000001


@pytest.mark.parametrize(
    "event",
    [
        {"text": "no link"},
        {"text": f"{MARKED}", "bot_id": "B1"},
        {"text": f"{MARKED}", "subtype": "bot_message", "bot_id": "B1"},
        {"text": f"{MARKED}", "user": "UBOT"},
        {"text": f"{MARKED}", "subtype": "channel_topic"},
        {"text": f"<@UBOT> share {MARKED}"},
        {"text": f"`{MARKED}` and ```\n{MARKED}\n```"},
        {"text": f"```{MARKED}"},
        {"text": "<https://[oops>"},
        {"text": "see <https://north.slack.com/archives/C1/p1000001>"},
        {"text": MARKED, "user": None},
        {"text": MARKED, "ts": None},
        {"text": MARKED, "channel": None},
        {"text": MARKED, "channel": "D1", "channel_type": "im", "subtype": "thread_broadcast"},
        {"text": "", "files": [{"id": "F1", "mode": "hidden_by_limit"}, 7]},
    ],
)
def test_what_is_not_overheard(event: dict[str, Any]) -> None:
    assert told(**event) is None or told(**event).how != "overheard"  # type: ignore[union-attr]


def test_links_in_code_are_examples_and_those_in_quotations_are_links() -> None:
    def part(kind: str, *elements: Any) -> dict[str, Any]:
        return {"type": kind, "elements": list(elements)}

    def link(url: str, **more: Any) -> dict[str, Any]:
        return {"type": "link", "url": url, **more}

    blocks = [
        part(
            "rich_text",
            part(
                "rich_text_section",
                link("https://a.org"),
                link("https://b.org", style={"code": True}),
            ),
            part("rich_text_preformatted", link("https://c.org")),
            part("rich_text_quote", link("https://d.org")),
            part("rich_text_list", part("rich_text_section", link("https://e.org"))),
        )
    ]
    said = message(text="`<https://f.org>`", blocks=blocks)
    assert said.links == ("https://a.org", "https://d.org", "https://e.org")


def test_what_was_passed_on_is_what_was_said_elsewhere() -> None:
    shared = {
        "is_share": True,
        "text": MARKED,
        "from_url": "https://north.slack.com/archives/C2/p1",
    }
    preview = {
        "title_link": "https://other.org",
        "from_url": "https://other.org",
        "text": "<https://z.org>",
    }
    said = message(text="Look", attachments=[shared, preview])
    assert said.links == (LINK,)
    assert "the guide" in said.text


def test_files_have_a_title_and_an_address() -> None:
    files = [
        {
            "title": "Plan",
            "name": "plan.pdf",
            "mimetype": "application/pdf",
            "permalink": "https://x.org/p",
        },
        {
            "title": "Deck",
            "is_external": True,
            "url_private": "https://docs.org/1",
            "permalink": "https://x.org/d",
        },
        {"name": "us.png", "mimetype": "image/png", "permalink": "https://x.org/i"},
    ]
    assert message(text="", subtype="file_share", files=files).files == (
        File("Plan", "https://x.org/p"),
        File("Deck", "https://docs.org/1"),
        File("us.png", "https://x.org/i", picture=True),
    )


def test_an_edit_and_what_only_looks_like_one() -> None:
    found = changed({"text": f"Better {MARKED}"}, {"text": f"Good {MARKED}"})
    assert found is not None and found.message is not None
    assert (found.words, found.message.id) == ("overheard edit", "1.000001")
    assert found.message.at is not None and found.message.at.timestamp() == 2.000001
    same = {"text": f"Good {MARKED}"}
    unfurled = {**same, "attachments": [{"from_url": LINK, "title_link": "https://other.org"}]}
    assert changed(unfurled, same) is None
    assert changed({**unfurled, "edited": None}, same) is None
    assert changed({"text": "b"}, {"text": "a"}) is None  # there was no link, and there is none
    assert changed({"text": "b"}, None) is not None  # nobody says what was there
    assert changed({"text": "gone"}, same) is not None
    assert changed({"text": MARKED, "bot_id": "B1"}, {"text": "a", "bot_id": "B1"}) is None
    assert changed({"text": f"<@UBOT> {MARKED}"}, same) is None


def test_a_deletion() -> None:
    gone = {"subtype": "message_deleted", "deleted_ts": "1.000001", "user": None, "ts": "3.0"}
    before = {"user": "U1", "text": MARKED, "ts": "1.000001"}
    found = told(**gone, previous_message=before)
    assert found is not None and found.message is not None
    assert (found.words, found.message.id, found.who.person) == ("overheard gone", "1.000001", "U1")
    assert (found.message.text, found.message.links) == ("", ())
    assert told(**gone, previous_message={**before, "text": "plain"}) is None
    unknown = told(**gone)
    assert unknown is not None and unknown.who.person == ""
    tombstone = changed({"subtype": "tombstone", "text": "gone"}, {"text": MARKED})
    assert tombstone is not None and tombstone.words == "overheard gone"


def test_a_bookmark_and_what_is_none() -> None:
    item = {"type": "message", "channel": "C1", "ts": "1.000001"}
    mark = {"type": "reaction_added", "reaction": "bookmark", "item": item, "item_user": "U2"}
    found = told(**mark)
    assert found is not None and found.message is not None
    assert (found.words, found.message.id, found.who.person) == ("overheard mark", "1.000001", "U1")
    off = told(**{**mark, "type": "reaction_removed"})
    assert off is not None and off.words == "overheard unmark"
    for other in (
        {"reaction": "heart"},
        {"user": "UBOT"},
        {"item_user": "UBOT"},
        {"item": {"type": "file", "file": "F1"}},
        {"item": {**item, "channel": "D1"}},
        {"item": None},
    ):
        assert told(**{**mark, **other}) is None


def test_somebody_of_another_workspace_is_known_by_it() -> None:
    found = told(text=MARKED, user_team="T2", team="T1")
    assert found is not None
    assert (found.who.workspace, found.place.workspace) == ("T2", "T1")


async def test_what_could_not_be_saved_is_not_acked(slack: Slack, heard: Heard) -> None:

    event = {"type": "message", "channel": "C1", "user": "U1", "text": MARKED, "ts": "1.000001"}
    body = {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": event}
    heard.reply = RuntimeError("the database is away")
    assert (await slack.send(json.dumps(body))).status_code == 503
    heard.reply = card("Nobody reads this.")
    assert (await slack.send(json.dumps(body))).status_code == 200


KNOWN = [
    *("type", "subtype", "channel", "user", "ts", "text", "blocks", "elements", "style", "code"),
    *("files", "file", "permalink", "title", "mimetype", "is_external", "url_private", "item"),
    *("message", "previous_message", "edited", "deleted_ts", "attachments", "is_share", "reaction"),
    *("message_changed", "message_deleted", "reaction_added", "bookmark", "rich_text", "link"),
]
shapes = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(KNOWN),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(KNOWN) | st.text(max_size=3), inner, max_size=8)
    ),
    max_leaves=25,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(KNOWN), shapes))
def test_no_shape_makes_it_stumble(odd: dict[str, Any]) -> None:
    whole = {"text": MARKED, "user": "U1", "ts": "1.000001"}
    for event in (odd, {**whole, **odd}, {"subtype": "message_changed", "message": odd}):
        told(**event)
    told(type="reaction_added", reaction="bookmark", item={"type": "message", "ts": "1", **odd})


REPLY = {"thread_ts": "0.000009", "parent_user_id": "UBOT"}


def test_a_reply_to_a_post_of_ours_may_be_an_answer() -> None:
    found = told(text="Wait time &amp; <http://works|more>", **REPLY)
    assert found is not None and found.message is not None
    assert (found.words, found.how) == ("overheard", "overheard")  # it has a link besides
    found = told(text="Wait time &amp; more", **REPLY)
    assert found is not None and found.message is not None
    assert (found.words, found.how, found.place.thread) == (
        "overheard reply",
        "overheard",
        "0.000009",
    )
    assert (found.message.id, found.message.text) == ("1.000001", "Wait time & more")
    sent_too = {"thread_ts": "0.000009", "root": {"user": "UBOT", "bot_id": "BBOT"}}
    for more in (sent_too, {"thread_ts": "0.000009"}):  # where Slack does not tell whose it is
        found = told(text="Also in the channel", subtype="thread_broadcast", **more)
        assert found is not None and found.words == "overheard reply"


@pytest.mark.parametrize(
    "event",
    [
        {"thread_ts": "0.000009", "parent_user_id": "U2"},
        {"thread_ts": "0.000009", "root": {"user": "U2"}},
        {"thread_ts": "1.000001", "parent_user_id": "UBOT"},
        {**REPLY, "user": "UBOT"},
        {**REPLY, "bot_id": "B1"},
        {**REPLY, "subtype": "bot_message", "bot_id": "B1"},
        {**REPLY, "channel": "D1", "channel_type": "im", "subtype": "thread_broadcast"},
        {**REPLY, "text": "<@UBOT> it works"},
    ],
)
def test_other_replies_are_not_told(event: dict[str, Any]) -> None:
    found = told(**{"text": "No link at all", **event})
    assert found is None or found.how != "overheard"


def test_in_a_connected_channel_our_bot_may_be_another_one() -> None:
    event = {"type": "message", "channel": "C1", "user": "U1", "ts": "1.000001", "text": "So"}
    body = {"event_id": "Ev1", "event": {**event, **REPLY, "parent_user_id": "UBOT2"}}
    assert arrivals.heard(body, HOME) is None
    found = arrivals.heard({**body, "is_ext_shared_channel": True}, HOME)
    assert found is not None and found.words == "overheard reply"


def test_edited_and_deleted_replies() -> None:
    found = changed({"text": "b", **REPLY}, {"text": "a", **REPLY})
    assert found is not None and found.message is not None
    assert (found.words, found.message.text, found.place.thread) == (
        "overheard reply edit",
        "b",
        "0.000009",
    )
    found = changed({"text": "<@UBOT> b", **REPLY}, {"text": "<@UBOT> a", **REPLY})
    assert found is not None and found.message is not None
    assert (found.words, found.message.text) == ("overheard reply reword", "b")
    assert changed({"text": "<@UBOT> b"}, {"text": "a"}) is None
    elsewhere = {**REPLY, "parent_user_id": "U2"}
    assert changed({"text": "b", **elsewhere}, {"text": "a", **elsewhere}) is None
    before = {"type": "message", "user": "U1", "ts": "1.000001", "text": "a"}
    gone = {"subtype": "message_deleted", "deleted_ts": "1.000001", "ts": "3.000001"}
    found = told(**gone, previous_message={**before, **REPLY})
    assert found is not None and found.message is not None
    assert (found.words, found.message.id) == ("overheard reply gone", "1.000001")
    assert told(**gone, previous_message={**before, **elsewhere}) is None


def test_a_mention_in_a_thread_brings_its_message() -> None:
    event = {"type": "app_mention", "text": "I think <@UBOT> it works", **REPLY}
    found = told(**event)
    assert found is not None and found.message is not None
    assert (found.how, found.words, found.message.text) == (
        "mention",
        "it works",
        "I think  it works",
    )
    alone = told(type="app_mention", text="<@UBOT> help")
    assert alone is not None and alone.message is None
