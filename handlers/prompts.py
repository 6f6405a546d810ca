"""A host schedules a question: said in a line, previewed, scheduled, changed, paused, cancelled."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

from bot.asked import timing_of
from bot.compose.phrases import capital, shorten
from bot.compose.prompts import Coming, PromptFacts, preview, prompt_list, say_coming
from bot.errors import Refusal
from bot.resting import coming
from bot.speech import (
    Button,
    Buttons,
    Card,
    ChoiceField,
    Form,
    FormErrors,
    Line,
    Reply,
    Say,
    Small,
    Text,
    TextField,
    card,
    clean,
    line,
)
from bot.timing import (
    Understood,
    just_now,
    next_after,
    read_timing,
    retyped,
    says_now,
    shifted,
    tell_timing,
)
from handlers.words import Ask, number, word
from storage import audit, chores, networks, prompts
from storage.models import Channel, Prompt

MOST, MOST_CHANNELS = 1000, 100
SHOWN = 3  # dates that a preview shows
NOT_HERE = "That prompt is not here any more. "


@word(
    "prompt",
    who="host",
    hint="<when>: <question>",
    example="prompt every Thursday 3pm: What did you try this week?",
    opens="bare",
)
def prompt(ask: Ask) -> Reply:
    """Schedule a question for your channels, once or again and again."""
    if ask.said.values is not None:
        return form_sent(ask, None)
    typed = clean(ask.rest)
    if not typed:
        return prompt_form(ask, "prompt", "", "")
    understood, question = _split(ask, typed)
    return _keep(ask, question, understood, _all_channels(ask))


def _split(ask: Ask, typed: str) -> tuple[Understood, str]:
    """The time and the question of "tomorrow 9:00: What went well?". Raises Refusal with what was
    typed."""
    wrong = ""
    for found in re.finditer(r":\s+|\n", typed):
        when, question = typed[: found.start()].strip(), typed[found.end() :].strip()
        if not question:
            continue
        try:
            return _read_when(ask, when), _short_enough(question, typed)
        except ValueError as problem:
            wrong = wrong or str(problem)
    if wrong:
        raise Refusal(f"{wrong} Nothing was saved. You typed: {typed}")
    raise Refusal(
        "Please say when, then a colon, then the question. Nothing was saved. For example: ",
        Say("prompt tomorrow 9am: What went well?"),
        f" You typed: {typed}",
    )


def _read_when(ask: Ask, text: str) -> Understood:
    """When it is asked. "now" is a time of which nothing is to come: its host presses a button."""
    if says_now(text):
        return Understood(just_now(ask.now, _zone(ask)))
    return read_timing(text, ask.now, _zone(ask))


def waits_for_now(known: Prompt, now: datetime) -> bool:
    """Whether a prompt is to be asked as soon as its host presses a button."""
    over = next_after(timing_of(known), now) is None
    return known.state == "draft" and not known.rule and over


def _short_enough(question: str, typed: str) -> str:
    if len(question) > MOST:
        raise Refusal(
            f"That question is {len(question):,} characters; {MOST:,} fit, so nothing was saved."
            f" You typed: {typed}"
        )
    return question


def _zone(ask: Ask) -> str:
    return ask.me.own_zone or ask.me.zone


# -- the form -------------------------------------------------------------------------------------


def prompt_form(
    ask: Ask, says: str, question: str, when: str, channels: Sequence[int] | None = None
) -> Form:
    """The form of a prompt; sending it says `says`."""
    options = _channel_options(ask)
    chosen = [str(each) for each in channels or []] or [value for value, _ in options]
    known = {value for value, _ in options}
    return Form(
        "A prompt",
        says,
        (
            TextField("question", "What do you ask?", question, long=True, most=MOST),
            TextField(
                "when",
                "When?",
                when,
                most=200,
                hint=f"In your own words; {_zone(ask)} where you say no zone.",
                example="every Thursday 3pm",
            ),
            ChoiceField(
                "channels",
                "Where?",
                options,
                tuple(each for each in chosen if each in known),
                many=True,
            ),
        ),
        submit="Look it over",
    )


def _channel_options(ask: Ask) -> tuple[tuple[str, str], ...]:
    every = networks.channels(ask.session, network_id=ask.me.network_id)
    return tuple((str(each.id), _name(each)) for each in every[:MOST_CHANNELS])


def form_sent(ask: Ask, known: Prompt | None) -> Reply:
    """What the form answers: a preview, or a prompt that is changed."""
    read = prompt_form(ask, ask.said.words, "", "").read(ask.said.values or {})
    try:
        understood = _read_when(ask, read["when"])
    except ValueError as problem:
        raise FormErrors({"when": str(problem)}) from None
    chosen = [int(each) for each in read["channels"]]
    if known and known.state != "draft" and says_now(read["when"]):
        raise FormErrors({"when": "To ask it at once, besides its times, press Ask now under it."})
    if known is None:
        return _keep(ask, read["question"], understood, chosen)
    return _change(ask, known, read["question"], understood, chosen)


# -- keeping --------------------------------------------------------------------------------------


def _keep(ask: Ask, question: str, understood: Understood, channels: Sequence[int]) -> Card:
    timing = understood.timing
    for known in prompts.waiting(ask.session, network_id=ask.me.network_id):
        if known.question != question:
            continue
        now_too = waits_for_now(known, ask.now) and next_after(timing, ask.now) is None
        if timing_of(known) == timing or now_too:
            return previewed(ask, known, understood.notes)
    made = prompts.add(
        ask.session,
        network_id=ask.me.network_id,
        by=ask.me.member_id,
        question=question,
        rule=timing.rule,
        starts_on=timing.starts_on,
        at=timing.at,
        zone=timing.zone,
        until=timing.until,
        channel_ids=channels,
        now=ask.now,
    )
    return previewed(ask, made, understood.notes)


def _change(
    ask: Ask, known: Prompt, question: str, understood: Understood, channels: Sequence[int]
) -> Card:
    timing = understood.timing
    known.question, known.channel_ids = question, list(channels)
    known.rule, known.starts_on, known.at = timing.rule, timing.starts_on, timing.at
    known.zone, known.until = timing.zone, timing.until
    ask.session.flush()
    if known.state == "draft":
        return previewed(ask, known, understood.notes)
    if known.state == "live":
        plan_next(ask, known)
    note(ask, known, "changed")
    return card(
        "Changed.",
        Text(comes(ask, known)),
        *(Small((each,)) for each in understood.notes),
        Buttons((Button("All prompts", "prompts"),)),
        summary="The prompt is changed",
    )


def previewed(ask: Ask, known: Prompt, notes: Sequence[str] = ()) -> Card:
    """A prompt before it is scheduled; of one that is, when it is asked."""
    if known.state != "draft":
        return card(
            "That is scheduled already, in these words.",
            Text(comes(ask, known)),
            Buttons((Button("All prompts", "prompts"),)),
        )
    facts = facts_of(ask, known)
    skipped = [each for each in facts.comes if shifted(timing_of(known), each.at)]
    clocks = "The clocks change on one of these days and leave that time out: it comes later then."
    return preview(facts, [*notes, *([clocks] if skipped else [])])


def facts_of(ask: Ask, known: Prompt) -> PromptFacts:
    """A prompt as its host reads of it."""
    timing, last = timing_of(known), prompts.last_asking(ask.session, prompt_id=known.id)
    every = networks.channels(ask.session, network_id=known.network_id)
    return PromptFacts(
        known.id,
        known.question,
        tell_timing(timing, _zone(ask)),
        known.zone,
        _zone(ask),
        _where(every, known.channel_ids),
        known.state,
        tuple(islice(_coming(ask, known), SHOWN)) if known.state != "paused" else (),
        last.id if last else 0,
        len(last.answers) if last else 0,
    )


def _coming(ask: Ask, known: Prompt) -> Iterator[Coming]:
    return coming(
        ask.session, timing_of(known), ask.now, network_id=known.network_id, zone=ask.me.zone
    )


def _where(every: Sequence[Channel], ids: Sequence[int]) -> tuple[str, ...]:
    """The channels that it is asked in, in few words; two that are called the same with their
    workspaces."""
    chosen = [each for each in every if each.id in ids]
    if len(chosen) == len(every) > 1:
        return (f"all {len(every)} channels",)
    called = [each.name or each.external for each in every]
    return tuple(
        _name(each) if called.count(called[at]) > 1 else f"#{called[at]}"
        for at, each in enumerate(every)
        if each in chosen
    ) or ("no channel",)


def _name(channel: Channel) -> str:
    where = f" · {channel.workspace.name}" if channel.workspace.name else ""
    return shorten(f"#{channel.name}{where}" if channel.name else f"a channel{where}", 75)


def _all_channels(ask: Ask) -> list[int]:
    every = networks.channels(ask.session, network_id=ask.me.network_id)
    return [each.id for each in every]


@word("prompts", who="host", example="prompts", reads=True)
def list_prompts(ask: Ask) -> Reply:
    """See the prompts that are scheduled, and change, pause or cancel them."""
    every = prompts.waiting(ask.session, network_id=ask.me.network_id)
    return prompt_list([facts_of(ask, each) for each in every])


@word("prompt change", who="host", opens=True)
def change(ask: Ask) -> Reply:
    """Change a prompt’s words, its time or its channels."""
    known = found_prompt(ask)
    if ask.said.values is not None:
        return form_sent(ask, known)
    return prompt_form(
        ask,
        ask.said.words,
        known.question,
        "now" if waits_for_now(known, ask.now) else retyped(timing_of(known), ask.now, _zone(ask)),
        known.channel_ids,
    )


def plan_next(ask: Ask, known: Prompt) -> None:
    """Let the clock ask it at its next time."""
    due_at = next_after(timing_of(known), ask.now)
    assert due_at  # what is read has a time to come
    chores.put(ask.session, network_id=known.network_id, kind="prompt", ref=known.id, due_at=due_at)


def comes(ask: Ask, known: Prompt) -> Line:
    """When it is asked, and when next."""
    following = next(_coming(ask, known), None) if known.state == "live" else None
    said = capital(tell_timing(timing_of(known), _zone(ask)))
    if following is None:
        return (said,)
    when = say_coming(following, known.zone, _zone(ask))
    return line(f"{said}, next " if known.rule else "", *when)


def found_prompt(ask: Ask) -> Prompt:
    """The prompt that a button names. Raises Refusal."""
    found = prompts.get(ask.session, network_id=ask.me.network_id, prompt_id=number(ask.rest))
    if found is None or found.state in ("done", "cancelled"):
        raise Refusal(NOT_HERE, Say("prompts"), " lists them.")
    return found


def note(ask: Ask, known: Prompt, did: str) -> None:
    """Keep in the audit what a host did with it."""
    audit.note(
        ask.session,
        network_id=known.network_id,
        by=ask.me.member_id,
        what="prompt",
        ref=known.id,
        words=f"{did} the prompt “{shorten(known.question, 100)}”",
        now=ask.now,
    )
