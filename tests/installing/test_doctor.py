"""`python -m bot doctor`, beside a program that runs and after it."""

import asyncio
import os
import re
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.checkup import checkup
from bot.config import Config, load
from bot.doctor import is_safe, lasted, of_address, of_clock, of_room, of_sqlite
from bot.errors import ConfigError
from bot.findings import Finding
from bot.keyring import new_key
from bot.playground.api_apps import revoke
from tests.installing.conftest import Town
from tests.installing.test_tokens import installed, network
from tests.room import MONDAY

HOME = Path(__file__).parent.parent.parent


@pytest.fixture(autouse=True)
def _the_towns_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.checkup.wall", lambda: MONDAY)


def ill(found: list[Finding]) -> str:
    return "\n".join(f"{each.about}: {each.said} → {each.mend}" for each in found if not each.well)


async def test_all_is_well(town: Town) -> None:
    await network(town, "T1", "T2", "T3")
    found = await checkup(town.config)
    assert ill(found) == ""
    said = "\n".join(f"{each.about}: {each.said}" for each in found)
    for name in ("Coaching Network", "Harbor Schools", "Hill <Schools>"):
        assert f"Slack · {name}: The token works and has all" in said
    for name in ("Coaching Network", "Harbor Schools", "Hill <Schools>"):
        assert f"#learning-call in {name}: I am in it." in said
    assert "The first key opens all 3 installations" in said
    assert "Clock: It agrees with Slack’s" in said
    assert installed(town, "T1").bot_token not in said


async def test_what_is_wrong_is_named_first_with_its_mend(hill: Town) -> None:
    await network(hill, "T1", "T2", "T3")
    installed(hill, "T1").scopes.remove("users:read")
    installed(hill, "T2").revoked = "token_revoked"
    hill.channels["T3"].archived = True
    found = await checkup(hill.config)
    said = ill(found)
    assert "permissions are missing: users:read (to know members' names" in said
    assert "Slack does not take the token (token_revoked)" in said
    assert "install it there again" in said
    assert "It is archived. → Unarchive it" in said
    assert not found[0].well
    hill.channels["T1"].members.clear()
    assert "I am not in it. → Somebody there types: /invite @Homeroom" in ill(
        await checkup(hill.config)
    )


async def test_a_workspace_that_took_it_out_is_told_and_is_no_fault(hill: Town) -> None:
    await hill.installs("T1")
    await asyncio.gather(*revoke(hill.app, installed(hill, "T1"), "account_inactive"))
    found = await checkup(hill.config)
    assert ill(found) == ""
    assert any("took Homeroom out" in each.said for each in found)


async def test_a_token_that_could_not_be_renewed(hill: Town) -> None:
    await hill.installs("T1")
    installed(hill, "T1").refresh_token = "another"
    hill.clock.move(hill.clock.now() + timedelta(hours=11))
    hill.forgets_that_it_looked()
    await hill.homeroom.upkeep[0]()
    found = await checkup(hill.config)
    assert "could not be renewed (invalid_refresh_token)" in ill(found)


async def test_keys_that_open_nothing_and_keys_that_are_old(hill: Town) -> None:
    await hill.installs("T1")
    other = replace(hill.config, encryption_keys=new_key())
    assert "Keys · Coaching Network: None opens its token." in ill(await checkup(other))
    both = replace(hill.config, encryption_keys=f"{new_key()},{hill.config.encryption_keys}")
    assert "1 of 1 tokens are locked with an older key" in ill(await checkup(both))
    assert "keys --renew" in ill(await checkup(both))


async def test_an_index_out_of_step_is_seen(hill: Town) -> None:
    def lose(session: Any) -> None:
        session.execute(
            text(
                "INSERT INTO network (id, name, zone, created_at) VALUES"
                " (9, 'n', 'UTC', '2026-11-01 00:00:00')"
            )
        )
        session.execute(
            text(
                "INSERT INTO passage (network_id, kind, ref, at, url, byline)"
                " VALUES (9, 'recap', 1, '2026-11-01 00:00:00', '', '')"
            )
        )

    hill.homeroom.database.write(lose).result()
    assert "1 passages can’t be found" in ill(await checkup(hill.config))


async def test_tokens_of_the_settings_that_slack_refuses(hill: Town) -> None:
    wrong = replace(hill.config, slack_bot_token="xoxb-wrong", slack_app_token="xapp-wrong")
    said = ill(await checkup(wrong))
    assert "SLACK_BOT_TOKEN: Slack does not take it (invalid_auth)" in said
    assert "SLACK_APP_TOKEN: Slack opens no socket for it" in said
    assert "xoxb-wrong" not in said


