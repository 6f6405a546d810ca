r"""Typed text where Teams would read more into it than was typed.

Desktop reads Markdown as CommonMark does, phones with a parser of their own
(microsoft/Teams-AdaptiveCards-Mobile, MarkDownBlockParser.cpp) that takes a backslash away only
before * _ [ ] and would show every other. So only those four are escaped with one; whatever else
could begin something is kept from it by an invisible word joiner, which both leave alone.
"""

import re
from datetime import UTC

from bot.speech import When, printable

JOINER = "\u2060"

# Mentions and dates are read wherever text is shown, Markdown or not.
_READ_ANYWHERE = re.compile(r"<(?=/?at\b)|\{(?=\{)", re.IGNORECASE)
_READ_AS_HTML = re.compile(r"<(?=[a-z/!?])|&(?=[a-z#])", re.IGNORECASE)
_BEGINS_SOMETHING = re.compile(r"[<&{~\\]")
_ESCAPED = re.compile(r"[*_\[\]]")


def literal(text: str) -> str:
    """Typed text for where no Markdown is read: no mention, no date, no control characters."""
    return _READ_ANYWHERE.sub(_joined, printable(text))


def literal_html(text: str) -> str:
    """Typed text for where HTML is read, but perhaps not by every client."""
    return _READ_AS_HTML.sub(_joined, literal(text))


def escape(text: str) -> str:
    """Typed text in one line of a TextBlock, to be shown as it is.

    Bare addresses may still become links: to just what they say. A backtick is shown as its
    modifier letter: nothing keeps all clients from reading a pair of backticks as code.
    """
    said = " ".join(printable(text).split("\n"))
    said = _BEGINS_SOMETHING.sub(_joined, said.replace("`", "ˋ"))
    return _ESCAPED.sub(r"\\\g<0>", said)


def _joined(found: re.Match[str]) -> str:
    return found.group() + JOINER


def bold(text: str) -> str:
    """Escaped text, emphasised. Inside the stars stand joiners, since a star beside punctuation
    would not always count; white space stays outside."""
    inner = text.strip()
    if not inner:
        return text
    before, _, after = text.partition(inner)
    return f"{before}**{JOINER}{inner}{JOINER}**{after}"


def link(text: str, url: str) -> str:
    """Escaped text that opens a web address."""
    codes = {"(": "%28", ")": "%29", "{": "%7B", "}": "%7D"}
    return f"[{text}]({''.join(codes.get(each, each) for each in printable(url))})"


def local(when: When) -> str:
    """An instant that each reader's Teams writes in their own zone and language."""
    at = f"{when.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    day, hour = f"{{{{DATE({at},SHORT)}}}}", f"{{{{TIME({at})}}}}"
    return {"day": day, "time": hour, "both": f"{day}, {hour}"}[when.show]
