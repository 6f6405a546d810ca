"""What becomes of a prompt: scheduled, paused, asked at once, cancelled."""

import re
from dataclasses import replace

from bot.asked import channels_of, show_asking, timing_of
from bot.errors import Refusal
from bot.speech import Button, Buttons, Card, Reply, Say, Text, card
from bot.timing import next_after
from handlers.prompts import (
    comes,
    found_prompt,
    note,
    plan_next,
    previewed,
    prompt,
    waits_for_now,
)
from handlers.words import Ask, word
from storage import chores, prompts
from storage.models import Prompt

MOST_LIVE = 50
JUST_NOW = 600  # seconds


@word("prompt schedule", who="host")
def schedule(ask: Ask) -> Reply:
    """Schedule a prompt that was looked over."""
    known = found_prompt(ask)
    if known.state != "draft":
        return previewed(ask, known)
    every = prompts.waiting(ask.session, network_id=ask.me.network_id)
    if sum(each.state == "live" for each in every) >= MOST_LIVE:
        raise Refusal(
            f"{MOST_LIVE} prompts are scheduled already. Cancel one first: ", Say("prompts")
        )
    return _go_live(ask, known, "scheduled", "Scheduled.")


@word("prompt resume", who="host")
def resume(ask: Ask) -> Reply:
    """Go on with a prompt that was paused."""
    known = found_prompt(ask)
    if known.state != "paused":
        return previewed(ask, known)
    return _go_live(ask, known, "resumed", "It goes on.")


def _go_live(ask: Ask, known: Prompt, did: str, said: str) -> Card:
    if next_after(timing_of(known), ask.now) is None:
        raise Refusal(
            "Its time is over by now, so it was not scheduled. Press Change and say another time."
        )
    if not channels_of(ask.session, known):
        raise Refusal(
            "It has no channel left to be asked in, so nothing was changed. Choose one first: ",
            Say(f"prompt change {known.id}"),
        )
    known.state = "live"
    plan_next(ask, known)
    note(ask, known, did)
    return card(
        said,
        Text(comes(ask, known)),
        Buttons((Button("All prompts", "prompts"),)),
        summary=said,
        instead=True,
    )


@word("prompt pause", who="host")
def pause(ask: Ask) -> Reply:
    """Pause a prompt: it is not asked until you resume it."""
    known = found_prompt(ask)
    if known.state == "live":
        known.state = "paused"
        chores.cancel(ask.session, kind="prompt", ref=known.id)
        note(ask, known, "paused")
    return card(
        "Paused. It is not asked until you resume it.",
        Buttons((Button("Resume", f"prompt resume {known.id}"),)),
        instead=True,
    )


@word("prompt cancel", who="host")
def cancel(ask: Ask) -> Reply:
    """Cancel a prompt: it is not asked any more; its answers stay."""
    known = found_prompt(ask)
    _end(ask, known)
    note(ask, known, "cancelled")
    return card("Cancelled. What was answered stays, and can be found.", instead=True)


@word("prompt drop", who="host")
def drop(ask: Ask) -> Reply:
    """Drop a prompt that was never scheduled."""
    known = found_prompt(ask)
    if known.state != "draft":
        raise Refusal("That one is scheduled. ", Say("prompts"), " lets you cancel it.")
    _end(ask, known)
    return card("Dropped. Nothing was posted.", instead=True)


@word("prompt now", who="host")
def ask_now(ask: Ask) -> Reply:
    """Ask a prompt now: besides its times, or once."""
    if typed := re.match(r"[\s:–-]*(?=\D)(.*)", ask.rest, re.DOTALL):
        return prompt(replace(ask, rest=f"now: {typed[1]}"))  # the colon was left out
    known = found_prompt(ask)
    last = prompts.last_asking(ask.session, prompt_id=known.id)
    if last and (ask.now - last.at).total_seconds() < JUST_NOW:
        return card("It was asked just now. To ask it again, wait ten minutes.")
    once = waits_for_now(known, ask.now)
    if once and not channels_of(ask.session, known):
        raise Refusal(
            "It has no channel to be asked in, so nothing was posted. Choose one first: ",
            Say(f"prompt change {known.id}"),
        )
    show_asking(ask.session, prompts.ask(ask.session, prompt=known, now=ask.now), ask.now)
    if once:
        known.state = "done"
    note(ask, known, "asked" if once else "asked, besides its times,")
    return card("It is being asked in its channels.", instead=once)


def _end(ask: Ask, known: Prompt) -> None:
    known.state = "cancelled"
    chores.cancel(ask.session, kind="prompt", ref=known.id)
    ask.session.flush()
