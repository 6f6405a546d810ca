"""Installing by the page: three workspaces, and everything that can come back wrong."""

import asyncio
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from tests.installing.conftest import SCHOOLS, Browser, Town


def with_state(back: str, state: str | None) -> str:
    """The same way back, with another state."""
    there = urlsplit(back)
    told = [(key, value) for key, value in parse_qsl(there.query) if key != "state"]
    told += [] if state is None else [("state", state)]
    return there._replace(query=urlencode(told)).geturl()


def state_of(back: str) -> str:
    return dict(parse_qsl(urlsplit(back).query))["state"]


async def test_three_workspaces_install_it_and_are_answered(town: Town) -> None:
    for team in SCHOOLS:
        assert "not a valid command" in await town.says(team)
        page = await town.installs(team)
        assert page.status_code == 200
        assert "/invite @Homeroom" in page.text
    assert "Hill &lt;Schools&gt;" in page.text
    assert "<Schools>" not in page.text
    answers = await asyncio.gather(*(town.says(team, "help") for team in SCHOOLS))
    assert all("network" in each for each in answers), answers
    assert [town.row(team).state for team in SCHOOLS] == ["live"] * 3
    assert town.row("T2").installed_by == "UT2"


async def test_nobody_else_can_bring_a_state_back(hill: Town) -> None:
    mallory, ana = Browser(), Browser()
    back = await hill.allows(mallory, "T1")
    for address in (back, with_state(back, None), with_state(back, ""), with_state(back, "forged")):
        page = await ana.get(address)  # without a cookie, and then with one of her own
        assert page.status_code == 400
        assert "began elsewhere" in page.text
    own = await hill.allows(ana, "T1")
    page = await ana.get(with_state(back, state_of(back)))
    assert "began elsewhere" in page.text
    assert hill.row("T1") is None
    assert "/slack/install" in page.text
    assert (await ana.get(own)).status_code == 200


async def test_a_state_waits_ten_minutes_and_is_good_once(hill: Town) -> None:
    browser = Browser()
    back = await hill.allows(browser, "T1")
    hill.clock.move(hill.clock.now() + timedelta(minutes=10, seconds=1))
    assert "took too long" in (await browser.get(back)).text
    assert hill.row("T1") is None
    back = await hill.allows(browser, "T1")
    assert "Homeroom is in Coaching Network" in (await browser.get(back)).text
    before = hill.row("T1").revision
    again = await browser.get(back)
    assert (again.status_code, "opened before" in again.text) == (400, True)
    assert hill.row("T1").revision == before


async def test_two_tabs_both_come_to_their_end(hill: Town) -> None:
    browser = Browser()
    first = await hill.allows(browser, "T1")
    second = await hill.allows(browser, "T2")
    for back in (second, first):
        assert (await browser.get(back)).status_code == 200
    assert hill.row("T1").state == hill.row("T2").state == "live"


async def test_a_code_that_was_used_installs_nothing(hill: Town) -> None:
    browser = Browser()
    used = await hill.allows(browser, "T1")
    await browser.get(used)
    fresh = await hill.allows(browser, "T1")
    page = await browser.get(with_state(used, state_of(fresh)))
    assert (page.status_code, "used already" in page.text) == (400, True)
    made_up = await hill.allows(browser, "T2")
    page = await browser.get(made_up.replace("code=", "code=x"))
    assert "used already, or is too old" in page.text
    assert hill.row("T2") is None


async def test_a_no_is_taken_calmly(hill: Town) -> None:
    browser = Browser()
    page = await browser.get(await hill.allows(browser, ""))
    assert (page.status_code, "said no" in page.text) == (200, True)
    assert hill.row("T1") is None


async def test_what_comes_back_is_never_shown_as_markup(hill: Town) -> None:
    browser = Browser()
    back = await hill.allows(browser, "")
    page = await browser.get(back.replace("access_denied", "<script>alert(1)</script>"))
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


@pytest.mark.parametrize("odd", ["", "\0", "é" * 50, "x" * 9000, "<script>", "%ff", "gAAAAAB" * 9])
async def test_odd_things_come_back(hill: Town, odd: str) -> None:
    browser = Browser()
    own = state_of(await hill.allows(browser, "T1"))
    address = f"{hill.web}/slack/oauth_redirect"
    for told in ({"state": odd, "code": "c"}, {"state": own, "code": odd}, {"error": odd}):
        page = await browser.get(address, params=told)
        assert page.status_code == 400
        assert "<script" not in page.text
    cookie = {b"cookie": b"homeroom_install=\xff"}
    page = await Browser().get(address, params={"state": own}, headers=cookie)
    assert page.status_code == 400
    assert hill.row("T1") is None


async def test_a_wrong_secret_is_told_to_whoever_installs(hill: Town) -> None:
    hill.app.client_secret = "another"
    page = await hill.installs("T1")
    assert (page.status_code, "bad_client_secret" in page.text) == (400, True)
    assert hill.row("T1") is None


async def test_two_who_install_it_at_once_leave_one_that_works(hill: Town) -> None:
    pages = await asyncio.gather(*(hill.installs("T1") for _ in range(4)))
    assert all(page.status_code in (200, 400) for page in pages)
    assert any(page.status_code == 200 for page in pages)
    assert all("at the same moment" in page.text for page in pages if page.status_code == 400)
    assert hill.row("T1").state == "live"
    assert "network" in await hill.says("T1", "help")


async def test_what_cannot_be_saved_is_told(hill: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    browser, kept = Browser(), hill.kept()

    async def away(_work: object) -> None:
        raise OSError("no room")

    for at_the_state in (True, False):
        back = await hill.allows(browser, "T1")
        with monkeypatch.context() as patch:
            patch.setattr(kept, "_write" if at_the_state else "keep", away)
            page = await browser.get(back)
        assert (page.status_code, "in a minute" in page.text) == (503, True)
        assert "no room" not in page.text
    assert hill.row("T1") is None


async def test_slack_is_away(hill: Town) -> None:
    browser = Browser()
    back = await hill.allows(browser, "T1")
    hill.world.faults.add("oauth.v2.access", "reset")
    page = await browser.get(back)
    assert (page.status_code, "try again in a minute" in page.text) == (502, True)


async def test_what_slack_did_not_grant_is_named(hill: Town) -> None:
    hill.app.manifest["oauth_config"]["scopes"]["bot"].remove("users:read")
    page = await hill.installs("T1")
    assert "users:read" in page.text
    assert "may not do all" in page.text


async def test_installed_anew_it_has_the_newer_token(hill: Town) -> None:
    await hill.installs("T1")
    before = hill.row("T1").bot_token
    await hill.installs("T1")
    assert hill.row("T1").bot_token != before
    assert "not a valid command" not in await hill.says("T1")
