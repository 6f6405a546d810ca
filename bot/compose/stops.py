"""What a host is told when a platform takes no posts."""

from bot.speech import Button, Buttons, Card, Element, Line, Small, Strong, Text, card, line

WAITS = "What waits is posted as soon as I can, if that is within a day."


def place_stopped(channel: str, why: str, lane: str) -> Card:
    """A channel takes no posts. `why` says so in a sentence, and how it is mended."""
    where = f"#{channel}" if channel else "one of your network’s channels"
    return _stopped(line("I can’t post in ", Strong(where), "."), why, lane)


def workspace_stopped(workspace: str, why: str, lane: str) -> Card:
    """A whole workspace takes no posts."""
    where = workspace or "one of your network’s workspaces"
    return _stopped(line("I can’t post anywhere in ", Strong(where), "."), why, lane)


def _stopped(what: Line, why: str, lane: str) -> Card:
    elements: list[Element | str] = [
        Text(what),
        why,
        WAITS,
        Buttons((Button("It is mended: try again", f"retry {lane}"),)),
        Small(("I try again by myself now and then, too.",)),
    ]
    return card(*elements, summary=f"I can’t post: {why}")


def post_failed(what: str, channel: str, reason: str) -> Card:
    """One post was refused for what it holds."""
    where = f"#{channel}" if channel else "one of your network’s channels"
    return card(
        Text(line("I could not post ", Strong(what), f" in {where}: it was refused ({reason}).")),
        "Other posts are not held up. Please tell whoever runs Homeroom; the log says more.",
        summary=f"I could not post {what}",
    )
