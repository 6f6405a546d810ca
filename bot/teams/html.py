"""Teams's rich text to plain text, with the links that were in it."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from bot.speech import is_web_address

Named = Callable[[int, str], str]
"""What is read for a mention: from its number in the text, and the name that is shown."""

MENTION = "Mention"  # itemtype="http://schema.skype.com/Mention"
REPLY = "Reply"  # a quoted message, in its itemtype, too
BLOCKS = {"p", "div", "li", "ul", "ol", "tr", "table", "blockquote", "pre"} | {
    f"h{n}" for n in range(1, 7)
}
SILENT = {"script", "style", "attachment", "head", "title", "template"}
CODE = {"pre", "code", "codeblock"}
MOST = 64_000  # characters; Teams's messages are shorter, and deep ones take long to parse
DEEPEST = 500  # elements within each other
VOID = {"br", "img", "hr", "wbr", "input"}  # they hold nothing
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_SCHEME = re.compile(r"\Ahttps?://", re.IGNORECASE)


def at_name(_number: int, name: str) -> str:
    """A mention as it is read: "@Ana"."""
    return f"@{name.lstrip('@')}"


def plain_html(markup: str, named: Named = at_name, *, labels: bool = False) -> str:
    """Plain text, one line a paragraph, what was quoted left out. A link is its address; with
    `labels` it keeps the words that it was given: `the guide (https://x.org)`."""
    parts: list[str] = []
    starts: list[int] = []  # where an element that is still open began
    seen = 0
    for node, enters in _walk(markup):
        if node.tag == "-text":
            parts.append(re.sub(r"\s+", " ", node.text_content or ""))
        elif enters:
            starts.append(len(parts))
        else:
            start = starts.pop()
            inner = "".join(parts[start:])
            if _is_mention(node):
                inner = named(seen, " ".join(inner.split()))
                seen += 1
            parts[start:] = [_closed(node, inner, labels)]
    lines = "".join(parts).replace("\xa0", " ").split("\n")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip() for line in lines)).strip()


def mentions_in(markup: str) -> int:
    """How many mentions are marked in it."""
    return sum(1 for node, enters in _walk(markup) if enters and _is_mention(node))


def links_in(markup: str, *, code: bool = True) -> list[str]:
    """The web addresses that it links to, in order; without `code`, not those in code."""
    found = [
        _attribute(node, "href")
        for node, enters in _walk(markup)
        if enters and node.tag == "a" and (code or not _is_in_code(node))
    ]
    return [each for each in found if is_web_address(each)]


def _is_in_code(node: Any) -> bool:
    while node is not None:
        if node.tag in CODE:
            return True
        node = node.parent
    return False


def _walk(markup: str) -> Iterator[tuple[Any, bool]]:
    """Every node with whether it is entered or left; texts are entered only. Only texts where it
    is nested so deeply that nobody can have written it."""
    markup = markup[:MOST]
    if _is_too_deep(markup):
        markup = re.sub(r"<[^<>]*>", "", markup)
    body = LexborHTMLParser(markup).body
    node: Any = body.child if body else None
    depth = 0
    while node is not None:
        if node.tag == "-text":
            yield node, True
        elif not _is_silent(node):
            yield node, True
            if node.child is not None:
                node, depth = node.child, depth + 1
                continue
            yield node, False
        while node.next is None:
            if depth == 0:
                return
            node, depth = node.parent, depth - 1
            yield node, False
        node = node.next


def _is_too_deep(markup: str) -> bool:
    """Whether more elements are open at once than anybody opens. The parser's time grows with the
    square of the depth, and everybody waits for it."""
    depth, opened = 0, Counter[str]()
    for closes, name in _TAG.findall(markup):
        tag = name.lower()
        if closes and opened[tag]:
            opened[tag] -= 1
            depth -= 1
        elif not closes and tag not in VOID:
            opened[tag] += 1
            depth += 1
            if depth > DEEPEST:
                return True
    return False


def _is_silent(node: Any) -> bool:
    quoted = node.tag == "blockquote" and _attribute(node, "itemtype").endswith(REPLY)
    return quoted or node.tag in SILENT or node.tag.startswith("-")


def _is_mention(node: Any) -> bool:
    return node.tag == "at" or _attribute(node, "itemtype").endswith(MENTION)


def _closed(node: Any, inner: str, labels: bool) -> str:
    match node.tag:
        case "br":
            return "\n"
        case "a":
            return _link(_attribute(node, "href"), inner, labels)
        case "img" | "emoji":
            return _attribute(node, "alt") if _is_emoji(node) else inner
        case tag if tag in BLOCKS:
            return inner if inner.endswith("\n") else f"{inner.rstrip(' ')}\n"
        case _:
            return inner


def _is_emoji(node: Any) -> bool:
    return node.tag == "emoji" or _attribute(node, "itemtype").endswith("Emoji")


def _link(target: str, label: str, labels: bool) -> str:
    if not _SCHEME.match(target):
        return label
    bare = _SCHEME.sub("", target).rstrip("/")
    worded = labels and label.strip() and bare not in label
    return f"{label} ({target})" if worded else target


def _attribute(node: Any, name: str) -> str:
    return node.attributes.get(name) or ""
