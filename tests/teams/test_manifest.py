"""The app's manifest and package: valid by Microsoft's own schema, the same words as on Slack."""

import json
import logging
import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import structlog
from jsonschema import Draft4Validator

from bot import cli
from bot.manifest import ALIASES, SHORTCUTS, made_for_teams
from bot.teams.manifest import MOST_COMMANDS, Action, Command, manifest
from bot.teams.package import package
from handlers.words import TABLE
from tests import npm

CLIENT = "0f8b0c4e-1a2b-4c3d-8e9f-0a1b2c3d4e5f"
URL = "https://homeroom.example"
SHARE = Command("share", "Share a link with the network")
SAVE = Action("save", "Save as resource", "Keep this for the network")
FIND = Action("find", "Find a resource", "Find what was shared")


@pytest.fixture(autouse=True)
def own_logs() -> Iterator[None]:
    """The command sets logs up, onto a stream that is closed after its test."""
    yield
    structlog.reset_defaults()
    logging.basicConfig(force=True)


def made(commands: list[Command], saves: list[Action], **other: Any) -> dict[str, Any]:
    known = {"search": FIND, "client_id": CLIENT, "url": URL, "version": "1.2.3", "on_compose": []}
    return manifest(commands, on_message=saves, **{**known, **other})


def schema() -> Any:
    """Microsoft's schema for manifests of version 1.29."""
    if lacking := npm.fetch():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{lacking}: {npm.HOW}")
    folder = npm.MODULES / "@microsoft/app-manifest/build/json-schemas/teams/v1.29"
    return json.loads((folder / "MicrosoftTeams.schema.json").read_text())


def test_it_is_valid_by_microsofts_schema() -> None:
    Draft4Validator(schema()).validate(made_for_teams(client_id=CLIENT, url=URL))


def test_the_schema_would_tell() -> None:
    """What is asserted above must be able to fail."""
    wrong = made_for_teams(client_id=CLIENT, url=URL)
    wrong["bots"][0]["commandLists"][0]["triggers"] = ["wink"]
    assert not Draft4Validator(schema()).is_valid(wrong)


def test_as_many_words_as_teams_takes_are_listed_everywhere() -> None:
    bot = made_for_teams(client_id=CLIENT, url=URL)["bots"][0]
    typed = {word.name: word.help for word in TABLE.values() if word.typed}
    for listed in bot["commandLists"]:
        shown = {each["title"]: each["description"] for each in listed["commands"]}
        assert shown.items() <= typed.items()
        assert len(shown) == MOST_COMMANDS and {*ALIASES, "help", "call"} <= shown.keys()
    assert bot["supportsTargetedMessages"]
    scopes = {
        scope: each.get("triggers") for each in bot["commandLists"] for scope in each["scopes"]
    }
    both = ["mention", "slash"]
    assert scopes == {"personal": None, "team": both, "groupChat": both}


def test_what_one_can_do_with_a_message_is_as_on_slack() -> None:
    commands = made_for_teams(client_id=CLIENT, url=URL)["composeExtensions"][0]["commands"]
    on_messages = [each for each in commands if each["context"] == ["message"]]
    assert [(each["id"], each["title"]) for each in on_messages] == [
        (each.says, each.label) for each in SHORTCUTS
    ]
    assert all(each["fetchTask"] for each in on_messages)
    assert [each["id"] for each in commands if each["type"] == "query"] == ["find"]


@pytest.mark.parametrize(
    ("commands", "saves"),
    [
        ([Command("x" * 129, "Too long")], []),
        ([Command("x", "")], []),
        ([SHARE] * 13, []),
        ([], [SAVE] * 10),
        ([], [Action("save", "x" * 33, "Keep it")]),
        ([], [Action("save", "Save", "x" * 129)]),
    ],
)
def test_what_teams_would_refuse_is_refused_here(
    commands: list[Command], saves: list[Action]
) -> None:
    with pytest.raises(ValueError, match="Teams takes"):
        made(commands, saves)


@pytest.mark.parametrize(
    "other", [{"client_id": "my-bot"}, {"url": "http://homeroom.example"}, {"url": "https://"}]
)
def test_an_id_or_an_address_that_is_none(other: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="a GUID and an https:// address"):
        made([SHARE], [SAVE], **other)


def test_the_package_holds_the_manifest_and_the_icons() -> None:
    zipped = package(made([SHARE], [SAVE]))
    with ZipFile(BytesIO(zipped)) as files:
        assert files.namelist() == ["manifest.json", "color.png", "outline.png"]
        assert json.loads(files.read("manifest.json")) == made([SHARE], [SAVE])
        assert [_size(files.read(name)) for name in ("color.png", "outline.png")] == [192, 32]


def _size(png: bytes) -> int:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = (int.from_bytes(png[at : at + 4]) for at in (16, 20))
    assert width == height
    return width


def test_the_same_manifest_makes_the_same_bytes() -> None:
    assert package(made([SHARE], [])) == package(made([SHARE], []))


def test_the_command_writes_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TEAMS_CLIENT_ID", CLIENT)
    monkeypatch.setenv("PUBLIC_URL", f"{URL}/")
    cli.main(["teams-package"])
    with ZipFile(tmp_path / "homeroom-teams.zip") as files:
        assert json.loads(files.read("manifest.json"))["validDomains"] == ["homeroom.example"]
    assert "homeroom-teams.zip" in capsys.readouterr().out


def test_the_command_says_all_that_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TEAMS_CLIENT_ID", raising=False)
    monkeypatch.delenv("PUBLIC_URL", raising=False)
    with pytest.raises(SystemExit):
        cli.main(["teams-package"])
    said = capsys.readouterr().err
    assert "TEAMS_CLIENT_ID" in said
    assert "PUBLIC_URL" in said
    assert not list(tmp_path.iterdir())


def test_the_command_says_where_it_cannot_write(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TEAMS_CLIENT_ID", CLIENT)
    monkeypatch.setenv("PUBLIC_URL", URL)
    with pytest.raises(SystemExit):
        cli.main(["teams-package", "nowhere/app.zip"])
    assert (
        "nowhere/app.zip cannot be written: No such file or directory." in capsys.readouterr().err
    )
