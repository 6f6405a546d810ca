"""Choosing a question for a prompt: from our library, or of what the network was asked before."""

from datetime import datetime

from bot.compose.phrases import shorten
from bot.compose.prompt_library import LIBRARY, find
from bot.errors import Refusal
from bot.speech import (
    Button,
    Buttons,
    Card,
    Element,
    Heading,
    Reply,
    Say,
    Small,
    Text,
    When,
    card,
    clean,
)
from handlers.prompts import MOST, form_sent, prompt_form
from handlers.words import Ask, word
from storage import prompts

LATELY = 200  # questions that it looks back on


@word("prompt library", who="host", reads=True)
def library(ask: Ask) -> Reply:
    """Choose a question from the library."""
    chosen = find(ask.rest)
    asked = dict(prompts.questions(ask.session, network_id=ask.me.network_id, limit=LATELY))
    if ask.rest and chosen is None and ask.rest.casefold() != "ours":
        raise Refusal(f"I have no questions for “{shorten(ask.rest, 60)}”. ", Say("prompt library"))
    if chosen:
        return _shelf(ask, f"Questions: {chosen[0]}", list(chosen[1]), asked)
    if ask.rest:
        return _shelf(ask, "Asked before in your network", list(asked)[:8], asked)
    shelves = [Button(name, f"prompt library {name}") for name in LIBRARY]
    own = [Button("Asked before here", "prompt library ours")] if asked else []
    return card(
        Heading("What is the question for?"),
        Buttons((*shelves, *own)),
        summary="The library of questions",
    )


def _shelf(ask: Ask, title: str, questions: list[str], asked: dict[str, datetime]) -> Card:
    elements: list[Element] = [Heading(title)]
    for each in questions:
        elements.append(Text((each,)))
        if each in asked:
            elements.append(Small(("Asked here ", When(asked[each], ask.me.zone, "day"))))
        elements.append(Buttons((Button("Use it", f"prompt use {each}"),)))
    return card(*elements, summary=title)


@word("prompt use", who="host", opens=True)
def use(ask: Ask) -> Reply:
    """Schedule a question from the library."""
    if ask.said.values is not None:
        return form_sent(ask, None)
    return prompt_form(ask, "prompt", clean(ask.rest)[:MOST], "")
