"""What a host can do where a platform takes no posts, or does not say whether it took one."""

from bot.compose.stops import in_doubt
from bot.errors import Refusal
from bot.speech import Reply, card
from bot.stops import doubts, same_doubt
from handlers.words import Ask, word
from storage import claims, lanes, networks, outbox

ONLY_HOSTS = "Only a host of that network can do that."
BECAME = {
    "planned": "It is being sent again already.",
    "sending": "It is being sent again already.",
    "sent": "It is there: somebody said so, or the platform did after all.",
    "skipped": "It is not sent any more: it was too late for it.",
    "failed": "It is not sent any more: the platform refused it.",
    "unknown": "I am just finding out whether it is there. I ask you if I can’t.",
}


@word("retry", who="nobody")
def retry(ask: Ask) -> Reply:
    """Try again to post where it was not possible."""
    platform, _, rest = ask.rest.strip().partition("/")
    workspace, _, channel = rest.partition("/")
    concerned = networks.in_workspace(
        ask.session, platform=platform, workspace=workspace, channel=channel
    )
    if not ask.me.hosts or ask.me.network_id not in concerned:
        raise Refusal(ONLY_HOSTS)
    name = lanes.name_of(platform, workspace, channel)
    if lanes.open_again(ask.session, names=[name]):
        return card("Thank you. I try again now; if it still can’t be posted, I tell you.")
    return card("Posts go there again already. Nothing is held back.")


@word("resend", who="nobody")
def resend(ask: Ask) -> Reply:
    """Send again what is not there."""
    keys = _asked_about(ask)
    again = claims.send_again(ask.session, keys=keys, now=ask.now)
    late = claims.give_up(ask.session, keys=keys)
    if again:
        said = "Thank you. I send it now. If the platform is silent again, I ask you again."
    elif late:
        said = "Thank you. By now it is too late for that, so I do not send it any more."
    else:
        said = _became(ask)
    return _and_the_rest(ask, said)


@word("found", who="nobody")
def found(ask: Ask) -> Reply:
    """What was in doubt is there."""
    there = claims.is_there(ask.session, keys=_asked_about(ask), now=ask.now)
    said = "Thank you. I leave it as it is." if there else _became(ask)
    return _and_the_rest(ask, said)


def _asked_about(ask: Ask) -> list[str]:
    """The keys that a button is about, of those that are still asked about. Raises Refusal for
    whoever does not host their network."""
    post = outbox.get(ask.session, key=ask.rest.strip())
    if not ask.me.hosts or post is None or post.network_id != ask.me.network_id:
        raise Refusal(ONLY_HOSTS)
    return same_doubt(ask.session, post.network_id, post.key)


def _became(ask: Ask) -> str:
    known = claims.state_of(ask.session, key=ask.rest.strip())
    return BECAME[known[0] if known else "skipped"]


def _and_the_rest(ask: Ask, said: str) -> Reply:
    return in_doubt(doubts(ask.session, ask.me.network_id, ask.now), said)
