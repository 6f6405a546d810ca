"""A prompt is asked when its time has come."""

from datetime import datetime, timedelta

from bot.asked import show_asking, timing_of
from bot.calendar import local_day
from bot.compose.prompts import left_out
from bot.publish import to_member
from bot.speech import When
from bot.timing import next_after
from jobs.table import Errand, chore
from storage import networks, pauses, people, prompts
from storage.models import Prompt

GRACE = timedelta(hours=6)
"""A prompt that comes later than this is left out, and a host is told."""


@chore("prompt", "A prompt is asked")
def ask(errand: Errand) -> datetime | None:
    """Ask a prompt in its channels. However many times were missed, it is asked once."""
    session, now, due = errand.session, errand.now, errand.chore.due_at
    prompt = session.get(Prompt, errand.chore.ref)
    if prompt is None or prompt.state != "live":
        return None
    network = networks.get(session, network_id=prompt.network_id)
    if pauses.is_paused(session, network_id=network.id, on=local_day(now, network.zone)):
        pass  # the network rests: nothing is asked, and nobody is told that it was not
    elif now - due > GRACE:
        _tell_host(errand, prompt)
    else:
        show_asking(session, prompts.ask(session, prompt=prompt, now=now), now, errand.since)
    coming = next_after(timing_of(prompt), now)
    if coming is None:
        prompt.state = "done"
    return coming


def _tell_host(errand: Errand, prompt: Prompt) -> None:
    every = people.hosts(errand.session, network_id=prompt.network_id)
    own = [each for each in every if each.id == prompt.by_id] or every[:1]
    for host in own:
        to_member(
            errand.session,
            host.id,
            left_out(prompt.question, When(errand.chore.due_at, prompt.zone)),
            network_id=prompt.network_id,
            of=f"prompt {prompt.id} left out {errand.chore.due_at.isoformat()}",
            kind="left out",
            now=errand.now,
        )
