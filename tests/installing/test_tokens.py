"""Tokens at rest, tokens that end, and tokens that are taken away."""

import asyncio
import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.courier import Courier
from bot.errors import ConfigError
from bot.keyring import new_key
from bot.logs import set_up
from bot.playground.api_apps import revoke
from bot.playground.shapes import Installation
from bot.publish import to_channels
from bot.rekeying import rekey
from bot.speech import card
from storage import audit, erasing, networks, people
from storage.codes import Account
from tests.installing.conftest import Browser, Town, running


def installed(town: Town, team: str) -> Installation:
    found = town.world.installation(town.app, team)
    assert found
    return found


def on_disk(folder: Path) -> str:
    """All bytes of a SQLite database, its journal too."""
    files = [each for each in folder.glob("*") if each.is_file()]
    return "".join(each.read_bytes().decode("latin-1") for each in files)


def renewals(town: Town) -> int:
    return sum(call.args.get("grant_type") == "refresh_token" for call in town.world.log)


async def post(town: Town, words: str, of: str) -> None:
    """Let the program post in every channel of the network."""

    def want(session: Any) -> None:
        to_channels(
            session,
            networks.channels(session, network_id=town.network_id),
            card(words),
            of=of,
            kind="notice",
            now=town.clock.now(),
        )

    await asyncio.wrap_future(town.homeroom.database.write(want))
    await send(town)


async def send(town: Town) -> None:
    courier: Courier = town.homeroom.courier
    while await courier.send_due():
        pass


def posts(town: Town, team: str) -> list[str]:
    channel = town.channels[team]
    return [each["text"] for each in town.world.messages[channel.id].values() if each.get("bot_id")]


async def network(town: Town, *teams: str) -> None:
    """A network with a channel in each of these workspaces, hosted from the first."""

    def begin(session: Any) -> int:
        made = networks.add(
            session, name="Coaches", zone="UTC", organisations=[], now=town.clock.now()
        )
        for team in teams:
            networks.add_channel(
                session,
                network_id=made.id,
                platform="slack",
                workspace=team,
                channel=f"C{team}",
                name="learning-call",
                now=town.clock.now(),
            )
            people.join(
                session,
                network_id=made.id,
                platform="slack",
                workspace=team,
                person=f"U{team}",
                name=f"Ana {team}",
                now=town.clock.now(),
                role="host" if team == teams[0] else "member",
            )
        return made.id

    for team in teams:
        await town.installs(team)
        town.channels[team].members.add(installed(town, team).bot_user_id)
    town.network_id = await asyncio.wrap_future(town.homeroom.database.write(begin))


def directs(town: Town, team: str) -> str:
    channel = town.hands[team].dm_with(town.app)
    said = town.world.messages[channel.id].values()
    return " ".join(str(each) for each in said if each.get("bot_id"))


