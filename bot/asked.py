"""A prompt that was asked, brought to its channels with its answers: handlers and jobs show it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.compose.facts import Said
from bot.compose.prompts import answer_card, no_channel, prompt_card
from bot.gather import person
from bot.publish import key_in, to_channels, to_member, where_posted
from bot.speech import Card, card
from bot.timing import Timing
from storage import networks, outbox, people, prompts, recaps, replies
from storage.models import Answer, Asking, Channel, Prompt

TAKEN_BACK = "This answer was taken back by whoever gave it."
HIDDEN = "A host has hidden this answer."


def timing_of(prompt: Prompt) -> Timing:
    """When a prompt is asked."""
    return Timing(prompt.starts_on, prompt.at, prompt.zone, prompt.rule, prompt.until)


def show_asking(
    session: Session, asking: Asking, now: datetime, since: datetime | None = None
) -> None:
    """Bring the question to every channel that it is asked in, with who has answered. A recap that
    tells of it follows."""
    recaps.touch_of(session, network_id=asking.network_id, at=asking.at)
    to_channels(
        session,
        channels_of(session, asking),
        prompt_card(asking.question, asking.id, [answered(each) for each in asking.answers]),
        of=f"asking {asking.id}",
        thread_of=f"asking {asking.id}",
        kind="prompt",
        now=now,
        since=since,
    )


def show_answer(session: Session, asking: Asking, answer: Answer, now: datetime) -> None:
    """Bring an answer to the question's thread in every channel, but for what stands in that thread
    because it was typed there."""
    typed = replies.typed(session, asking_id=asking.id, member_id=answer.member_id)
    edited, of = answer.edited_at is not None, _of(answer.id)
    for channel in channels_of(session, asking):
        elsewhere = [each for each in typed if each.channel_id != channel.id]
        words = prompts.joined(answer.own, elsewhere)
        if words:
            shown = answer_card(Said(person(answer.member), words, answer.id), edited=edited)
            _in_thread(session, asking, [channel], of, shown, now)
        elif outbox.get(session, key=key_in(channel, of)):
            _in_thread(session, asking, [channel], of, card(TAKEN_BACK), now)


def hide_answer(
    session: Session, asking: Asking, answer_id: int, now: datetime, *, hidden: bool = False
) -> None:
    """Say in the threads that an answer was taken back, or that a host has `hidden` it."""
    shown = card(HIDDEN if hidden else TAKEN_BACK)
    where = where_posted(session, network_id=asking.network_id, of=_of(answer_id))
    _in_thread(session, asking, where, _of(answer_id), shown, now)


def _of(answer_id: int) -> str:
    return f"answer {answer_id}"


def _in_thread(
    session: Session,
    asking: Asking,
    channels: Sequence[Channel],
    of: str,
    shown: Card,
    now: datetime,
) -> None:
    to_channels(
        session,
        channels,
        shown,
        of=of,
        under=f"asking {asking.id}",
        kind="answer",
        now=now,
    )


def answered(answer: Answer) -> Said:
    """An answer, attributed."""
    return Said(person(answer.member), answer.words, answer.id)


def channels_of(session: Session, asked: Asking | Prompt) -> list[Channel]:
    """The channels it is asked in that are still the network's."""
    every = networks.channels(session, network_id=asked.network_id)
    return [each for each in every if each.id in asked.channel_ids]


def pause_without_channel(
    session: Session, prompt: Prompt, now: datetime, *, knows: int | None = None
) -> None:
    """Pause a prompt that has no channel left, and tell its host once, but for who `knows`."""
    prompt.state = "paused"
    tell_its_host(session, prompt, no_channel(prompt.question), "no channel", now, knows=knows)


def tell_its_host(
    session: Session,
    prompt: Prompt,
    shown: Card,
    what: str,
    now: datetime,
    *,
    knows: int | None = None,
) -> None:
    """Tell the host who made a prompt, or the first one where they host no more."""
    every = people.hosts(session, network_id=prompt.network_id)
    own = [each for each in every if each.id == prompt.by_id] or every[:1]
    for host in own:
        if host.id != knows:
            to_member(
                session,
                host.id,
                shown,
                network_id=prompt.network_id,
                of=f"prompt {prompt.id} {what} {now.isoformat()}",
                kind="left out",
                now=now,
            )
