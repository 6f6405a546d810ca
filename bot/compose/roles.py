"""What people read about their roles in a call."""

from bot.compose.facts import CallFacts
from bot.speech import Button, Buttons, Card, Line, Small, Strong, Text, card, line

ROLES = {"time": "Timekeeper", "notes": "Note-taker", "host": "Host"}
DOES = {
    "time": "keep the time",
    "notes": "take the notes",
    "host": "host",
}


def in_a_line(call: CallFacts) -> Line:
    """ "Timekeeper: Ben · Note-taker: Dee"; empty where nobody has a role."""
    told = [f"{ROLES[role]}: {name}" for role, name in call.roles if role in ROLES]
    return (" · ".join(told),) if told else ()


def asked(call: CallFacts, role: str) -> Card:
    """To whoever has a role now."""
    return card(
        Text(
            line(
                "In ", Strong(call.name), ", ", call.when, f", you {DOES[role]}. Is that all right?"
            )
        ),
        Buttons(
            (
                Button("Swap", f"role swap {call.id} {role}"),
                Button("I can’t", f"role pass {call.id} {role}"),
            )
        ),
        Small(
            ("If it is, you need not do anything. It goes round, so that everybody has a turn.",)
        ),
        summary=f"You {DOES[role]} in {call.name}",
    )


def passed_on(call: CallFacts, role: str, name: str) -> Card:
    """In its place, once somebody else has it."""
    return card(
        Text(line(f"{name} will {DOES[role]} in ", Strong(call.name), ", ", call.day, ".")),
        summary=f"{name} will {DOES[role]}",
    )


def offered(call: CallFacts, role: str, name: str) -> Card:
    """In the call's thread: somebody looks for somebody else."""
    return card(
        Text((f"{name} would like to swap: who will {DOES[role]}?",)),
        Buttons((Button("I’ll do it", f"role take {call.id} {role}", "main"),)),
        summary=f"Who will {DOES[role]}?",
    )


def taken(role: str, name: str) -> Card:
    """In its place, once somebody has taken it."""
    return card(
        Text((f"{name} will {DOES[role]}. Thank you!",)), summary=f"{name} will {DOES[role]}"
    )
