"""What guests of a workspace may not do: begin a network, host it, bring a channel in."""

from bot.errors import Refusal
from handlers.words import Ask
from storage import networks


def is_guest(ask: Ask) -> bool:
    """Whether whoever asks is a guest, as their platform told just now or before."""
    who = ask.said.who
    return bool(who.guest) or networks.is_guest(
        ask.session, platform=who.platform, workspace=who.workspace, person=who.person
    )


def sure_of_guest(ask: Ask) -> None:
    """Refuse where the platform did not tell: what a guest may not do would be done."""
    if ask.said.who.guest is None:
        raise Refusal(
            "I could not find out just now whether you are a full member of this workspace, or a"
            " guest, so nothing was changed. Please try again in a moment."
        )
