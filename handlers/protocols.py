"""A host runs a protocol: step by step in the call's thread, or in writing over days."""

import re
from datetime import timedelta

from bot.compose.phrases import count, shorten
from bot.compose.protocols import PROTOCOLS, called, scaled
from bot.compose.runs import RunFacts, course, library, shown, used
from bot.errors import Refusal
from bot.running import show_steps, show_thought, show_written
from bot.speech import (
    Button,
    Buttons,
    ChoiceField,
    Form,
    NumberField,
    Reply,
    Say,
    TextField,
    When,
    card,
)
from handlers.words import Ask, number, word
from storage import audit, calls, chores, networks, runs
from storage.models import Call, Run

SHORTEST, LONGEST, MOST_DAYS, MOST_BUILT_ON = 2, 240, 21, 50
LEAVE = "0"
_TIMED = re.compile(r"(.*?)(?:\s+(\d{1,4})\s*(?:m|min|mins|minutes?)?)?", re.IGNORECASE | re.DOTALL)


@word("protocol", example="protocol", who="host", reads=True)
def protocols(ask: Ask) -> Reply:
    """Choose a protocol and run it, step by step or in writing over days."""
    said, minutes = _with_minutes(ask.rest)
    found = called(said)
    if found:
        return shown(found, minutes)
    every = runs.open_ones(ask.session, network_id=ask.me.network_id)
    return library([_facts(ask, each) for each in every], said)


def _with_minutes(said: str) -> tuple[str, int]:
    """ "consultancy 30 minutes": the name, and the minutes or 0."""
    name, minutes = _TIMED.fullmatch(said.strip()).groups()  # type: ignore[union-attr]
    return name, min(max(int(minutes), SHORTEST), LONGEST) if minutes else 0


def _facts(ask: Ask, run: Run) -> RunFacts:
    until = When(run.until, ask.me.zone) if run.until else None
    return RunFacts(run.id, run.key, run.minutes, run.place, run.question, until)


@word("protocol begin", who="host", opens=True)
def begin(ask: Ask) -> Reply:
    """Begin a protocol in the call’s thread."""
    key, minutes = _key(ask)
    call = _open_call(ask)
    running = runs.running(
        ask.session, network_id=ask.me.network_id, call_id=call.id if call else None
    )
    if running:
        raise Refusal(
            f"{used(running.key, running.minutes).name} is running. End it first: ",
            Say(f"protocol end {running.id}"),
        )
    form = Form(
        PROTOCOLS[key].name,
        f"protocol begin {key}",
        (
            NumberField("minutes", "In how many minutes?", SHORTEST, LONGEST, minutes),
            TextField(
                "question", "About what?", required=False, most=300, hint="You may leave it empty."
            ),
        ),
        submit="Begin",
        intro=(
            "Its steps fit themselves into the minutes. It runs in the thread of the call."
            if call
            else "No call is running, so it runs in a thread of its own in the network’s channels.",
        ),
    )
    if ask.said.values is None:
        return form
    read = form.read(ask.said.values)
    run = runs.begin(
        ask.session,
        network_id=ask.me.network_id,
        call_id=call.id if call else None,
        by=ask.me.member_id,
        key=key,
        question=read["question"],
        minutes=read["minutes"],
        channel_ids=_channels(ask, call),
        until=None,
        now=ask.now,
    )
    show_steps(ask.session, run, ask.now, ask.me.zone)
    _note(ask, run, "began")
    steps = scaled(PROTOCOLS[key], read["minutes"])
    return card(
        f"{used(key, run.minutes).name} has begun: {count(len(steps), 'step')} in"
        f" {count(run.minutes, 'minute')}. Press Next step in its thread, or here.",
        course(run.id, run.place, len(steps)),
        summary="The protocol has begun",
    )


@word("protocol next", who="host")
def next_step(ask: Ask) -> Reply:
    """Go on to the next step."""
    return _move(ask, 1)


@word("protocol back", who="host")
def step_back(ask: Ask) -> Reply:
    """Go back to the step before."""
    return _move(ask, -1)


def _move(ask: Ask, by: int) -> Reply:
    """From the step that the button stood at: of two hosts who press at once, one moves it."""
    run, come_from = _run(ask), number(ask.rest.partition(" ")[2] or "x")
    if run.until or run.ended_at:
        raise Refusal("That protocol is over. ", Say("protocol"), " begins another.")
    steps, to = scaled(PROTOCOLS[run.key], run.minutes), come_from + by
    if not 0 <= to < len(steps):
        raise Refusal("There is no step after that one. To end it: ", Say(f"protocol end {run.id}"))
    if not runs.move(ask.session, run=run, come_from=come_from, to=to, now=ask.now):
        name = steps[run.place][0]
        buttons = course(run.id, run.place, len(steps))
        return card(f"Somebody was faster: it is at “{name}”.", buttons)
    show_steps(ask.session, run, ask.now, ask.me.zone)
    return card(
        f"It is at “{steps[to][0]}” now, {count(steps[to][1], 'minute')}.",
        course(run.id, to, len(steps)),
        instead=True,
    )