async def test_neither_the_database_nor_the_log_holds_a_token(
    hill: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = io.StringIO()
    set_up("debug", log)
    browser = Browser()
    await hill.installs("T1", browser)
    await hill.says("T1", "help")
    hill.clock.move(hill.clock.now() + timedelta(hours=13))
    hill.world.faults.add("oauth.v2.access", "error_before")
    await hill.says("T1", "help")
    found = installed(hill, "T1")
    secrets = [found.bot_token, found.refresh_token, hill.app.client_secret]
    secrets += hill.config.encryption_keys.split(",")
    row = hill.row("T1")
    kept = "\n".join(str(value) for value in vars(row).values())
    kept += on_disk(tmp_path)
    told = log.getvalue() + "".join(capsys.readouterr())
    for secret in secrets:
        assert secret
        assert secret not in kept
        assert secret not in told
    assert found.bot_token.split("-")[-1] not in kept + told
    assert browser.cookies["homeroom_install"] not in told
    assert found.bot_token not in repr(await hill.find("T1"))


async def test_a_database_that_does_not_answer_holds_up_nobody(
    hill: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hill.installs("T1")
    kept, away = hill.kept(), asyncio.Event()
    monkeypatch.setattr("bot.kept_installations.QUICK", 0.01)

    async def hangs(_work: object) -> None:
        await away.wait()

    monkeypatch.setattr(kept, "_read", hangs)
    hill.forgets_that_it_looked()
    assert (await kept.find("T1")).workspace == "T1"
    kept._reading.cancel()


async def test_a_token_is_renewed_before_it_ends(hill: Town) -> None:
    await hill.installs("T1")
    before = installed(hill, "T1").bot_token
    look = hill.homeroom.upkeep[0]
    assert not await look()
    hill.clock.move(hill.clock.now() + timedelta(hours=10, minutes=1))
    hill.forgets_that_it_looked()
    assert await look()
    assert installed(hill, "T1").bot_token != before
    assert renewals(hill) == 1
    hill.forgets_that_it_looked()
    assert not await look()
    assert renewals(hill) == 1


async def test_a_renewal_that_fails_is_tried_again_and_is_told(hill: Town) -> None:
    await hill.installs("T1")
    look = hill.homeroom.upkeep[0]
    hill.clock.move(hill.clock.now() + timedelta(hours=11))
    hill.world.faults.add("oauth.v2.access", "reset")
    hill.forgets_that_it_looked()
    await look()
    assert hill.row("T1").trouble
    hill.clock.move(hill.clock.now() + timedelta(seconds=61))
    hill.forgets_that_it_looked()
    assert await look()
    assert hill.row("T1").trouble == ""


async def test_posts_that_meet_the_end_of_a_token_renew_it_once(hill: Town) -> None:
    await network(hill, "T1", "T2")
    await post(hill, "One", "1")
    hill.clock.move(hill.clock.now() + timedelta(hours=13))
    await post(hill, "Two", "2")
    assert posts(hill, "T1") == posts(hill, "T2") == ["One", "Two"]
    assert renewals(hill) == 2  # one a workspace


async def test_two_programs_renew_a_token_once(tmp_path: Path, hill: Town) -> None:
    """Two that share a database; their claims are rows."""
    await hill.installs("T1")
    first, second = hill.kept(), hill.another()
    hill.clock.move(hill.clock.now() + timedelta(hours=11))
    assert sorted(await asyncio.gather(first.look_after(), second.look_after())) == [False, True]
    assert renewals(hill) == 1
    token = installed(hill, "T1").bot_token
    for each in (first, second):
        hill.later(each)
        found = await each.find("T1")
        assert found and found.bot_token == token


async def test_a_program_that_dies_while_it_renews_holds_up_no_other(
    hill: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hill.installs("T1")
    first, second = hill.another(), hill.another()

    async def dies(_refresh: str) -> None:
        raise asyncio.CancelledError

    monkeypatch.setattr(first._granting, "renew", dies)
    hill.clock.move(hill.clock.now() + timedelta(hours=11))
    with pytest.raises(asyncio.CancelledError):
        await first.look_after()
    assert not await second.look_after()
    hill.clock.move(hill.clock.now() + timedelta(seconds=61))
    hill.later(second)
    assert await second.look_after()
    assert hill.row("T1").trouble == ""


async def test_another_program_sees_what_was_installed_and_what_is_gone(hill: Town) -> None:
    other = hill.another()
    assert await other.find("T1") is None
    await hill.installs("T1")
    hill.seconds += 2.1
    found = await other.find("T1")
    assert found and found.bot_token == installed(hill, "T1").bot_token
    await hill.installs("T1")  # its older token is worth nothing now
    newer = await other.again(found)
    assert newer and newer.bot_token == installed(hill, "T1").bot_token
    await asyncio.gather(*revoke(hill.app, installed(hill, "T1"), "account_inactive"))
    hill.seconds += 2.1
    assert await other.find("T1") is None


async def test_an_installation_that_came_while_a_token_was_renewed_stays(
    hill: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hill.installs("T1")
    other = hill.another()
    renew = other._granting.renew

    async def meanwhile(refresh: str) -> Any:
        found = await renew(refresh)
        await hill.installs("T1")
        return found

    monkeypatch.setattr(other._granting, "renew", meanwhile)
    hill.clock.move(hill.clock.now() + timedelta(hours=11))
    await other.look_after()
    found = await other.find("T1")
    assert found and found.bot_token == installed(hill, "T1").bot_token


async def test_the_bot_is_uninstalled_and_installed_again(town: Town) -> None:
    await network(town, "T1", "T2")
    await post(town, "One", "1")
    told = revoke(town.app, installed(town, "T2"), "account_inactive")
    await asyncio.gather(*told)
    assert town.row("T2").state == "gone"
    assert town.row("T2").bot_token == town.row("T2").refresh_token == ""
    await send(town)
    assert directs(town, "T1").count("I can’t post anywhere in") >= 1
    assert "install it there again" in directs(town, "T1")
    await post(town, "Two", "2")
    assert posts(town, "T1") == ["One", "Two"]
    assert posts(town, "T2") == ["One"]
    await town.installs("T2")
    await send(town)
    assert posts(town, "T2") == ["One", "Two"]  # nothing was lost
    told = town.homeroom.database.read(
        lambda session: audit.lately(session, network_id=town.network_id, limit=9)
    ).result()
    assert [each.words for each in told] == [
        "installed Homeroom in Harbor Schools",
        "took Homeroom out of Harbor Schools",
    ]
    assert len([each for each in town.world.log if each.error == "account_inactive"]) <= 4


async def test_a_token_revoked_in_mid_week_without_a_word(hill: Town) -> None:
    await network(hill, "T1", "T2")
    installed(hill, "T2").revoked = "token_revoked"  # its event was lost
    await post(hill, "One", "1")
    hill.clock.move(hill.clock.now() + timedelta(minutes=1))
    await post(hill, "Two", "2")
    assert posts(hill, "T1") == ["One", "Two"]
    assert posts(hill, "T2") == []
    assert directs(hill, "T1").count("'text': 'I can’t post anywhere in Harbor Schools. Slack") == 1
    assert sum(call.error == "token_revoked" for call in hill.world.log) == 1
    await hill.installs("T2")
    await send(hill)
    assert posts(hill, "T2") == ["One", "Two"]


async def test_told_twice_it_is_gone_once(hill: Town) -> None:
    await network(hill, "T1", "T2")
    await asyncio.gather(*revoke(hill.app, installed(hill, "T2"), "account_inactive"))
    revision = hill.row("T2").revision
    await send(hill)
    before = directs(hill, "T1")
    await hill.world.redeliver()
    await send(hill)
    assert hill.row("T2").revision == revision
    assert directs(hill, "T1") == before


async def test_word_of_an_older_uninstalling_comes_after_the_new_installation(hill: Town) -> None:
    await network(hill, "T1", "T2")
    await asyncio.gather(*revoke(hill.app, installed(hill, "T2"), "account_inactive"))
    await hill.installs("T2")
    await hill.world.redeliver()  # app_uninstalled, once more
    assert hill.row("T2").state == "live"
    await post(hill, "One", "1")
    assert posts(hill, "T2") == ["One"]


async def test_peoples_own_tokens_are_no_concern(hill: Town) -> None:
    await hill.installs("T1")
    asked = len(hill.world.log)
    await hill.revokes("T1", {"oauth": ["UT1"]})
    await hill.revokes("T1", {"oauth": ["UT1"], "bot": []})
    assert hill.row("T1").state == "live"
    assert len(hill.world.log) == asked
    await hill.revokes("T1", {"oauth": [], "bot": ["UBOT"]})  # our token is taken: another's was
    assert hill.row("T1").state == "live"


async def test_it_starts_with_the_right_keys_only(hill: Town) -> None:
    await hill.installs("T1")
    await hill.installs("T2")
    kept = hill.another(new_key())
    with pytest.raises(ConfigError, match=r"ENCRYPTION_KEYS does not open .* 2 of 2"):
        await kept.check()
    await hill.another(f"{new_key()},{hill.config.encryption_keys}").check()
    for wrong in ("short", "", " , "):
        with pytest.raises(ConfigError, match="ENCRYPTION_KEYS"):
            hill.another(wrong)


async def test_a_row_copied_to_another_workspace_opens_nothing(hill: Town) -> None:
    await hill.installs("T1")
    await hill.installs("T2")
    one, two = hill.row("T1"), hill.row("T2")

    def swap(session: Any) -> None:
        from storage import installations  # noqa: PLC0415

        found = installations.find(session, platform="slack", external="T2")
        assert found
        found.bot_token, found.revision = one.bot_token, two.revision + 1

    hill.homeroom.database.write(swap).result()
    again = hill.another()
    assert await again.find("T2") is None
    assert await again.find("T1")


async def test_keys_are_changed(tmp_path: Path, town: Town) -> None:
    if town.config.slack_app_token == "":
        pytest.skip("once is enough")
    await town.installs("T1")
    token = installed(town, "T1").bot_token
    old = town.config.encryption_keys
    new = new_key()
    both = replace(town.config, encryption_keys=f"{new},{old}")
    town.homeroom.opened.close()
    assert rekey(both) == (1, 1)
    assert rekey(both) == (0, 1)
    only_new = replace(town.config, encryption_keys=new)
    with pytest.raises(ConfigError, match="Nothing was changed"):
        rekey(replace(town.config, encryption_keys=old))
    from bot.demo import free_port  # noqa: PLC0415

    port = free_port()
    async with running(replace(only_new, port=port), town.clock) as (homeroom, _):
        found = await homeroom.doors["slack"]._installations.find("T1")  # type: ignore[attr-defined]
        assert found.bot_token == token


async def test_whoever_installed_it_is_forgotten_when_they_are_erased(hill: Town) -> None:
    await network(hill, "T1", "T2")
    assert hill.row("T1").installed_by == "UT1"

    def erase(session: Any) -> None:
        for team in ("T1", "T2"):
            known = people.identity(
                session,
                network_id=hill.network_id,
                platform="slack",
                workspace=team,
                person=f"U{team}",
            )
            assert known
            if team == "T1":
                erasing.erase_account(
                    session,
                    account=Account(known.workspace_id, known.external),
                    platform="slack",
                    workspace=team,
                )

    hill.homeroom.database.write(erase).result()
    assert hill.row("T1").installed_by == ""
    assert hill.row("T2").installed_by == "UT2"
    assert hill.row("T1").state == "live"
