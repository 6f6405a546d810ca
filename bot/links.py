"""Links in what people type: finding them, and knowing when two are the same page."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from bot.speech import is_web_address

# Parameters that say where a reader came from, not which page it is.
_TRACKING = re.compile(
    r"^(utm_.*|gclid|fbclid|dclid|msclkid|mc_cid|mc_eid|igshid|yclid|_hsenc|_hsmi|si)$"
)
_CANDIDATE = re.compile(r"https?://[^\s<>\"|\\`]+", re.IGNORECASE)
_AFTER = ".,;:!?'\"”’»…*_~"


def find_links(text: str) -> list[str]:
    """The web addresses in `text`, in order, once each, without the sentence's punctuation."""
    found: dict[str, None] = {}
    for match in _CANDIDATE.finditer(text):
        address = _without_ending(match.group())
        if is_web_address(address):
            found.setdefault(address)
    return list(found)


def _without_ending(address: str) -> str:
    """Cut closing punctuation, and a bracket that the address did not open."""
    while address:
        last = address[-1]
        opened = {")": "(", "]": "[", "}": "{"}.get(last)
        unopened = opened is not None and address.count(last) > address.count(opened)
        if last not in _AFTER and not unopened:
            return address
        address = address[:-1]
    return address


def same_page(address: str) -> str:
    """A key that two addresses of one page share: lower-case host, no tracking, no fragment."""
    parts = urlsplit(address)
    host = (parts.hostname or "").removeprefix("www.")
    try:
        port = parts.port
    except ValueError:
        port = None
    if port and port not in (80, 443):
        host = f"{host}:{port}"
    asked = [
        pair
        for pair in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING.match(pair[0])
    ]
    # A fragment that starts with ! or / is a page of its own in single-page sites.
    fragment = parts.fragment if parts.fragment[:1] in ("!", "/") else ""
    return urlunsplit(("", host, parts.path.rstrip("/"), urlencode(asked), fragment))


def host_of(address: str) -> str:
    """The site's name, for a link whose title is not known."""
    return (urlsplit(address).hostname or address).removeprefix("www.")
