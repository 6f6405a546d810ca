"""Words are taken out of what was posted, or is about to be."""

from collections.abc import Iterable
from datetime import datetime

from bot.redact import Redaction
from bot.speech import decode_card, encode_card
from storage.models import OutboxPost

MOST = 80  # posts at once, so that people's requests are not held up


def redact(posts: Iterable[OutboxPost], redaction: Redaction, now: datetime) -> None:
    """Let each post that holds any of it be changed where it stands."""
    for post in posts:
        shown = decode_card(post.card)
        made = redaction.card(shown)
        if made is shown:
            continue
        post.card, post.edition = encode_card(made), post.edition + 1
        if post.state in ("planned", "sent"):
            post.due_at = now if post.due_at is None else min(post.due_at, now)
