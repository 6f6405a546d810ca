"""Slack's markup to plain text and back to something harmless."""

import re

_MARK = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")
_SCHEME = re.compile(r"^https?://", re.IGNORECASE)


def escape(text: str) -> str:
    """Text that Slack will show as it is: no mention, no link, no date."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """What `escape` made, as it was."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def unmark(text: str, *, labels: bool = False) -> str:
    """Plain text from Slack's: `<https://x.org|x.org>` is `https://x.org`, `<@U1|ana>` is `@ana`.

    With `labels` a link keeps the words it was given: `the guide (https://x.org)`.
    """
    return unescape(_MARK.sub(lambda mark: _plain(mark, labels), text))


def _plain(mark: re.Match[str], labels: bool) -> str:
    target, label = mark[1], mark[2] or ""
    match target[0]:
        case "@":
            return "@" + (label.lstrip("@") or target[1:])
        case "#":
            return "#" + (label or target[1:])
        case (
            "!"
        ):  # <!date^…|Tuesday> and <!subteam^S1|@hosts> say it themselves; <!here|here> does not
            return label if "^" in target and label else "@" + target[1:].split("^")[0]
    if _SCHEME.match(target):
        worded = labels and label and _SCHEME.sub("", target).rstrip("/") not in label
        return f"{label} ({target})" if worded else target
    if target.startswith(("mailto:", "tel:")):
        return label or target.partition(":")[2]
    return mark[0]


def links_in(text: str) -> list[str]:
    """The web addresses that Slack has marked in `text`, in order."""
    return [unescape(mark[1]) for mark in _MARK.finditer(text) if _SCHEME.match(mark[1])]
