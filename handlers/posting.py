"""Posting something that was found into the channel, for everyone there."""

from bot.compose.problems import problem_card
from bot.errors import Refusal
from bot.gather import raised, shared
from bot.publish import key_in, to_channels, where_posted
from bot.speech import Card, Items, Reply, Say, Small, Text, When, card, line
from handlers.words import Ask, number, word
from storage import checkins, hiding, networks, outbox, problems, prompts, resources
from storage.models import Channel


@word("post", who="nobody")
def post_here(ask: Ask) -> Reply:
    """Post something that was found into this channel."""
    kind, _, typed = ask.rest.partition(" ")
    ref = number(typed)
    every = networks.channels(ask.session, network_id=ask.me.network_id)
    here = [each for each in every if each.id == ask.me.channel_id]
    if not here:
        raise Refusal(
            f"I post only in {ask.me.network}’s channels. Open one of them and find it there."
        )
    shown = found_card(ask, kind, ref)
    if shown is None:
        raise Refusal("That is not here any more, so it was not posted.")
    known = outbox.get(ask.session, key=key_in(here[0], _of(kind, ref)))
    to_channels(ask.session, here, shown, of=_of(kind, ref), kind="found", now=ask.now)
    if known is None:
        return card("Posted in this channel, for everyone here.")
    since = (" since ", When(known.sent_at, ask.me.zone)) if known.sent_at else ()
    return card(Text(line("It is in this channel already", *since, ".")))


def found_card(ask: Ask, kind: str, ref: int) -> Card | None:
    """What was found, for everyone's eyes; None when it is gone. Raises Refusal for what not
    everyone may see, and for a recap, which is shown already."""
    return _SHOWN.get(kind, _elsewhere)(ask, ref)


def follow(ask: Ask, kind: str, ref: int) -> None:
    """Bring what was posted so to what it says now, wherever it was posted."""
    where = _posted(ask, _of(kind, ref))
    if where:
        shown = _SHOWN[kind](ask, ref) or card(_gone(ask, kind, ref))
        to_channels(ask.session, where, shown, of=_of(kind, ref), kind="found", now=ask.now)


def _gone(ask: Ask, kind: str, ref: int) -> str:
    kept = hiding.of(ask.session, kind=kind, ref=ref)
    if kept and not kept.withdrawn_at:
        return "A host has hidden this."
    return "This was withdrawn by whoever shared it."


def correct(ask: Ask, shown: Card, *, of: str, kind: str, under: str = "") -> None:
    """Bring a post to what it says now, wherever it was posted, and nowhere else."""
    where = _posted(ask, of)
    to_channels(ask.session, where, shown, of=of, kind=kind, under=under, now=ask.now)


def _posted(ask: Ask, of: str) -> list[Channel]:
    return where_posted(ask.session, network_id=ask.me.network_id, of=of)


def _of(kind: str, ref: int) -> str:
    # Once in a channel: two clicks post it once, and what changes is changed there too.
    return f"found {kind} {ref}"


def _resource(ask: Ask, ref: int) -> Card | None:
    found = resources.get(ask.session, network_id=ask.me.network_id, resource_id=ref)
    voices = [shared(v) for v in found.voices if v.withdrawn_at is None] if found else []
    if not voices:
        return None
    return card(
        Text(line(voices[0].link)),
        Items(tuple(line(f"{v.why} – {v.who.full}" if v.why else v.who.full) for v in voices)),
        Small(("From what the network shared: ", Say("find"))),
        summary="A resource that the network shared",
    )


def _problem(ask: Ask, ref: int) -> Card | None:
    found = problems.get(
        ask.session,
        network_id=ask.me.network_id,
        organisation_id=ask.me.organisation_id,
        problem_id=ref,
    )
    if found and found.sight == "organisation":
        raise Refusal("Only its organisation may see that problem, so I can’t post it here.")
    return problem_card(raised(found)) if found else None


def _checkin(ask: Ask, ref: int) -> Card | None:
    found = checkins.get(ask.session, network_id=ask.me.network_id, checkin_id=ref)
    if found is None:
        return None
    return card(
        Items(tuple((each,) for each in found.answers if each)),
        Small((f"From {found.member.name}’s check-in",)),
        summary="A check-in",
    )


def _elsewhere(_ask: Ask, _ref: int) -> Card | None:
    raise Refusal(
        "A recap is in the network’s channels already. ", Say("find in:recaps"), " shows it."
    )


def _answer(ask: Ask, ref: int) -> Card | None:
    found = prompts.found_answer(ask.session, network_id=ask.me.network_id, answer_id=ref)
    if found is None:
        return None
    asking, answer = found
    return card(
        Text((asking.question,)),
        Text((answer.words,)),
        Small((f"Answered by {answer.member.name}",)),
        summary="An answer",
    )


_SHOWN = {"resource": _resource, "problem": _problem, "checkin": _checkin, "answer": _answer}
