"""What a failed call means for a post: nothing taken, perhaps taken, or refused.

Microsoft's table: "Status codes from bot conversational APIs" in
learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/conversation-messages.
"""

import random
from collections.abc import Mapping
from typing import Any

import msgspec

from bot.errors import InDoubt, NotNow, Refused

_ADD = "I am not in that team or chat any more. Please add Homeroom to that team or chat again."
_GONE = "That channel or chat is gone. Please add Homeroom to that team or chat again."
_BLOCKED = "Posts by apps are blocked there. Ask its owner to let me, and try again."
_ADMIN = (
    "Your Teams administrator has turned Homeroom off. Ask them to allow it in the Teams admin"
    " centre, under the app policies."
)
_KEY = (
    "Microsoft Teams does not take my key any more. Please ask whoever looks after Homeroom to"
    " check the bot’s registration and its secret."
)
LONGEST_REST = 3600.0  # seconds, whatever is told: it may be nonsense
# Nothing will be taken there, whatever is sent, until somebody mends it: how, for a host.
OF_THE_PLACE = {
    "BotNotInConversationRoster": _ADD,
    "ForbiddenOperationException": _ADD,  # a person for whom the app is not installed
    "ConversationNotFound": _GONE,
    "ConversationBlockedByUser": _BLOCKED,
    "MessageWritesBlocked": _BLOCKED,
    "NotEnoughPermissions": _BLOCKED,
    "MemberNotFoundInConversation": "",  # a person who can't be written to directly
}
OF_THE_WORKSPACE = {
    "BotDisabledByAdmin": _ADMIN,
    "BotNotRegistered": _KEY,
    "AuthorizationError": _KEY,
    "InvalidBotApiHost": _KEY,
}
# These are about a message, though Teams answers them with the same status as a missing place.
OF_THE_POST = {"ActivityNotFoundInConversation", "BadSyntax", "BadArgument", "MessageSizeTooBig"}
_BY_STATUS = {
    401: ("unauthorized", "workspace", _KEY),
    403: ("forbidden", "place", _ADD),
    404: ("not_found", "place", _GONE),
    410: ("gone", "place", _GONE),
}


def failed(status: int, headers: Mapping[str, str], body: bytes) -> NotNow | InDoubt | Refused:
    """What an answer that is not a 2xx means."""
    if status in (412, 425, 429):
        # 412 is "a precondition failed on one of our dependencies due to multiple concurrent
        # operations", and Microsoft says to send the same again: nothing was taken.
        return NotNow(_seconds(headers.get("Retry-After")))
    reason = _reason(body)
    if status >= 500 or status in (408, 409):
        # 502 and 504 are to be retried, too, says the rate limit page; but a gateway that gave up
        # does not know what became of the post behind it.
        return InDoubt(f"HTTP {status} {reason}".strip())
    return refused(reason, status)


def refused(reason: str, status: int = 0) -> Refused:
    """What Teams's word for it stands in the way of, and how that is mended."""
    if reason in OF_THE_PLACE:
        return Refused(reason, "place", OF_THE_PLACE[reason])
    if reason in OF_THE_WORKSPACE:
        return Refused(reason, "workspace", OF_THE_WORKSPACE[reason])
    if status in _BY_STATUS and reason not in OF_THE_POST:
        word, of, mend = _BY_STATUS[status]
        return Refused(reason or word, of, mend)  # type: ignore[arg-type]
    return Refused(reason or f"http_{status}")


def unknown_place() -> Refused:
    """A place that nobody has written from since this database exists."""
    return Refused("conversation_unknown", "place", _ADD)


def _reason(body: bytes) -> str:
    """Teams's own word, from either of its two shapes of an error; "" where there is none."""
    data = _object(body)
    error = data.get("error")
    code = error.get("code") if isinstance(error, dict) else error
    inner = _object(str(data.get("message") or "").encode())
    return str(inner.get("subCode") or code or "").replace(" ", "")[:80]


def _object(body: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, msgspec.ValidationError):
        return {}


def _seconds(retry_after: str | None) -> float:
    """How long to wait, with a little more at random, so that many who were told the same do not
    come back at once."""
    try:
        told = min(max(1.0, float(retry_after or 1)), LONGEST_REST)
    except ValueError:
        told = 30.0
    return told * (1 + random.random() / 4)  # noqa: S311 - no secret
