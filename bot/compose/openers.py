"""Questions that a call's connection may open with; all in our own words."""

from collections.abc import Iterable, Sequence

from bot.compose.prompt_library import LIBRARY

OPENERS: tuple[str, ...] = (
    *LIBRARY["Opening"],
    "Which word describes your week so far?",
    "What did you learn from a student this week?",
    "What is one thing that went better than you feared?",
    "Where were you when you last felt like a learner yourself?",
    "What would you like to be asked today?",
    "Which sound belongs to your school?",
    "What are you carrying into this call that you would like to put down?",
    "Who in your building deserves a thank-you, and for what?",
    "What did you read, see or hear lately that you keep thinking about?",
    "What is one rule of your own that you broke this week?",
    "Which five minutes of your week would you show to everybody here?",
    "What was harder than it looked?",
    "What are you curious about today?",
    "When did you laugh at work this week?",
    "What is one thing you know now that you did not know a month ago?",
    "Which question are you tired of, and which one do you miss?",
    "What is a small change that made a room friendlier?",
    "If this week were weather, what would it be?",
    "What did you do today for the first time?",
    "Which student would be surprised to hear what you think of them?",
    "What helps you to listen?",
    "What is the best thing somebody said to you as a teacher?",
    "What would make this hour worth it for you?",
    "What have you not finished, and is that all right?",
    "Which place in your building do people go to when they need a minute?",
    "What did you see in somebody else’s room that you would like to try?",
    "What do you hope your students say about this year?",
    "What is one thing you can say no to this week?",
    "Which tradition of your school would you never give up?",
    "What made you choose this work, and is it still true?",
    "What did a mistake teach you lately?",
    "Who taught you to ask good questions?",
    "What is giving you energy at the moment?",
)


def library(network_id: int, changed: Iterable[tuple[str, bool]] = ()) -> tuple[str, ...]:
    """The questions of a network: those that it added, then ours, without what it took out.
    `changed` are (question, whether it was taken out). Networks begin at different places."""
    begin = network_id * 7 % len(OPENERS)
    told = {alike(words): (words, out) for words, out in changed}
    own = [words for words, out in told.values() if not out and not is_ours(words)]
    gone = {key for key, (_, out) in told.items() if out}
    ours = (*OPENERS[begin:], *OPENERS[:begin])
    return (*own, *(each for each in ours if alike(each) not in gone))


def in_turn(before: Sequence[str], questions: Sequence[str]) -> tuple[str, ...]:
    """The questions as they come: those that were not asked yet, then the one of longest ago.
    `before` are those that were asked, that of longest ago first."""
    had = {alike(each): place for place, each in enumerate(before)}
    return tuple(sorted(questions, key=lambda each: had.get(alike(each), -1)))


def alike(question: str) -> str:
    """What tells a question from others, however it is written."""
    return " ".join(question.casefold().split())


def is_ours(question: str) -> bool:
    """Whether a question is one that every network begins with."""
    return alike(question) in _OURS


_OURS = frozenset(alike(each) for each in OPENERS)
