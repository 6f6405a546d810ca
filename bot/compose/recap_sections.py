"""The sections of a recap: their beginnings for the post, their detail for its thread."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.compose.facts import CallFacts, Promised, Raised, Said, Shared, for_everyone
from bot.compose.phrases import became, count, few, names, quoted, resource_lines, shorten
from bot.speech import (
    Button,
    Buttons,
    Card,
    Element,
    Fields,
    Heading,
    Items,
    Line,
    Strong,
    Text,
    When,
    card,
    line,
)

MOST_BRIEF, BRIEF = 4, 200

T = TypeVar("T")


@dataclass(frozen=True)
class ExitFigures:
    """A call's exit tickets: every `useful` (1–5), every `recommend` that was answered, and how
    many people were `asked`."""

    useful: tuple[int, ...]
    recommend: tuple[bool, ...]
    asked: int


@dataclass(frozen=True)
class RecapFacts:
    """All that a recap is made from. `followed` are earlier commitments that were answered,
    `closed` are problems; `asked` are the prompts since the last call, with what was answered.
    `left_out` holds marks: r12 a resource, p3 a problem, c4 a commitment.
    `opening_by` is "model", or the name of the host who wrote the opening."""

    call: CallFacts
    resources: tuple[Shared, ...] = ()
    problems: tuple[Raised, ...] = ()
    commitments: tuple[Promised, ...] = ()
    followed: tuple[Promised, ...] = ()
    closed: tuple[Raised, ...] = ()
    asked: tuple[tuple[str, tuple[Said, ...]], ...] = ()
    asks: tuple[Raised, ...] = ()
    disagreements: tuple[Said, ...] = ()
    exit: ExitFigures | None = None
    next_call: When | None = None
    notes_link: str = ""
    left_out: tuple[str, ...] = ()
    opening: str = ""
    opening_by: str = ""
    approved_by: str = ""


@dataclass(frozen=True)
class Section:
    """A part of a recap. `whole` is whether its beginnings already say everything."""

    title: str
    brief: tuple[Line, ...]
    detail: tuple[Element, ...]
    whole: bool

    def beginnings(self) -> Iterator[Element]:
        yield Text((Strong(self.title),))
        yield Items(few(self.brief, MOST_BRIEF, " in the thread"))

    def in_thread(self, of: str) -> Card:
        return card(Heading(self.title), *self.detail, summary=f"{of}: {self.title}")


def sections(facts: RecapFacts) -> Iterator[Section]:
    """What there is to say, in the order in which a reader looks for it."""
    resources = _kept(facts.resources, resource_mark, facts.left_out)
    if resources:
        yield _listing(
            "Resources, and why they helped",
            lambda most: resource_lines(resources, most),
        )
    for problem in _kept(for_everyone(facts.problems), problem_mark, facts.left_out):
        yield _problem(problem)
    worked = {each.id for each in facts.problems}
    also = (each for each in for_everyone(facts.closed) if each.id not in worked)
    closed = _kept(also, problem_mark, facts.left_out)
    if closed:
        yield _listing("Closed, and what will be different", lambda most: _lessons(closed, most))
    followed = _kept(
        (each for each in facts.followed if each.state in ("kept", "changed")),
        commitment_mark,
        facts.left_out,
    )
    if followed:
        yield _listing(
            "What became of earlier commitments",
            lambda most: [
                _attributed(each.who.full, f"{shorten(each.words, most)}{became(each)}", 2 * most)
                for each in followed
            ],
        )
    commitments = _kept(facts.commitments, commitment_mark, facts.left_out)
    if commitments:
        yield _listing(
            "Commitments",
            lambda most: [_attributed(each.who.full, each.words, most) for each in commitments],
        )
    asks = _kept(for_everyone(facts.asks), problem_mark, facts.left_out)
    if asks:
        yield _asks(asks)
    answered = [(question, answers) for question, answers in facts.asked if answers]
    if answered:
        yield _listing("Asked between calls", lambda most: _answers(answered, most))
    if facts.disagreements:
        yield _listing(
            "Where we disagreed",
            lambda most: [
                _attributed(each.who.full, each.words, most) for each in facts.disagreements
            ],
        )


def resource_mark(each: Shared) -> str:
    return f"r{each.id}"


def problem_mark(each: Raised) -> str:
    return f"p{each.id}"


def commitment_mark(each: Promised) -> str:
    return f"c{each.id}"


def marks(facts: RecapFacts) -> tuple[tuple[str, str], ...]:
    """Every item that a host may leave out: its mark, and words to know it by."""
    found = {resource_mark(r): f"Resource: {r.title or r.url}" for r in facts.resources}
    for problem in for_everyone((*facts.problems, *facts.closed, *facts.asks)):
        found[problem_mark(problem)] = f"Problem: {problem.what}"
    for promised in (*facts.followed, *facts.commitments):
        found[commitment_mark(promised)] = f"{promised.who.name} will: {promised.words}"
    return tuple((mark, shorten(words, 75)) for mark, words in found.items())


def _kept(items: Iterable[T], mark: Callable[[T], str], left_out: tuple[str, ...]) -> list[T]:
    return [each for each in items if mark(each) not in left_out]


def _listing(title: str, written: Callable[[int], list[Line]]) -> Section:
    """A section of one line an item; `written` writes them with so many characters each."""
    brief, full = tuple(written(BRIEF)), tuple(written(4000))
    return Section(title, brief, (Items(full),), brief == full and len(full) <= MOST_BRIEF)


def _attributed(name: str, words: str, most: int) -> Line:
    return line(Strong(name), f": {shorten(words, most)}")


def _problem(problem: Raised) -> Section:
    """The problem that was worked on, and what was offered, by whom."""
    offers = [_attributed(each.who.full, each.words, 200) for each in problem.offers]
    told = (("Tried so far", problem.tried), ("Help wanted", problem.wanted))
    pairs = tuple((label, (words,)) for label, words in told if words)
    full = tuple(line(Strong(each.who.full), f": {each.words}") for each in problem.offers)
    detail: list[Element] = [Text((f"“{problem.what}” – {problem.by}",))]
    if pairs:
        detail.append(Fields(pairs))
    if full:
        detail += [Text((Strong("Offered"),)), Items(full)]
    lesson = [line(Strong("What will be different: "), problem.lesson)] if problem.lesson else []
    detail += [Text(each) for each in lesson]
    first = (f"{quoted(problem.what, 200)} – {problem.by}",)
    return Section(
        "The problem, and what was offered",
        (first, *(_brief(each) for each in lesson), *(offers or [("No offers yet.",)])),
        tuple(detail),
        whole=not pairs
        and first == (f"“{problem.what}” – {problem.by}",)
        and tuple(offers) == full
        and not lesson
        and len(full) < MOST_BRIEF,
    )


def _brief(said: Line) -> Line:
    return (said[0], shorten(str(said[1]), 200))


def _answers(asked: Sequence[tuple[str, tuple[Said, ...]]], most: int) -> list[Line]:
    """A line a question: who answered it, and in the thread what they said."""
    return [
        line(
            Strong(quoted(question, most)),
            f" – {count(len(answers), 'answer')}: ",
            names([each.who for each in answers])
            if most <= BRIEF
            else "; ".join(f"{each.who.full}: {shorten(each.words, most)}" for each in answers),
        )
        for question, answers in asked
    ]


def _lessons(closed: list[Raised], most: int) -> list[Line]:
    return [
        line(
            f"{quoted(each.what, most)} – {each.by}",
            f": {shorten(each.lesson, most)}" if each.lesson else "",
        )
        for each in closed
    ]


def _asks(asks: list[Raised]) -> Section:
    """What nobody has answered yet, each with a button to offer help."""
    detail: list[Element] = []
    for each in asks:
        detail.append(Text((f"“{each.what}” – {each.by}",)))
        detail.append(Buttons((Button("I can help", f"offer {each.id}"),)))
    brief = tuple((f"{quoted(each.what, 200)} – {each.by}",) for each in asks)
    return Section(
        f"{count(len(asks), 'ask')} still unanswered: can you help?", brief, tuple(detail), False
    )
