"""A card that is too long for one message, as several: nothing lost, and each says so."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from math import ceil

import msgspec

from bot.speech import (
    Button,
    Buttons,
    Card,
    Element,
    Fields,
    Heading,
    Items,
    Line,
    Link,
    Small,
    Span,
    Strong,
    Text,
    plain,
    plain_line,
)

Group = tuple[Element, ...]
encode = msgspec.json.Encoder().encode
_NOTE = 100  # of a page's size, for the words "Continues in the thread (1 of 3)"
_MARK = 40  # of it, for a list's bullet or number

# Teams counts bytes, 22,000 a card; Slack counts characters. A page holds 9,000 of what `size`
# counts, so that either takes it.
BYTES_A_CHARACTER = 2.4
ELEMENT, RUN, LINE = 70, 60, 115  # bytes of markup there: of an element, a span, a line of a text
BUTTON, QUESTION = 240, 250  # of a button, and of what it asks before it is believed


def pages(card: Card, *, most_characters: int = 9000, most_elements: int = 40) -> tuple[Card, ...]:
    """The card itself when it fits, else several: the first for the channel, the others for its
    thread. Headings stay with what follows them; buttons and small print with what they are of."""
    if _fits(card.elements, most_characters, most_elements):
        return (card,)
    room = max(most_characters - 2 * _NOTE, 1), max(most_elements - 2, 1)
    packed = _packed(_groups(card.elements), *room)
    if len(packed) == 1:
        return (card,)
    return tuple(_page(card, each, i, len(packed)) for i, each in enumerate(packed, start=1))


def _page(card: Card, elements: Group, number: int, total: int) -> Card:
    of = f"({number} of {total})"
    if number == 1:
        ending = Small((f"Continues in the thread {of}",))
        return Card((*elements, ending), card.summary, card.instead)
    return Card((Small((f"Continued {of}",)), *elements), f"{card.summary} {of}")


def size(elements: Group) -> int:
    """How many characters elements take, addresses counted; of writing that takes more bytes, and
    where there is much markup, so many as those bytes would be of plain letters."""
    characters = len(plain(elements)) + sum(len(url) for each in elements for url in _urls(each))
    return max(characters, ceil(_bytes(elements) / BYTES_A_CHARACTER))


def _bytes(elements: Group) -> int:
    """How many bytes of JSON elements take at most, on a platform whose markup is JSON too."""
    return len(encode(elements)) + ELEMENT * len(elements) + sum(map(_markup, elements))


def _markup(element: Element) -> int:
    match element:
        case Text(spans=spans) | Small(spans=spans):
            return sum(map(_run, spans))
        case Items(lines=lines):
            return sum(LINE + RUN + sum(map(_run, each)) for each in lines)
        case Fields(pairs=pairs):
            return sum(LINE + RUN + sum(map(_run, value)) for _, value in pairs)
        case Buttons(buttons=buttons):
            return sum(map(_button, buttons))
        case _:
            return 0


def _run(span: Span) -> int:
    if isinstance(span, str | Strong):
        return RUN + LINE * plain_line((span,)).count("\n")
    bare = isinstance(span, Link) and not span.text  # its address stands there twice
    return RUN + (len(encode(span)) if bare else 0)


def _button(button: Button) -> int:
    # What it says stands there twice, for clients that know only older buttons.
    return BUTTON + len(encode(button)) + (QUESTION if button.confirm else 0)


def _urls(element: Element) -> Iterator[str]:
    match element:
        case Buttons(buttons=buttons):
            yield from (f"{button.says}{button.url}" for button in buttons)
        case Heading():
            return
        case Text(spans=spans) | Small(spans=spans):
            yield from _addresses(spans)
        case Fields(pairs=pairs):
            yield from (url for _, value in pairs for url in _addresses(value))
        case Items(lines=lines):
            yield from (url for each in lines for url in _addresses(each))
        case _:
            yield element.url


def _addresses(spans: Line) -> Iterator[str]:
    return (span.url for span in spans if isinstance(span, Link) and span.text)


def _fits(elements: Group, characters: int, count: int) -> bool:
    return len(elements) <= count and size(elements) <= characters


def _groups(elements: Group) -> list[Group]:
    """Elements that belong together."""
    groups: list[Group] = []
    for element in elements:
        after_heading = bool(groups) and all(isinstance(each, Heading) for each in groups[-1])
        if groups and (after_heading or isinstance(element, (Buttons, Small))):
            groups[-1] = (*groups[-1], element)
        else:
            groups.append((element,))
    return groups


def _packed(groups: list[Group], characters: int, count: int) -> list[Group]:
    """As many groups to a page as fit."""
    pages: list[Group] = []
    for group in (part for each in groups for part in _parts(each, characters, count)):
        if pages and _fits((*pages[-1], *group), characters, count):
            pages[-1] = (*pages[-1], *group)
        else:
            pages.append(group)
    return pages


def _parts(group: Group, characters: int, count: int) -> list[Group]:
    """A group that no page holds, in parts: its long elements in halves of a page, so that a
    heading and buttons find room beside them; where even that is too much, one by one."""
    if _fits(group, characters, count):
        return [group]
    half = max(characters // 2, 1)
    pieces = tuple(piece for element in group for piece in _pieces(element, half))
    parts: list[Group] = []
    for each in _groups(pieces):
        parts += [each] if _fits(each, characters, count) else [(one,) for one in each]
    return parts


def _pieces(element: Element, most: int) -> Iterator[Element]:
    if size((element,)) <= most:
        yield element
        return
    match element:
        case Text(spans=spans):
            yield from (Text(part) for part in _cut(spans, most))
        case Small(spans=spans):
            yield from (Small(part) for part in _cut(spans, most))
        case Items(lines=lines, ordered=ordered):
            yield from _item_pieces(lines, ordered, most)
        case Fields(pairs=pairs):
            for label, value in pairs:
                first, *rest = _cut(value, max(most - len(label) - _MARK, 1)) or [()]
                yield Fields(((label, first),))
                yield from (Text(part) for part in rest)
        case _:
            yield element


def _item_pieces(lines: tuple[Line, ...], ordered: bool, most: int) -> Iterator[Element]:
    """A long list in shorter ones. An ordered one keeps its numbers by writing them out, for a
    list would begin at 1 again on the next page."""
    chunk: list[Line] = []
    for number, each in enumerate(lines, start=1):
        item = (f"{number}. ", *each) if ordered else each
        for part in _cut(item, max(most - _MARK, 1)) or [()]:
            if chunk and size((_listed([*chunk, part], ordered),)) > most:
                yield _listed(chunk, ordered)
                chunk = []
            chunk.append(part)
    yield _listed(chunk, ordered)


def _listed(lines: list[Line], ordered: bool) -> Element:
    if not ordered:
        return Items(tuple(lines))
    return Text(tuple(span for each in lines for span in ("\n", *each))[1:])


def _cut(spans: Line, most: int) -> list[Line]:
    """A line in parts of at most the size `most`; a link or an instant is never cut."""
    lines: list[Line] = []
    current: list[Span] = []
    room = most
    for span in spans:
        rest = span
        while (cost := _cost(rest)) > room and (current or isinstance(rest, str | Strong)):
            head, rest = _divided(rest, room, forced=not current)
            if head or current:
                lines.append((*current, *head))
            current, room = [], most
        if cost:
            current.append(rest)
            room -= cost
    return [*lines, tuple(current)] if current else lines


def _cost(span: Span) -> int:
    return size((Text((span,)),)) if plain_line((span,)) else 0


def _divided(span: Span, room: int, *, forced: bool) -> tuple[Line, Span]:
    """What of a span goes into the room left, and the rest of it."""
    if not isinstance(span, str | Strong):
        return (), span
    text = plain_line((span,))
    fitting = bisect_right(range(1, len(text)), room, key=lambda at: _cost(text[:at]))
    at = _boundary(text, fitting) or (max(fitting, 1) if forced else 0)
    head, rest = text[:at].rstrip(), text[at:].lstrip() if at else text
    if isinstance(span, Strong):
        return ((Strong(head),) if head else ()), Strong(rest)
    return ((head,) if head else ()), rest


_BOUNDARIES = tuple(map(re.compile, (r"\n", r"[.!?…][”\")]?\s", r"\s")))


def _boundary(text: str, room: int) -> int:
    """Where to cut: after a line, a sentence or a word, whichever fills half the room."""
    window = text[: max(room, 0) + 1]
    last = 0
    for pattern in _BOUNDARIES:
        last = max((match.end() for match in pattern.finditer(window)), default=0)
        if last > room // 2:
            return last
    return last