async def test_slack_is_away(hill: Town) -> None:
    away = replace(hill.config, slack_api_url="http://127.0.0.1:9/api/")
    assert "Slack: It did not answer" in ill(await checkup(away))


async def test_the_command_ends_with_one_and_changes_nothing(tmp_path: Path) -> None:
    asked = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "doctor"),
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(HOME)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asked.communicate()
    said = out.decode()
    assert asked.returncode == 1, err
    assert "MEND  Settings: Something is missing." in said
    assert said.index("MEND") < said.index("ok  ")
    assert "1 to mend." in said
    assert not any(tmp_path.iterdir())  # noqa: ASYNC240


def test_versions_of_sqlite() -> None:
    assert [is_safe(each) for each in ((3, 51, 3), (3, 52, 0), (3, 50, 7), (3, 44, 6))] == [
        True
    ] * 4
    assert [is_safe(each) for each in ((3, 51, 2), (3, 50, 6), (3, 45, 0), (3, 40, 1))] == [
        False
    ] * 4
    assert of_sqlite("3.40.1").well
    assert "3.51.3" in of_sqlite("3.40.1").said


def test_the_small_looks() -> None:
    assert of_clock(MONDAY, MONDAY + timedelta(seconds=20), "Slack").well
    wrong = of_clock(MONDAY, MONDAY + timedelta(minutes=4), "Slack")
    assert "240 seconds" in wrong.said
    assert "time server" in wrong.mend
    assert of_clock(MONDAY, None, "Slack").well
    assert not of_room(1_000).well
    assert of_room(10**11).well
    assert lasted(timedelta(hours=5)) == "5 hours"
    assert lasted(timedelta(days=3)) == "3 days"


def test_an_address_that_is_not_safe() -> None:
    assert not of_address(Config(public_url="http://homeroom.example.org")).well
    assert of_address(Config(public_url="https://homeroom.example.org")).well
    assert of_address(Config()).well


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("LLM_KEY", "cléSECRET", "LLM_KEY holds a sign that is in no key"),
        ("SLACK_BOT_TOKEN", "xoxb-SECRET\nx", "SLACK_BOT_TOKEN holds a sign that is in no key"),
        ("SLACK_API_URL", "https://[::1/api/", "SLACK_API_URL must be a web address"),
        ("SLACK_API_URL", "https://x.org:99999/api/", "SLACK_API_URL must be a web address"),
        ("PUBLIC_URL", "http://[oops", "PUBLIC_URL must be a web address"),
        ("PUBLIC_URL", "https://me:SECRET@[oops", "PUBLIC_URL must be a web address."),
        ("PUBLIC_URL", "https://me:SECRET@x.org", "leave out what stands before @"),
    ],
)
def test_odd_settings_are_named_and_no_secret_is_told(name: str, value: str, said: str) -> None:
    with pytest.raises(ConfigError) as problem:
        load({name: value}, file=None)
    assert said in str(problem.value)
    assert "SECRET" not in str(problem.value)


async def test_a_slack_that_does_not_answer_is_no_wrong_token(hill: Town) -> None:
    await hill.installs("T1")
    away = replace(
        hill.config, slack_api_url="http://127.0.0.1:9/api/", slack_bot_token="xoxb-right"
    )
    found = await checkup(away)
    assert ill(found).count("did not answer (ClientConnectorError)") == 1
    assert "Look whether this machine reaches 127.0.0.1" in ill(found)
    said = "\n".join(f"{each.about}: {each.said} {each.mend}" for each in found)
    assert "Copy it anew" not in said and "Clock" not in said and "_TOKEN" not in said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"root:x:0:0:root:/root:/bin/bash\n" * 200, "is no database"),
        (b"SQLite format 3\0" + b"x" * 4000, "is damaged|cannot be read"),
        (None, "is a folder, or no file"),
    ],
)
async def test_what_is_no_database_is_said_once(
    tmp_path: Path, content: bytes | None, said: str
) -> None:
    file = tmp_path / "it.db"
    if content is None:
        file.mkdir()
    else:
        file.write_bytes(content)
    found = await checkup(Config(database_url=f"sqlite:///{file}"))
    (one,) = [each for each in found if each.about == "Database" and not each.well]
    assert re.search(said, one.said)
    assert one.mend
    if said == "is no database":
        assert one.mend.startswith("Let DATABASE_URL name Homeroom’s own file.")


async def test_an_empty_file_is_filled_by_the_first_start(tmp_path: Path) -> None:
    file = tmp_path / "it.db"
    file.touch()
    found = await checkup(Config(database_url=f"sqlite:///{file}"))
    (one,) = [each for each in found if each.about == "Database"]
    assert one.well and "so does the first start" in one.said
