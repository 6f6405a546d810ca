"""A prompt is asked when its time has come."""

from datetime import datetime, timedelta

from bot.asked import (
    channels_of,
    pause_without_channel,
    show_asking,
    tell_its_host,
    timing_of,
)
from bot.compose.prompts import left_out, rested
from bot.resting import after_rest, rest_at
from bot.speech import When
from bot.timing import next_after
from jobs.table import Errand, chore
from storage import networks, prompts
from storage.models import Network, Pause, Prompt

GRACE = timedelta(hours=6)
"""A prompt that comes later than this is left out, and a host is told."""


@chore("prompt", "A prompt is asked")
def ask(errand: Errand) -> datetime | None:
    """Ask a prompt in its channels. However many times were missed, it is asked once."""
    session, now, due = errand.session, errand.now, errand.chore.due_at
    prompt = session.get(Prompt, errand.chore.ref)
    if prompt is None or prompt.state != "live":
        return None
    if not channels_of(session, prompt):
        pause_without_channel(session, prompt, now)
        return None
    network = networks.get(session, network_id=prompt.network_id)
    if rest := rest_at(session, now, network_id=network.id, zone=network.zone):
        return _wait(errand, prompt, network, rest)
    if now - due > GRACE:
        shown = left_out(prompt.question, When(due, prompt.zone))
        tell_its_host(session, prompt, shown, f"left out {due.isoformat()}", now)
    else:
        show_asking(session, prompts.ask(session, prompt=prompt, now=now), now, errand.since)
    return _next(prompt, now)


def _wait(errand: Errand, prompt: Prompt, network: Network, rest: Pause) -> datetime | None:
    """The network rests. What recurs is left out, as its host reads beforehand; what comes once
    waits for the end of the pause. The host is told of that, and where nothing more comes."""
    session, now = errand.session, errand.now
    if not prompt.rule:
        later = after_rest(
            session, timing_of(prompt), rest, network_id=network.id, zone=network.zone
        )
        prompt.starts_on = later.starts_on
    coming = _next(prompt, now)
    if not prompt.rule or coming is None:
        at = When(errand.chore.due_at, prompt.zone)
        instead = When(coming, prompt.zone) if coming else None
        shown = rested(prompt.question, at, rest.name, rest.last_on, instead)
        tell_its_host(session, prompt, shown, "rests", now)
    return coming


def _next(prompt: Prompt, now: datetime) -> datetime | None:
    coming = next_after(timing_of(prompt), now)
    if coming is None:
        prompt.state = "done"
    return coming
