"""What people say to each other in Teams's channels, where the team let us read them."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from bot.speech import File, Incoming
from bot.teams.arrivals import heard
from bot.teams.overheard import in_thread, overheard

BOT = {"id": "28:bot", "name": "Homeroom"}
FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "teams-payloads" / "activities"
LINK = "https://x.org/a?b=1&c=2"
MARKED = '<a href="https://x.org/a?b=1&amp;c=2">the guide</a>'


def told(content: str = "", **more: Any) -> Incoming | None:
    """What an activity in a channel says to the program."""
    activity: dict[str, Any] = {
        "type": "message",
        "id": "17",
        "timestamp": "2026-11-23T15:00:00.1234567Z",
        "from": {"id": "29:ben", "aadObjectId": "aad-ben", "name": "Ben"},
        "conversation": {
            "id": "19:c@thread.tacv2;messageid=17",
            "conversationType": "channel",
            "tenantId": "tenant",
        },
        "recipient": BOT,
        "channelData": {"team": {"id": "19:t", "aadGroupId": "group"}},
        "attachments": [{"contentType": "text/html", "content": content}] if content else [],
    }
    return overheard({**activity, **more})


def test_a_post_with_a_link() -> None:
    found = told(f"<p>See {MARKED}!</p>")
    assert found is not None and found.message is not None
    said = found.message
    assert (found.how, found.words, found.place.channel) == (
        "overheard",
        "overheard",
        "19:c@thread.tacv2",
    )
    assert (said.text, said.links, said.author) == (f"See the guide ({LINK})!", (LINK,), "aad-ben")
    assert said.permalink == (
        "https://teams.microsoft.com/l/message/19:c@thread.tacv2/17"
        "?tenantId=tenant&groupId=group&parentMessageId=17"
    )
    assert said.at is not None and said.at.microsecond == 123456
    plain = told(text=f"See {LINK}.", textFormat="plain")
    assert plain is not None and plain.message is not None and plain.message.links == (LINK,)


@pytest.mark.parametrize(
    ("content", "more"),
    [
        ("<p>no link</p>", {}),
        (f"<pre>{MARKED}</pre><code>{MARKED}</code>", {}),
        (f'<blockquote itemtype="http://schema.skype.com/Reply">{MARKED}</blockquote>ok', {}),
        ('<a href="https://teams.microsoft.com/l/message/19:c/1">there</a>', {}),
        (MARKED, {"from": {"id": "28:other"}}),
        (MARKED, {"from": {}}),
        (MARKED, {"type": "messageReaction"}),
        (MARKED, {"conversation": {"conversationType": "personal", "id": "a:1", "tenantId": "t"}}),
        (MARKED, {"recipient": {**BOT, "isTargeted": True}}),
        (
            MARKED,
            {"entities": [{"type": "mention", "mentioned": BOT, "text": "<at>Homeroom</at>"}]},
        ),
        (MARKED, {"id": None}),
        ('<a href="javascript:alert(1)">x</a> <a href="https://[oops">y</a>', {}),
    ],
)
def test_what_is_not_overheard(content: str, more: dict[str, Any]) -> None:
    assert told(content, **more) is None


def test_files_that_were_sent_along() -> None:
    kinds = ("reference", "application/vnd.microsoft.teams.file.download.info", "image/*")
    attached = [
        {"contentType": kind, "contentUrl": f"https://sp.example/{n}", "name": f"{n}.{end}"}
        for n, (kind, end) in enumerate(zip(kinds, ("pptx", "png", "png"), strict=True))
    ]
    found = told(attachments=attached)
    assert found is not None and found.message is not None
    assert found.message.files == (
        File("0.pptx", "https://sp.example/0"),
        File("1.png", "https://sp.example/1", picture=True),
    )


def test_an_edit_and_a_deletion_are_deliveries_of_their_own() -> None:
    first = told(MARKED)
    edit = told(MARKED, type="messageUpdate", timestamp="2026-11-23T15:01:00Z")
    again = told("<p>none</p>", type="messageUpdate", timestamp="2026-11-23T15:02:00Z")
    gone = told(MARKED, type="messageDelete", timestamp="2026-11-23T15:03:00Z")
    every = [each for each in (first, edit, again, gone) if each]
    assert [each.words for each in every] == [
        "overheard",
        "overheard edit",
        "overheard edit",
        "overheard gone",
    ]
    assert len({each.delivery for each in every}) == 4
    assert {each.message.id for each in every if each.message} == {"17"}
    assert gone and gone.message and (gone.message.text, gone.message.links) == ("", ())


@pytest.mark.skipif(
    not FOLDER.is_dir() and os.environ.get("CI") != "true",
    reason="the recorded payloads are away",
)
def test_recorded_activities() -> None:
    """All of them are said to a bot, or have no link in them; some are replies."""
    files = sorted(FOLDER.glob("*.json"))
    assert len(files) == 16
    for file in files:
        recorded = json.loads(file.read_text())["payload"]
        found = overheard(recorded)
        assert found is None or (found.words, bool(found.place.thread)) == (
            "overheard reply",
            True,
        )
        as_edit = overheard({**recorded, "type": "messageUpdate"})
        assert as_edit is None or as_edit.words in (
            "overheard edit",
            "overheard reply reword",
        )


REPLY = {"id": "17", "conversationType": "channel", "tenantId": "tenant"}
THREAD = {"conversation": {**REPLY, "id": "19:c@thread.tacv2;messageid=9"}}
OURS = {"entities": [{"type": "mention", "mentioned": BOT, "text": "<at>Homeroom</at>"}]}


def test_a_reply_may_be_an_answer() -> None:
    found = told("<p>Wait time works</p>", **THREAD)
    assert found is not None and found.message is not None
    assert (found.words, found.place.thread) == ("overheard reply", "9")
    assert (found.message.id, found.message.text) == ("17", "Wait time works")
    linked = told(f"<p>{MARKED}</p>", **THREAD)
    assert linked is not None and (linked.words, linked.place.thread) == ("overheard", "9")
    assert told("<p>By a bot</p>", **{**THREAD, "from": {"id": "28:other"}}) is None


def test_a_mention_in_a_thread_brings_its_message_and_so_does_its_edit() -> None:
    activity = {
        "type": "message",
        "id": "17",
        "text": "<at>Homeroom</at> it works",
        "from": {"id": "29:ben", "aadObjectId": "aad-ben"},
        "recipient": BOT,
        **THREAD,
        **OURS,
    }
    said = heard(activity)
    assert said is not None and said.how == "mention"
    brought = in_thread(said, activity).message
    assert brought is not None and (brought.id, brought.text) == ("17", "it works")
    edited = overheard({**activity, "type": "messageUpdate"})
    assert edited is not None and edited.message is not None
    assert (edited.words, edited.message.text) == ("overheard reply reword", "it works")
    alone = {**activity, "conversation": {**REPLY, "id": "19:c@thread.tacv2"}}
    root = heard(alone)
    assert root is not None and in_thread(root, alone).message is None
    assert overheard({**alone, "type": "messageUpdate"}) is None
