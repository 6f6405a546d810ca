"""Posting something that was found into the channel, for everyone there."""

from bot.compose.facts import Shared
from bot.compose.problems import problem_card
from bot.errors import Refusal
from bot.gather import raised, shared
from bot.publish import to_channels
from bot.speech import Card, Heading, Items, Reply, Small, card, line
from handlers.words import Ask, number, word
from storage import checkins, networks, problems, resources


@word("post", who="nobody")
def post_here(ask: Ask) -> Reply:
    """Post something that was found into this channel."""
    kind, _, ref = ask.rest.partition(" ")
    here = [
        channel
        for channel in networks.channels(ask.session, network_id=ask.me.network_id)
        if channel.id == ask.me.channel_id
    ]
    if not here:
        raise Refusal(
            f"I post only in {ask.me.network}’s channels. Open one of them and find it there."
        )
    shown = {"resource": _resource, "problem": _problem, "checkin": _checkin}.get(kind, _recap)(
        ask, number(ref)
    )
    to_channels(
        ask.session,
        here,
        shown,
        of=f"found {kind} {ref} {ask.said.delivery}",
        kind="found",
        now=ask.now,
    )
    return card("Posted in this channel, for everyone here.")


def _resource(ask: Ask, ref: int) -> Card:
    found = resources.get(ask.session, network_id=ask.me.network_id, resource_id=ref)
    voices = [shared(v) for v in found.voices if v.withdrawn_at is None] if found else []
    if not voices:
        raise Refusal("That was withdrawn meanwhile, so it was not posted.")
    return _resource_card(voices, ask.me.name)


def _resource_card(voices: list[Shared], by: str) -> Card:
    first = voices[0]
    return card(
        Heading(first.title or first.url),
        Items(tuple(line(f"{v.why} – {v.who.full}" if v.why else v.who.full) for v in voices)),
        Small(line(first.link, f" · posted by {by}")),
        summary=f"{by} posted a resource",
    )


def _problem(ask: Ask, ref: int) -> Card:
    found = problems.get(
        ask.session,
        network_id=ask.me.network_id,
        organisation_id=ask.me.organisation_id,
        problem_id=ref,
    )
    if found is None:
        raise Refusal("That problem was withdrawn meanwhile, so it was not posted.")
    if found.sight == "organisation":
        raise Refusal("Only its organisation may see that problem, so I can’t post it here.")
    return problem_card(raised(found))


def _checkin(ask: Ask, ref: int) -> Card:
    found = checkins.get(ask.session, network_id=ask.me.network_id, checkin_id=ref)
    if found is None:
        raise Refusal("That check-in is not here any more, so it was not posted.")
    return card(
        Items(tuple((each,) for each in found.answers if each)),
        Small((f"From {found.member.name}’s check-in",)),
        summary="A check-in",
    )


def _recap(ask: Ask, ref: int) -> Card:
    raise Refusal("A recap is in the network’s channels already; /learn recap shows the last one.")
