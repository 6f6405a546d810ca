"""What a failed call means for a post: nothing taken, perhaps taken, or refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.errors import InDoubt, NotNow, Refused

# Slack's own words for "something broke on our side": it may have broken after the post.
DOUBTFUL = {"internal_error", "fatal_error", "service_unavailable", "request_timeout"}
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


def _said_no(response: Any) -> Exception:
    """`response` is the SDK's, or aiohttp's where the answer could not be read."""
    status: int = getattr(response, "status_code", 0) or getattr(response, "status", 0)
    data = getattr(response, "data", None)
    reason = str(data.get("error") or "") if isinstance(data, dict) else ""
    if status == 429 or reason in TOO_OFTEN:
        return NotNow(_seconds(response.headers.get("Retry-After")))
    if status >= 500 or reason in DOUBTFUL or not reason:
        return InDoubt(reason or f"HTTP {status}")
    return Refused(reason)


def _seconds(retry_after: str | None) -> float:
    try:
        return max(1.0, float(retry_after or 1))
    except ValueError:
        return 30.0
