"""Links in what people type: finding them, and knowing when two are the same page."""

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

from bot.speech import is_web_address

# Parameters that say where a reader came from, not which page it is.
_TRACKING = re.compile(
    r"^(utm_.*|gclid|fbclid|dclid|msclkid|mc_cid|mc_eid|igshid|yclid|_hsenc|_hsmi|si)$"
)
_CANDIDATE = re.compile(r"https?://[^\s<>\"|\\`]+", re.IGNORECASE)
_LABEL = re.compile(r"\|([^<>|]*)>")
_AFTER = ".,;:!?'\"”’»…*_~"
_OPENED = {")": "(", "]": "[", "}": "{"}
_BRACKETS = {"(": ")", "[": "]", "{": "}", "<": ">", "“": "”", '"': '"', "*": "*", "_": "_"}


def find_links(text: str) -> list[str]:
    """The web addresses in `text`, in order, once each, without the sentence's punctuation."""
    found: dict[str, None] = {}
    for match in _CANDIDATE.finditer(text):
        address = _without_ending(match.group())
        if is_web_address(address) and _split(address):
            found.setdefault(address)
    return list(found)


def _without_ending(address: str) -> str:
    """Cut closing punctuation, and a bracket that the address did not open."""
    # Counted once: counting for each sign takes seconds where somebody sends thousands of them.
    extra = {last: address.count(last) - address.count(first) for last, first in _OPENED.items()}
    end = len(address)
    while end:
        last = address[end - 1]
        if last not in _AFTER and extra.get(last, 0) <= 0:
            break
        if last in extra:
            extra[last] -= 1
        end -= 1
    return address[:end]


def slip_in(text: str) -> str:
    """The first word that begins as an address and is none; "" where there is no such."""
    every = (_without_ending(each.group()) for each in _CANDIDATE.finditer(text))
    return next((each for each in every if not find_links(each)), "")


def tells_a_secret(address: str) -> bool:
    """Whether an address has a name or a password before its host."""
    parts = _split(address)
    return parts is not None and "@" in parts.netloc


def without_link(text: str, link: str) -> str:
    """What was said beside a link: without the brackets around it, or the comma after it. The
    label that some programs give a link (`<link|label>`) is kept, unless it repeats the link."""
    before, _, after = text.partition(link)
    if before.endswith("<") and (labelled := _LABEL.match(after)):
        label = "" if labelled[1] in link else labelled[1]
        before, after = before[:-1], f" {label} {after[labelled.end() :]}"
    while before and after.startswith(_BRACKETS.get(before[-1], "\0")):
        before, after = before[:-1], after[1:]
    return re.sub(r"[ \t]{2,}", " ", f"{before} {after.lstrip('.,;:!?…')}").strip()


def same_page(address: str) -> str:
    """A key that two addresses of one page share: lower-case host, no tracking, no fragment."""
    parts = _split(address)
    if parts is None:
        return address
    host = (parts.hostname or "").removeprefix("www.")
    port = parts.port
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
    parts = _split(address)
    return ((parts and parts.hostname) or address).removeprefix("www.")


def short_address(address: str, most: int = 60) -> str:
    """An address to be read: its site and path, so that two of one site are told apart."""
    parts = _split(address)
    shown = f"{host_of(address)}{parts.path if parts else ''}".rstrip("/")
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"


def on_own_machine(address: str) -> bool:
    """Whether only the person's own machine answers at an address: localhost, 127.0.0.1, [::1]."""
    parts = _split(address)
    host = ((parts and parts.hostname) or "").rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        inner = ip_address(host)
    except ValueError:
        return False
    return inner.is_loopback or inner.is_unspecified


MOST_WORDS = 280  # characters that are kept of what stands around a link
NEAR = 20  # lines before and after a link in which its words are looked for
_INSIDE = (".local", ".internal", ".intranet", ".lan", ".corp", ".home.arpa")


def out_of_reach(address: str) -> bool:
    """Whether people of other organisations cannot open an address: it is on one's own machine, or
    names one inside an organisation."""
    if on_own_machine(address):
        return True
    parts = _split(address)
    host = ((parts and parts.hostname) or "").rstrip(".")
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith(_INSIDE)


def words_around(text: str, link: str, most: int = MOST_WORDS) -> str:
    """What was said beside a link: its line, with the line before or after where it stands alone;
    other links are named. "" where nothing was said."""
    lines = [each.strip().removeprefix(">").strip() for each in text.split("\n")]
    at = next((number for number, each in enumerate(lines) if link in each), None)
    if at is None:
        return ""
    said = _unlinked(_near(lines[at], link, most), link)
    if len(said.split()) < 3:
        before, after = lines[max(0, at - NEAR) : at], lines[at + 1 : at + 1 + NEAR]
        near = [each for each in (*reversed(before), *after) if each]
        said = " ".join(filter(None, (next((e for e in near if not find_links(e)), ""), said)))
    said = said.rstrip(" :,;–-")
    return said if len(said) <= most else f"{said[: most - 1].rstrip()}…"


def _near(line: str, link: str, most: int) -> str:
    """The part of a long line that a link stands in."""
    start = line.index(link)
    room = max(0, most - 20) // 2
    first, last = max(0, start - room), start + len(link) + room
    before = line[first:start] if not first else f"…{line[first:start].partition(' ')[2]}"
    after = line[start + len(link) : last]
    cut = last < len(line)
    return f"{before}{link}{after.rpartition(' ')[0] + '…' if cut and ' ' in after else after}"


def _unlinked(line: str, link: str) -> str:
    """A line without its link; where words stand on both sides, it would lack a word, and the
    link is named."""
    before, _, after = line.partition(link)
    amid = before.strip(" :–-") and after.strip(" .,;:!?…") and not before.endswith(("(", "<"))
    said = f"{before}{short_address(link)}{after}" if amid else without_link(line, link)
    for each in find_links(said):
        said = said.replace(each, short_address(each))
    return said


def _split(address: str) -> SplitResult | None:
    """The address in its parts; None when it only looks like one, as https://[oops does, and
    https://example.org:99999/."""
    try:
        parts = urlsplit(address)
        return parts if parts.port is None or parts.port >= 0 else None
    except ValueError:
        return None
