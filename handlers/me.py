"""What is about oneself: a page of it, a pause, nudges, what one saved, what is kept of one."""

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.calendar import instant
from bot.compose.commitments import listed
from bot.compose.me import MeFacts, page
from bot.errors import Refusal
from bot.gather import promised
from bot.speech import (
    Button,
    Buttons,
    Form,
    FormErrors,
    Reply,
    Say,
    Small,
    Text,
    TextField,
    When,
    card,
    line,
    zone_or_utc,
)
from bot.timing_days import EXAMPLES, read_date
from handlers.words import Ask, word
from storage import calls, commitments, people, roles, wishes

LONGEST_PAUSE = timedelta(days=366)
PIECE = 2500  # characters of what is told in one paragraph
MOST_SAVED = 5
UNITS = {"day": 1, "week": 7, "month": 30}


@word("me", example="me", reads=True)
def me(ask: Ask) -> Reply:
    """See what is kept of you here: commitments, what you saved, pauses, your data."""
    wish = wishes.of_member(ask.session, member_id=ask.me.member_id)
    paused = wish.paused_until if wish.paused_until and wish.paused_until > ask.now else None
    facts = MeFacts(
        ask.me.name,
        ask.me.network,
        ask.me.organisation or "",
        ask.me.role,
        own_zone(ask),
        accounts=len(people.identities(ask.session, member_id=ask.me.member_id)),
        nudges=wish.nudges,
        paused_until=paused,
        saved=len(
            wishes.saved(
                ask.session, member_id=ask.me.member_id, organisation_id=ask.me.organisation_id
            )
        ),
    )
    own = commitments.of_member(ask.session, member_id=ask.me.member_id)
    return page(facts, tuple(listed([promised(each) for each in own])))


def own_zone(ask: Ask) -> str:
    """Where whoever asks lives, as far as we know."""
    return ask.me.own_zone or ask.me.zone


# -- being left alone -----------------------------------------------------------------------------


@word(
    "me pause",
    hint="until <date>",
    example="me pause until January 7",
    opens="bare",
    past=True,
    told=True,
    every=True,
)
def pause(ask: Ask) -> Reply:
    """Be reminded of nothing until a day."""
    form = Form(
        "Pause",
        "me pause",
        (TextField("until", "Until when?", most=60, example="January 7, or: 2 weeks"),),
        submit="Pause",
        intro=("Nobody reminds you of anything until then; you can still do everything.",),
    )
    if ask.said.values is not None:
        typed = form.read(ask.said.values)["until"]
    elif ask.rest.strip():
        typed = ask.rest.strip()
    else:
        return form
    try:
        until = _until(ask, typed)
    except ValueError as wrong:
        if ask.said.values is not None:
            raise FormErrors({"until": str(wrong)}) from None
        raise Refusal(f"{wrong} You typed: me pause {typed}") from None
    wishes.put(ask.session, member_id=ask.me.member_id, paused_until=until)
    for call_id in roles.calls_of(ask.session, member_id=ask.me.member_id, after=ask.now):
        calls.touch(ask.session, call_id=call_id)  # somebody else is asked to do it
    return card(
        Text(line("Paused until ", When(until, own_zone(ask), "day"), ". Have a good time!")),
        Small(("You can still check in, share and ask whenever you like.",)),
        Buttons((Button("Go on now", "me resume"),)),
        summary="You are left alone",
    )


PAUSES = "For example “until January 7”, “until next Monday” or “2 weeks”."


def _until(ask: Ask, typed: str) -> datetime:
    said = re.sub(r"^(?:until|till|for|to)\s+", "", " ".join(typed.casefold().split()))
    today = ask.now.astimezone(_tz(ask)).date()
    if span := re.fullmatch(r"(an?|\d{1,3}) (day|week|month)s?", said):
        count = 1 if span[1].startswith("a") else int(span[1])
        day = today + timedelta(days=count * UNITS[span[2]])
    else:
        try:
            day = read_date(said, today)
        except ValueError as wrong:
            raise ValueError(str(wrong).replace(EXAMPLES, PAUSES)) from None
    until = instant(day, time(), own_zone(ask))
    if until <= ask.now:
        raise ValueError("That day has begun already. Say one that is still to come.")
    if until - ask.now > LONGEST_PAUSE:
        raise ValueError(
            "A pause lasts a year at most; to be reminded of nothing for good, turn nudges off."
        )
    return until


@word("me resume", example="me resume", past=True, told=True, every=True)
def resume(ask: Ask) -> Reply:
    """End your pause."""
    wishes.put(ask.session, member_id=ask.me.member_id, going_on=True)
    if wishes.of_member(ask.session, member_id=ask.me.member_id).nudges:
        return card("Welcome back: you are reminded again.", instead=True)
    return card(
        "Welcome back. Nudges stay off, as you wished.",
        Buttons((Button("Turn them on", "me nudges on"),)),
        instead=True,
    )


@word(
    "me nudges",
    hint="on|off",
    example="me nudges off",
    past=True,
    told=True,
    every=True,
)
def nudges(ask: Ask) -> Reply:
    """Be nudged, or not at all."""
    said = ask.rest.strip().casefold()
    if said not in ("on", "off"):
        raise Refusal("Say ", Say("me nudges off"), " or ", Say("me nudges on"))
    wishes.put(ask.session, member_id=ask.me.member_id, nudges=said == "on")
    other = "on" if said == "off" else "off"
    return card(
        "Nobody nudges you any more. What you asked for yourself still reaches you."
        if said == "off"
        else "You are nudged again: before a call, when you have not checked in.",
        Buttons((Button(f"Turn them {other}", f"me nudges {other}"),)),
        instead=True,
    )


def _tz(ask: Ask) -> ZoneInfo:
    return ZoneInfo(zone_or_utc(own_zone(ask)))
