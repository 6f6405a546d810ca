"""A real workspace's export goes through the door: every link that people posted is seen, and
nothing that is none."""

import json
import os
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from bot.links import find_links, out_of_reach, words_around
from bot.slack import arrivals
from bot.slack.installations import Installation
from bot.slack.overheard import POSTED, message_of
from bot.speech import Message

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "slack-export"
HOME = Installation("T1", "xoxb", "UHOMEROOM", "BHOMEROOM", address="https://x.slack.com/")

needs_export = pytest.mark.skipif(
    not FOLDER.is_dir() and os.environ.get("CI") != "true",
    reason=f"the export is not here: {FOLDER}",
)


def posted() -> list[dict[str, Any]]:
    """Every message of the export."""
    with ZipFile(FOLDER / "houstondatavis.zip") as export:
        days = [name for name in export.namelist() if name.count("/") == 1 and ".json" in name]
        return [each for day in days for each in json.loads(export.read(day))]


def addresses(message: Message) -> set[str]:
    return {*message.links, *(each.url for each in message.files)}


@needs_export
def test_every_link_is_seen_and_nothing_else() -> None:
    expected = [
        json.loads(line)
        for line in (FOLDER / "houstondatavis.expected.jsonl").read_text().splitlines()
    ]
    found: set[str] = set()
    for each in posted():
        if each.get("subtype", "") in POSTED:
            found |= addresses(message_of(each, HOME, "C1"))
    every = [{each["url"], *each["raw_variants"]} for each in expected]
    must = [urls for each, urls in zip(expected, every, strict=True) if each["core"]]
    assert len(must) == 320
    assert [urls for urls in must if not urls & found] == []
    assert found - set().union(*every) == set()


@needs_export
def test_what_people_posted_is_overheard_and_what_bots_posted_is_not() -> None:
    heard, links = 0, 0
    for number, each in enumerate(posted()):
        event = {**each, "channel": "C1", "channel_type": "channel"}
        told = arrivals.heard({"event_id": f"Ev{number}", "event": event}, HOME)
        if told is None:
            continue
        message = told.message
        assert message is not None
        assert (told.how, told.words) == ("overheard", "overheard")
        assert not each.get("bot_id") and each.get("subtype") != "bot_message"
        assert told.who.person and message.at and message.permalink
        heard, links = heard + 1, links + len(message.links)
        for link in message.links:
            said = words_around(message.text, link)
            assert len(said) <= 280
            assert link not in said and not find_links(said)
            assert not out_of_reach(link)
    assert (heard > 250, links > 300) == (True, True)
