"""Whether Slack lets us do what we must: tokens, permissions, channels."""

from collections.abc import Sequence

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.findings import Finding, Spot
from bot.payload import object_at
from bot.slack.failures import refused
from bot.slack.installations import Installation, Installations
from bot.slack.manifest import SCOPES
from bot.slack.web_client import plain_client

PATIENCE = 10  # seconds for one answer
MOST = 200  # channels looked at, at one a call
INSTALL_AGAIN = (
    "Install the app there again: on its page at api.slack.com, Install App → Reinstall; or at"
    " /slack/install, where workspaces install it by themselves."
)
INVITE = "Somebody there types: /invite @Homeroom"
OUTSIDE = ("not_in_channel", "channel_not_found")
MENDED = "Look what keeps apps from posting there; then press “It is mended: try again”."
OPEN_AGAIN = "The token works again; what waits there goes out by itself, within some hours."


async def check(
    installations: Installations, base_url: str, workspaces: Sequence[str], spots: Sequence[Spot]
) -> list[Finding]:
    """Look at these workspaces, and those of these channels. It raises nothing."""
    findings = []
    for workspace in dict.fromkeys([*workspaces, *(each.workspace for each in spots)]):
        home = await installations.find(workspace)
        if home is None:
            findings.append(
                Finding(f"Slack · {workspace}", "Homeroom is not installed there.", INSTALL_AGAIN)
            )
            continue
        patient = [AsyncRateLimitErrorRetryHandler(max_retry_count=3)]
        slack = plain_client(base_url, home.bot_token, timeout=PATIENCE, retry_handlers=patient)
        found = await _token(slack, home)
        here = [each for each in spots if each.workspace == workspace]
        if found[0].well and any(each.shut for each in here):
            found[0] = Finding(found[0].about, OPEN_AGAIN)
        findings += found
        if found[0].well or "permissions" in found[0].said:
            findings += [await _channel(slack, each) for each in here[:MOST]]
            if len(here) > MOST:
                rest = f"{len(here) - MOST} more channels were not looked at."
                findings.append(Finding(f"Slack · {home.name or workspace}", rest))
    return findings


async def _token(slack: AsyncWebClient, home: Installation) -> list[Finding]:
    about = f"Slack · {home.name or home.workspace}"
    try:
        said = await slack.auth_test()
    except SlackApiError as no:
        reason = str(no.response.get("error") or "no reason")
        mend = refused(reason).mend or INSTALL_AGAIN
        return [Finding(about, f"Slack does not take the token ({reason}).", mend)]
    except (aiohttp.ClientError, TimeoutError) as problem:
        return [_silent(about, problem)]
    held = {each.strip() for each in _scopes(said.headers).split(",") if each.strip()}
    found = [_permissions(about, held)]
    if home.trouble:
        found.append(
            Finding(about, f"Its token could not be renewed ({home.trouble}).", INSTALL_AGAIN)
        )
    return found


def _scopes(headers: object) -> str:
    names = {str(name).lower(): str(value) for name, value in dict(headers).items()}  # type: ignore[call-overload]
    return names.get("x-oauth-scopes", "")


def _permissions(about: str, held: set[str]) -> Finding:
    missing = sorted(SCOPES.keys() - held)
    if not held:
        return Finding(about, "The token works. Slack did not tell which permissions it has.")
    if missing:
        wanted = "; ".join(f"{each} ({SCOPES[each]})" for each in missing)
        return Finding(
            about, f"The token works, but permissions are missing: {wanted}.", INSTALL_AGAIN
        )
    return Finding(about, f"The token works and has all {len(SCOPES)} permissions.")


async def _channel(slack: AsyncWebClient, spot: Spot) -> Finding:
    try:
        said = await slack.conversations_info(channel=spot.channel)
    except SlackApiError as no:
        reason = str(no.response.get("error") or "no reason")
        if reason in OUTSIDE:  # a private channel is shown to its members only
            why = "I can’t see it: I am not in it, or it is gone."
            return Finding(spot.shown, why, INVITE, spot.since)
        mend = refused(reason).mend or INVITE
        return Finding(spot.shown, f"I can’t see it ({reason}).", mend, spot.since)
    except (aiohttp.ClientError, TimeoutError) as problem:
        return _silent(spot.shown, problem)
    told = object_at(said.data, "channel")
    if told.get("is_archived"):
        mend = "Unarchive it, and invite me there again."
        return Finding(spot.shown, "It is archived.", mend, spot.since)
    if told.get("is_member") is False:
        why = "I am not in it, so what is for it waits." if spot.held else "I am not in it."
        return Finding(spot.shown, why, INVITE, spot.since)
    if spot.held in ("", *OUTSIDE, "is_archived"):
        again = "I am in it; what waited goes out by itself, within some hours."
        return Finding(spot.shown, again if spot.held else "I am in it.")
    mend = refused(spot.held).mend or MENDED
    return Finding(spot.shown, "I am in it, but it takes no posts of mine.", mend, spot.since)


def _silent(about: str, problem: Exception) -> Finding:
    return Finding(
        about,
        f"Slack could not be asked ({type(problem).__name__}).",
        "Look whether this machine reaches slack.com, and status.slack.com.",
    )