@word("protocol end", who="host")
def end(ask: Ask) -> Reply:
    """End a protocol."""
    run = _run(ask)
    if run.ended_at:
        return card("It is over already.")
    if run.until:  # the clock closes it, with its summary
        chores.put(
            ask.session, network_id=run.network_id, kind="protocol", ref=run.id, due_at=ask.now
        )
    else:
        runs.end(ask.session, run=run, now=ask.now)
        show_steps(ask.session, run, ask.now, ask.me.zone)
    _note(ask, run, "ended")
    return card("It is over. Thank you for hosting it.", instead=True)


def _key(ask: Ask) -> tuple[str, int]:
    """Which protocol, and in how many minutes."""
    key, minutes = _with_minutes(ask.rest)
    found = PROTOCOLS.get(key.casefold())
    if found is None:
        raise Refusal("I don’t know that protocol. ", Say("protocol"), " shows those I know.")
    return found.key, minutes or found.minutes


def _open_call(ask: Ask) -> Call | None:
    call = calls.next_call(
        ask.session, network_id=ask.me.network_id, now=ask.now, channel_id=ask.me.channel_id
    )
    return call if call and call.state == "open" else None


def _channels(ask: Ask, call: Call | None) -> list[int]:
    if call:
        return [each.id for each in call.series.channels]
    every = networks.meeting_channels(ask.session, network_id=ask.me.network_id)
    return [each.id for each in every]


def _run(ask: Ask) -> Run:
    run = runs.get(ask.session, network_id=ask.me.network_id, run_id=number(ask.rest))
    if run is None:
        raise Refusal("That protocol is not here. ", Say("protocol"), " begins one.")
    return run


def _note(ask: Ask, run: Run, did: str) -> None:
    audit.note(
        ask.session,
        network_id=run.network_id,
        by=ask.me.member_id,
        what="protocol",
        ref=run.id,
        words=f"{did} the protocol {PROTOCOLS[run.key].name}",
        now=ask.now,
    )


# -- in writing -----------------------------------------------------------------------------------


@word("protocol write", who="host", opens=True)
def write(ask: Ask) -> Reply:
    """Run a protocol in writing, in a thread over days."""
    key, _ = _key(ask)
    if not PROTOCOLS[key].written:
        raise Refusal(
            f"{PROTOCOLS[key].name} needs people who talk. ", Say("protocol"), " shows the others."
        )
    form = Form(
        PROTOCOLS[key].name,
        f"protocol write {key}",
        (
            TextField("question", "The question", most=300),
            NumberField("days", "For how many days?", 1, MOST_DAYS, 3),
        ),
        submit="Open it",
        intro=("It is posted in the network’s channels; everybody sees everybody’s thoughts.",),
    )
    if ask.said.values is None:
        return form
    read = form.read(ask.said.values)
    until = ask.now + timedelta(days=read["days"])
    run = runs.begin(
        ask.session,
        network_id=ask.me.network_id,
        call_id=None,
        by=ask.me.member_id,
        key=key,
        question=read["question"],
        minutes=0,
        channel_ids=_channels(ask, None),
        until=until,
        now=ask.now,
    )
    chores.put(ask.session, network_id=run.network_id, kind="protocol", ref=run.id, due_at=until)
    show_written(ask.session, run, ask.now, ask.me.zone)
    _note(ask, run, "opened")
    return card(
        f"{PROTOCOLS[key].name} is open for {count(read['days'], 'day')}.",
        Buttons((Button("Close it now", f"protocol end {run.id}"),)),
        summary="It is open",
    )


@word("thought", who="nobody", opens=True)
def think(ask: Ask) -> Reply:
    """Add a thought."""
    run = _run(ask)
    if run.until is None or run.ended_at:
        raise Refusal("That is closed. To say something of it, bring it to the next call.")
    form = _thought_form(ask, run)
    if ask.said.values is None:
        return form
    read = form.read(ask.said.values)
    made, new = runs.think(
        ask.session,
        run=run,
        member_id=ask.me.member_id,
        words=read["words"],
        builds_on=int(read.get("on") or LEAVE),
        now=ask.now,
    )
    if new:
        show_thought(ask.session, run, made, ask.now)
        show_written(ask.session, run, ask.now, ask.me.zone)
    return card(
        "Thank you! Your thought is in the thread." if new else "That stands there already.",
        Buttons((Button("Add another", f"thought {run.id}"),)),
    )


def _thought_form(ask: Ask, run: Run) -> Form:
    others = [each for each in run.thoughts if each.member_id != ask.me.member_id]
    options = tuple(
        (str(each.id), shorten(f"{each.member.name}: {each.words}", 75))
        for each in others[-MOST_BUILT_ON:][::-1]
    )
    on = ChoiceField("on", "Building on", options, required=False, hint="Or leave it empty.")
    return Form(
        shorten(PROTOCOLS[run.key].name, 24),
        ask.said.words,
        (
            TextField("words", shorten(run.question, 140), long=True, most=2000),
            *([on] if options else []),
        ),
        submit="Add it",
    )
