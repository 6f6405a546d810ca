"""How composers put things: counted, listed, shortened where one can see it."""

from collections.abc import Iterable, Sequence

from bot.compose.facts import Person, Promised, Shared
from bot.speech import Line, Span, line


def count(number: int, one: str, many: str = "") -> str:
    """ "1 answer", "3 answers"."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def shorten(text: str, most: int) -> str:
    """One line of at most `most` characters, cut between words and ending in … when cut."""
    flat = " ".join(text.split())
    if len(flat) <= most:
        return flat
    cut = flat[: most - 1]
    between = cut.rpartition(" ")[0] if flat[most - 1] != " " else cut
    # A word that alone fills the line is cut through: half of it says more than nothing.
    return (between if len(between) > most // 2 else cut).rstrip(" ,;:") + "…"


def capital(text: str) -> str:
    """The text as a sentence begins."""
    return text[:1].upper() + text[1:]


def quoted(text: str, most: int = 300) -> str:
    """“What someone wrote”, on one line."""
    return f"“{shorten(text, most)}”"


def names(people: Iterable[Person], most: int = 8) -> str:
    """ "Ana, Ben and 12 more"."""
    return listed([person.name for person in people], most)


def listed(words: Sequence[str], most: int = 8) -> str:
    """ "a, b and c", or "a, b and 12 more"."""
    if len(words) > most:
        words = [*words[:most], f"{len(words) - most} more"]
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def became(promise: Promised) -> str:
    """ " – kept": what became of a commitment, for the end of its line; "" while it is open. That
    one was dropped is said to nobody else."""
    if promise.state == "changed" and promise.became:
        return f" – changed to: {shorten(promise.became, 200)}"
    return f" – {promise.state}" if promise.state in ("kept", "changed") else ""


def few(lines: Sequence[Line], most: int, *more: Span) -> tuple[Line, ...]:
    """The first lines, and a last one that says how many more there are and where."""
    rest = len(lines) - most
    if rest <= 0:
        return tuple(lines)
    return (*lines[:most], (f"and {rest} more", *more))


def resource_lines(shared: Iterable[Shared], most: int, voices_each: int = 0) -> list[Line]:
    """A line for each resource: who spoke for it and why it helped them, `most` characters each.
    With `voices_each`, of so many of them; the others are counted."""
    voices: dict[int, list[Shared]] = {}
    for each in shared:
        voices.setdefault(each.id, []).append(each)
    return [_resource_line(said, most, voices_each or len(said)) for said in voices.values()]


def _resource_line(voices: Sequence[Shared], most: int, told: int) -> Line:
    said = [
        f"{each.who.full}: {shorten(each.why, most)}" if each.why else each.who.full
        for each in voices[:told]
    ]
    more = [f"and {len(voices) - told} more"] if len(voices) > told else []
    return line(voices[0].link, " – ", "; ".join((*said, *more)))
