"""The words of a message that are said to us."""

import re
from collections.abc import Callable

from bot.payload import Activity, objects_at, text_at
from bot.teams.html import Named, at_name, mentions_in, plain_html

_OURS = "\0"  # stands where we are mentioned; no message holds one
# Up to the next mention's beginning or end: else its time grows with the square of the length.
_AT = re.compile(r"<at(?:\s[^<>]*)?>([^<]*(?:<(?!/?at\b)[^<]*)*)</at>")
_NAMES = r"\A/(?:learn|{})(?![^\W_])\s*"
# Where a card was put that somebody found with a search: it is no word.
_INSERTED = re.compile(r"<span[^<>]*/InputExtension\"[^<>]*>(?:\s*<span[^<>]*></span>)*\s*</span>")
_SLASH = re.compile(r"\A/(?=[^\W\d_])")


def words_of(activity: Activity) -> str:
    """The words without our own mention, links as their addresses. In a group those after the
    mention, or those before it where none follow: "Thanks @Ben! @Homeroom find it"."""
    text = _plain(activity)
    if text_at(activity, "conversation", "conversationType") == "personal":
        said = " ".join(text.split(_OURS)) if _OURS in text else text
    else:
        before, _, after = text.partition(_OURS)
        after = " ".join(after.split(_OURS)) if _OURS in after else after
        said = after if after.strip() else before
    return _unslashed(said.strip(), text_at(activity, "recipient", "name")).strip()


def _unslashed(said: str, name: str) -> str:
    """What follows "/learn" or our name, and a word without its slash: a slash command is sent as
    "/share", "/homeroom share" or "share", depending on the client."""
    bare = re.sub(_NAMES.format(re.escape(name or "learn")), "", said, flags=re.IGNORECASE)
    return _SLASH.sub("", bare)


def mentions_us(activity: Activity) -> bool:
    """Whether we are mentioned."""
    return any(_is_ours(activity, each) for each in _mentions(activity))


def _plain(activity: Activity) -> str:
    """Plain text. Teams puts what was typed into an attachment as HTML; `text` has no links."""
    text = _INSERTED.sub("", text_at(activity, "text").replace(_OURS, ""))
    rich = next(
        (
            text_at(each, "content").replace(_OURS, "")
            for each in objects_at(activity, "attachments")
            if text_at(each, "contentType") == "text/html"
        ),
        "",
    )
    if not rich and text_at(activity, "textFormat") == "xml":
        rich = text
    if rich:
        named = _named(activity, lambda: mentions_in(rich))
        if found := plain_html(rich, named):
            return found
    named = _named(activity, lambda: len(_AT.findall(text)))
    numbers = iter(range(len(text)))
    said = _AT.sub(lambda mark: named(next(numbers), mark[1].strip()), text)
    return said.replace("\xa0", " ").replace("\r\n", "\n")


def _named(activity: Activity, count: Callable[[], int]) -> Named:
    """How mentions are read; `count` says how many the text shows. They come in the order of the
    entities; where their numbers differ (Teams splits a name that somebody shortened), they are
    known by their names."""
    every = _mentions(activity)
    shown = count() if every else 0
    ours = {
        re.sub(r"</?at[^<>]*>", "", name).strip()
        for each in every
        if _is_ours(activity, each)
        for name in (text_at(each, "mentioned", "name"), text_at(each, "text"))
    }

    def named(number: int, name: str) -> str:
        alike = len(every) == shown and number < shown
        is_ours = _is_ours(activity, every[number]) if alike else name in ours
        return _OURS if is_ours else at_name(number, name)

    return named


def _mentions(activity: Activity) -> list[Activity]:
    return [e for e in objects_at(activity, "entities") if text_at(e, "type") == "mention"]


def _is_ours(activity: Activity, mention: Activity) -> bool:
    own = text_at(activity, "recipient", "id")
    return bool(own) and text_at(mention, "mentioned", "id") == own
