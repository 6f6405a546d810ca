"""What a host can do where a platform takes no posts."""

from bot.errors import Refusal
from bot.speech import Reply, card
from handlers.words import Ask, word
from storage import lanes, networks


@word("retry", who="nobody")
def retry(ask: Ask) -> Reply:
    """Try again to post where it was not possible."""
    platform, _, rest = ask.rest.strip().partition("/")
    workspace, _, channel = rest.partition("/")
    concerned = networks.in_workspace(
        ask.session, platform=platform, workspace=workspace, channel=channel
    )
    if not ask.me.hosts or ask.me.network_id not in concerned:
        raise Refusal("Only a host of that network can do that.")
    name = lanes.name_of(platform, workspace, channel)
    if lanes.open_again(ask.session, names=[name]):
        return card("Thank you. I try again now; if it still can’t be posted, I tell you.")
    return card("Posts go there again already. Nothing is held back.")
