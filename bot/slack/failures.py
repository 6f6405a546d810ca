"""What a failed call means for a post: nothing taken, perhaps taken, or refused."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import aiohttp
import msgspec
from slack_sdk.errors import SlackApiError

from bot.errors import InDoubt, NotNow, Refused

# Slack's own words for "something broke on our side": it may have broken after the post.
DOUBTFUL = {"internal_error", "fatal_error", "service_unavailable", "request_timeout"}
_INVITE = (
    "I am not in that channel any more, or it is gone. Please invite me there again: somebody in it"
    " types /invite @Homeroom."
)
_READ_ONLY = "Only some people may write there. Ask the workspace’s owner to let me."
_INSTALL = (
    "Slack does not take my key to this workspace any more. Please ask whoever looks after"
    " Homeroom to install it there again."
)
_SCOPE = "Homeroom lacks a permission there. Please install it in this workspace again."
# Nothing will be taken there, whatever is sent, until somebody mends it: how, for a host.
OF_THE_PLACE = {
    "channel_not_found": _INVITE,
    "not_in_channel": _INVITE,
    "is_archived": "The channel is archived. Unarchive it, and invite me there again.",
    "restricted_action": _READ_ONLY,
    "restricted_action_read_only_channel": _READ_ONLY,
    "restricted_action_non_threadable_channel": _READ_ONLY,
    "restricted_action_thread_only_channel": _READ_ONLY,
    "channel_is_limited_access": _READ_ONLY,
    # People who can't be written to directly.
    "user_not_found": "",
    "users_not_found": "",
    "user_disabled": "",
    "user_not_visible": "",
    "cannot_dm_bot": "",
    "messages_tab_disabled": "",
}
OF_THE_WORKSPACE = {
    "token_revoked": _INSTALL,
    "token_expired": _INSTALL,
    "invalid_auth": _INSTALL,
    "not_authed": _INSTALL,
    "account_inactive": _INSTALL,
    "not_installed": _INSTALL,
    "team_access_not_granted": _INSTALL,
    "missing_scope": _SCOPE,
    "no_permission": _SCOPE,
    "not_allowed_token_type": _SCOPE,
    "team_added_to_org": "Slack is moving this workspace. It takes posts again when that is done.",
    "org_login_required": "Slack is moving this workspace. It takes posts again when that is done.",
    "ekm_access_denied": "The workspace’s owner has closed it to apps for the time being.",
    "accesslimited": "The workspace’s owner has closed it to apps for the time being.",
}
TOO_OFTEN = {"ratelimited", "rate_limited"}


@contextmanager
def told() -> Iterator[None]:
    """Turn what a call raises into NotNow, InDoubt or Refused."""
    try:
        yield
    except (NotNow, InDoubt, Refused):
        raise
    except SlackApiError as error:
        raise _said_no(error.response) from error
    except aiohttp.ClientConnectorError as error:
        raise NotNow(2) from error  # no connection, so nothing was sent
    except Exception as error:
        # A time-out, a reset, an answer that is no JSON: the post may stand in the channel.
        raise InDoubt(str(error) or type(error).__name__) from error


def read(status: int, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """What Slack answered to a call. Raises NotNow, InDoubt or Refused."""
    try:
        data = msgspec.json.decode(body, type=dict[str, Any])
    except msgspec.DecodeError:
        data = {}
    if status == 200 and data.get("ok"):
        return data
    raise _what(status, headers, str(data.get("error") or ""))


def _said_no(response: Any) -> Exception:
    """`response` is the SDK's, or aiohttp's where the answer could not be read."""
    status: int = getattr(response, "status_code", 0) or getattr(response, "status", 0)
    data = getattr(response, "data", None)
    reason = str(data.get("error") or "") if isinstance(data, dict) else ""
    return _what(status, response.headers, reason)


def _what(status: int, headers: Mapping[str, str], reason: str) -> Exception:
    if status == 429 or reason in TOO_OFTEN:
        return NotNow(_seconds(headers.get("Retry-After")))
    if status >= 500 or reason in DOUBTFUL or not reason:
        return InDoubt(reason or f"HTTP {status}")
    return refused(reason)


def opened_already(error: Exception) -> bool:
    """Whether a form was opened from this very press before: it was delivered twice."""
    return isinstance(error, SlackApiError) and error.response.get("error") == USED_UP


USED_UP = "exchanged_trigger_id"


def refused(reason: str) -> Refused:
    """What Slack's word for it stands in the way of, and how that is mended."""
    if reason in OF_THE_PLACE:
        return Refused(reason, "place", OF_THE_PLACE[reason])
    if reason in OF_THE_WORKSPACE:
        return Refused(reason, "workspace", OF_THE_WORKSPACE[reason])
    return Refused(reason)


def _seconds(retry_after: str | None) -> float:
    try:
        return max(1.0, float(retry_after or 1))
    except ValueError:
        return 30.0
