"""Keeping who changed what: a host's every change to what others rely on is noted."""

from bot.compose.phrases import shorten
from handlers.words import Ask
from storage import audit

LONGEST = 300


def note(ask: Ask, what: str, words: str, ref: int = 0) -> None:
    """Keep that whoever asks did this; `words` go on after their name."""
    audit.note(
        ask.session,
        network_id=ask.me.network_id,
        by=ask.me.member_id,
        what=what,
        words=shorten(words, LONGEST),
        now=ask.now,
        ref=ref,
    )
