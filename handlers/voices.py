"""A member's word for a resource: said, and taken back, from wherever it was said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.compose.phrases import names
from bot.gather import person
from bot.links import same_page
from bot.speech import Line, When
from handlers.posting import follow
from handlers.words import Ask
from storage import calls, hiding, people, recaps, resources
from storage.calls import NextStart
from storage.models import Hidden


@dataclass(frozen=True, slots=True)
class Spoken:
    """What became of a word for a resource, and the call that will hear of it. `first` is who else
    shared it before; of a hidden one, `host` is whom to ask, and `hidden` what is kept of it."""

    resource_id: int
    title: str
    why: str
    outcome: Literal["new", "changed", "same", "hidden"]
    call: NextStart | None = None
    first: str = ""
    host: str = ""
    hidden: int = 0


def speak(
    ask: Ask,
    url: str,
    why: str,
    tags: Sequence[str] = (),
    title: str = "",
    channel_id: int | None = None,
) -> Spoken:
    """Keep the word of whoever asks for a resource, said in this channel, or in the one where they
    ask. A link alone takes nothing back of what they said of it before."""
    me = ask.me
    resource_id, known, _ = resources.keep(
        ask.session, network_id=me.network_id, key=same_page(url), url=url, now=ask.now, title=title
    )
    hidden = hiding.of(ask.session, kind="resource", ref=resource_id)
    mine = resources.voice_of(ask.session, resource_id=resource_id, member_id=me.member_id)
    if mine is None:
        voice_id = resources.add_voice(
            ask.session,
            resource_id=resource_id,
            network_id=me.network_id,
            member_id=me.member_id,
            channel_id=channel_id or me.channel_id,
            why=why,
            tags=list(tags),
            now=ask.now,
        )
    else:
        why, tags = why or mine.why, list(tags) or mine.tags
        voice_id = mine.id
        if mine.withdrawn_at is None and (mine.why, mine.tags) == (why, tags):
            return Spoken(resource_id, known, why, "same")
        resources.change_voice(ask.session, voice_id=mine.id, why=why, tags=tags, now=ask.now)
    if hidden:
        return _aside(ask, hidden, voice_id, resource_id, known, why)
    said = resources.index(ask.session, resource_id=resource_id)
    first = said[1] if said and said[0] != me.member_id else ""
    call = calls.next_start(ask.session, network_id=me.network_id, now=ask.now)
    if call:
        calls.touch(ask.session, call_id=call.call_id)
    there = mine is not None and mine.withdrawn_at is None
    return Spoken(resource_id, known, why, "changed" if there else "new", call, first)


def _aside(
    ask: Ask, hidden: Hidden, voice_id: int, resource_id: int, known: str, why: str
) -> Spoken:
    """Keep a word for what a host hid; it stays hidden, and comes back with the rest."""
    resources.withdraw(ask.session, voice_id=voice_id, now=ask.now)
    hiding.hide_voice(ask.session, hidden=hidden, voice_id=voice_id)
    host = whom_to_ask(ask, hidden)
    return Spoken(resource_id, known, why, "hidden", host=host, hidden=hidden.id)


def whom_to_ask(ask: Ask, hidden: Hidden) -> str:
    """The host who hid something; whoever hosts now, where that one does no more."""
    hosts = people.hosts(ask.session, network_id=hidden.network_id)
    by = [each for each in hosts if each.id == hidden.by_id]
    return names([person(each) for each in by or hosts], 3) or "a host"


def kept_as(spoken: Spoken) -> Line:
    """What is said of it before its link."""
    match spoken.outcome:
        case "hidden":
            return (f"{spoken.host} has hidden this link from the network: ",)
        case "same":
            return ("This is already saved, as you said it: ",)
        case "changed":
            return ("Changed, as you say it now: ",)
        case _:
            call = spoken.call
            if call is None:
                return ("Saved: ",)
            return ("Saved for the next call (", When(call.starts_at, call.zone, "day"), "): ")


def reword(ask: Ask, resource_id: int, member_id: int, why: str, new: str | None) -> bool:
    """Let a member's word, if it still reads `why`, read otherwise; or, with None, take it back.
    What they have changed since is their own."""
    said = resources.voice_of(ask.session, resource_id=resource_id, member_id=member_id)
    if said is None or said.withdrawn_at or (said.why, list(said.tags)) != (why, []):
        return False
    if new is None:
        resources.withdraw(ask.session, voice_id=said.id, now=ask.now)
    else:
        resources.change_voice(ask.session, voice_id=said.id, why=new, tags=[], now=ask.now)
    show(ask, resource_id, said.at)
    return True


def show(ask: Ask, resource_id: int, at: datetime) -> None:
    """Bring search, what was posted, the next agenda and recaps to what is said now of a
    resource; `at` is when it was said."""
    resources.index(ask.session, resource_id=resource_id)
    follow(ask, "resource", resource_id)
    coming = calls.next_call(ask.session, network_id=ask.me.network_id, now=ask.now)
    held = calls.last(ask.session, network_id=ask.me.network_id, now=ask.now)
    for call in filter(None, (coming, held)):
        since, until = calls.window(ask.session, call=call)
        if since <= at < until:
            calls.touch(ask.session, call_id=call.id)
    recaps.touch_of(ask.session, network_id=ask.me.network_id, at=at)
