"""What people read about their roles in a call."""

from collections.abc import Iterator, Sequence

from bot.compose.facts import CallFacts
from bot.speech import Button, Buttons, Card, Element, Line, Small, Strong, Text, card, line

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
        _buttons(call.id, role),
        Small(
            ("If it is, you need not do anything. It goes round, so that everybody has a turn.",)
        ),
        summary=f"You {DOES[role]} in {call.name}",
    )


def at_home(call_id: int, name: str, roles: Sequence[str]) -> Iterator[Element]:
    """To whoever opens their home and has `roles` in the call of this id and name."""
    for role in roles:
        yield Text(line("In ", Strong(name), f" you {DOES[role]}."))
        yield _buttons(call_id, role)


def _buttons(call_id: int, role: str) -> Buttons:
    return Buttons(
        (
            Button("Swap", f"role swap {call_id} {role}"),
            Button("I can’t", f"role pass {call_id} {role}"),
        )
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
