"""What people read about their roles in a call."""

from collections.abc import Iterator, Sequence

from bot.compose.facts import CallFacts
from bot.compose.phrases import quoted
from bot.speech import Button, Buttons, Card, Element, Line, Small, Strong, Text, card, line

ROLES = {"host": "Host", "present": "Presenter", "time": "Timekeeper", "notes": "Note-taker"}
DOES = {
    "host": "host",
    "present": "present a problem of practice",
    "time": "keep the time",
    "notes": "take the notes",
}
ALL_RIGHT = "If it is, you need not do anything. It goes round, so that everybody has a turn."
ENOUGH = (
    "Something you are stuck with is enough. It goes round, so that everybody has a turn; what you"
    " bring is worked on first."
)


def in_a_line(call: CallFacts) -> Line:
    """ "Timekeeper: Ben · Note-taker: Dee"; empty where nobody has a role."""
    names = dict(call.roles)
    told = [f"{label}: {names[role]}" for role, label in ROLES.items() if role in names]
    return (" · ".join(told),) if told else ()


def asked(call: CallFacts, role: str, problem: str = "", *, chosen: bool = False) -> Card:
    """To whoever has a role now; `problem` is theirs that the call works on, if there is one.
    Whoever took it, or was `chosen`, is told so; to whom it was dealt, it is put as a question."""
    if role == "present" and not problem:
        return _bring_one(call)
    does = "present your problem of practice" if problem else DOES[role]
    own = f": {quoted(problem, 200)}" if problem else ""
    return card(
        Text(line("In ", Strong(call.name), ", ", call.when, f", you {does}{own}")),
        Text(("Has something changed?" if chosen else "Is that all right?",)),
        _buttons(call.id, role),
        *([] if chosen else [Small((ALL_RIGHT,))]),
        summary=f"You {does} in {call.name}",
    )


def _bring_one(call: CallFacts) -> Card:
    return card(
        Text(
            line(
                "It is your turn to bring a problem of practice to ",
                Strong(call.name),
                ", ",
                call.when,
                ". Is that all right?",
            )
        ),
        _buttons(call.id, "present", bring=True),
        Small((ENOUGH,)),
        summary=f"It is your turn to bring a problem to {call.name}",
    )


def at_home(call: CallFacts, roles: Sequence[str], *, problem: bool) -> Iterator[Element]:
    """To whoever opens their home and has `roles` in this call; whether a `problem` of theirs is
    what they present."""
    for role in roles:
        bring = role == "present" and not problem
        turn = "it is your turn to bring a problem of practice" if bring else f"you {DOES[role]}"
        yield Text(line("In ", Strong(call.name), f" {turn}."))
        yield _buttons(call.id, role, bring=bring)


def _buttons(call_id: int, role: str, *, bring: bool = False) -> Buttons:
    return Buttons(
        (
            *([Button("Bring a problem", "role bring", "main")] if bring else []),
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


def not_needed(call: CallFacts, role: str) -> Card:
    """In its place, once nobody is asked for it."""
    return card(
        Text(line("In ", Strong(call.name), ", ", call.day, f", you need not {DOES[role]}.")),
        summary=f"You need not {DOES[role]}",
    )


def called_off(call: CallFacts, role: str) -> Card:
    """In its place, where the call is off."""
    off = line(Strong(call.name), ", ", call.day, f", is off: you need not {DOES[role]}.")
    return card(Text(off), summary=f"{call.name} is off")


def offered(call: CallFacts, role: str, name: str) -> Card:
    """To the others: somebody looks for somebody else."""
    return card(
        Text(
            line(
                f"{name} would like to swap: who will {DOES[role]} in ",
                Strong(call.name),
                ", ",
                call.day,
                "?",
            )
        ),
        Buttons((Button("I’ll do it", f"role take {call.id} {role}", "main"),)),
        summary=f"Who will {DOES[role]}?",
    )


def taken(role: str, name: str) -> Card:
    """In its place, once somebody has taken it."""
    return card(
        Text((f"{name} will {DOES[role]}. Thank you!",)), summary=f"{name} will {DOES[role]}"
    )


def settled(role: str) -> Card:
    """In its place, once nobody is asked for it."""
    return card(
        Text((f"Nobody need {DOES[role]} this time. Thank you!",)),
        summary=f"Nobody need {DOES[role]}",
    )
