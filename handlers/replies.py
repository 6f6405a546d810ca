"""What people type in the thread of a question, or of a protocol in writing, is their answer.

Who speaks there for the first time joins, as with anything else that is said to us. Several replies
of one person are one answer: what they said in the form, then their replies in order. See decision
16.
"""

from datetime import datetime

from bot.asked import hide_answer, show_answer, show_asking
from bot.running import hide_thought, show_closing, show_thought, show_written
from bot.speech import Button, Buttons, Message, Reply, card, clean
from handlers.hearing import aside, heard_in
from handlers.posting import follow
from handlers.words import Ask, word
from storage import networks, outbox, prompts, replies, runs
from storage.models import Asking, Channel, Run, ThreadReply

EDITS = ("edit", "reword")


@word("overheard reply", who="nobody")
def replied(ask: Ask) -> Reply:
    """Take a reply in a question’s thread as an answer."""
    if ask.said.how == "overheard":
        take_reply(ask, ask.rest)
        return None
    return _thanked(take_reply(ask, ""))


def _thanked(took: Asking | Run | None) -> Reply:
    """What reads whoever answered by calling us by our name."""
    if isinstance(took, Run):
        more = Button("Add another", f"thought {took.id}")
        return card("Thank you! Your thought counts.", Buttons((more,)))
    if took is None:
        return None
    return card(
        "Thank you! Your answer counts. What else you write in this thread is added to it.",
        Buttons(
            (
                Button("Add to it", f"answer {took.id}"),
                Button("Take it back", f"unanswer {took.id}", confirm="Take your answer back?"),
            )
        ),
        summary="Your answer is saved",
    )


def take_reply(ask: Ask, does: str) -> Asking | Run | None:
    """Count what was typed in the thread of a question ("" – or an "edit" of it, or "gone"); what
    it answers. Any other message is passed over, and so is a "reword" of one that did not count."""
    message = ask.said.message
    if message is None:
        return None
    channel = heard_in(ask)
    known = replies.get(ask.session, channel_id=channel.id, external=message.id)
    if known is None:
        of = _asked_in(ask, channel) if does != "reword" else None
        if of is None:
            return None
        known = _begin(ask, channel, of, message, gone=does == "gone")
        if known is None:
            return None
    else:
        of = _of(ask, channel, known)
        if known.gone or not (does == "gone" or (does in EDITS and known.as_of < _at(ask))):
            return None
        known.words = "" if does == "gone" else replies.shortened(_words(message))
        known.gone, known.as_of = does == "gone", _at(ask)
        ask.session.flush()
    if isinstance(of, Asking):
        _count(aside(ask, channel), of, known)
    elif of is not None:
        _weigh(ask, channel, of, known)
    return of


def _at(ask: Ask) -> datetime:
    return (ask.said.message and ask.said.message.at) or ask.now


def _words(message: Message) -> str:
    """What was said; of a file without words its name."""
    return clean(message.text) or ", ".join(each.title for each in message.files)


def _asked_in(ask: Ask, channel: Channel) -> Asking | Run | None:
    """What the thread is of, if what is typed in it counts now."""
    named = outbox.thread_of(
        ask.session,
        platform=ask.said.place.platform,
        channel=channel.external,
        thread=ask.said.place.thread,
    )
    kind, _, ref = named.partition(" ")
    if not ref or networks.get(ask.session, network_id=channel.network_id).ended_at:
        return None
    if kind == "asking":
        return prompts.asking(ask.session, network_id=channel.network_id, asking_id=int(ref))
    run = runs.get(ask.session, network_id=channel.network_id, run_id=int(ref))
    return run if run and run.ended_at is None else None


def _of(ask: Ask, channel: Channel, known: ThreadReply) -> Asking | Run | None:
    if known.asking_id:
        return prompts.asking(ask.session, network_id=channel.network_id, asking_id=known.asking_id)
    run_id = known.run_id or 0
    return runs.get(ask.session, network_id=channel.network_id, run_id=run_id)


def _begin(
    ask: Ask, channel: Channel, of: Asking | Run, message: Message, *, gone: bool
) -> ThreadReply | None:
    """Keep a reply that is new; one that is gone already is remembered, in case it comes late."""
    me = ask.standing
    if not gone and (me is None or me.removed or not me.active or not _words(message)):
        return None
    return replies.add(
        ask.session,
        channel_id=channel.id,
        external=message.id,
        member_id=me.member_id if me and not gone else None,
        words="" if gone else _words(message),
        as_of=_at(ask),
        now=ask.now,
        asking_id=of.id if isinstance(of, Asking) else None,
        run_id=of.id if isinstance(of, Run) else None,
    )


def _count(ask: Ask, asking: Asking, reply: ThreadReply) -> None:
    """Bring the answer of whoever typed it to what it is now, wherever it is shown."""
    if reply.member_id is None:
        return
    before = prompts.answer_of(ask.session, asking_id=asking.id, member_id=reply.member_id)
    had = before.id if before else 0
    now = prompts.gather(ask.session, asking=asking, member_id=reply.member_id, now=ask.now)
    if now:
        show_answer(ask.session, asking, now, ask.now)
    elif had:
        hide_answer(ask.session, asking, had, ask.now)
    show_asking(ask.session, asking, ask.now)
    if had:
        follow(ask, "answer", had)


def _weigh(ask: Ask, channel: Channel, run: Run, reply: ThreadReply) -> None:
    """Bring the thought that was typed to what it is now, wherever it is shown."""
    if reply.member_id is None:
        return
    thought = None
    if reply.thought_id:
        thought = runs.reword(ask.session, run=run, thought_id=reply.thought_id, words=reply.words)
        if thought is None:
            hide_thought(ask.session, run, reply.thought_id, ask.now)
            reply.thought_id = 0
    elif reply.words:
        thought, new = runs.think(
            ask.session,
            run=run,
            member_id=reply.member_id,
            words=reply.words,
            builds_on=0,
            now=ask.now,
        )
        reply.thought_id = thought.id if new else 0
    if thought:
        show_thought(ask.session, run, thought, ask.now, channel.id)
    zone = networks.get(ask.session, network_id=run.network_id).zone
    show_written(ask.session, run, ask.now, zone)
    if run.ended_at:
        show_closing(ask.session, run, ask.now)
