"""Whoever it is from withdraws something while a host hides it: for good."""

from bot.speech import Card, card
from handlers.words import Ask
from storage import hiding


def withdrawn(
    ask: Ask, kind: str, *, ref: int | None = None, asking_id: int | None = None
) -> Card | None:
    """What they read who withdraw something hidden of theirs; None where there is none."""
    done = hiding.withdraw(
        ask.session,
        network_id=ask.me.network_id,
        member_id=ask.me.member_id,
        kind=kind,
        ref=ref,
        asking_id=asking_id,
        now=ask.now,
    )
    return FOR_GOOD if done else None


def voice_withdrawn(ask: Ask, *, resource_id: int) -> Card | None:
    """The same for what they said of a resource."""
    done = hiding.withdraw_voice(
        ask.session,
        network_id=ask.me.network_id,
        member_id=ask.me.member_id,
        resource_id=resource_id,
        now=ask.now,
    )
    return FOR_GOOD if done else None


FOR_GOOD = card(
    "Withdrawn for good. A host had hidden it; now nobody can bring it back.", instead=True
)
