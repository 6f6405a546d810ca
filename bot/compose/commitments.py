"""Cards of commitments: what is open, asking after it, and what became of it."""

from collections.abc import Iterator, Sequence

from bot.compose.facts import CallFacts, Promised
from bot.compose.phrases import shorten
from bot.speech import Button, Buttons, Card, Element, Small, Strong, Text, card, line, say_when

MOST = 8
SAID = {
    "kept": "Kept, well done!",
    "changed": "Changed, and that is fine.",
    "dropped": "Dropped. Only you see that.",
    "open": "It is open again, and goes on to the next call.",
}
STANDS = {"kept": "Kept.", "changed": "Changed.", "dropped": "Dropped; only you see that."}


def listed(promises: Sequence[Promised], page: int = 1) -> Iterator[Element]:
    """A page of open commitments, each with its three buttons; nothing where there is none."""
    first, last = (page - 1) * MOST, page * MOST
    if promises[first:last]:
        yield Text((Strong("You said you will"),))
    for each in promises[first:last]:
        yield from _asked(each)
    if len(promises) > last:
        yield Small((f"and {len(promises) - last} more",))
        yield Buttons((Button("Show more of them", f"commit older {page + 1}"),))


def _asked(promise: Promised) -> Iterator[Element]:
    yield Text((shorten(promise.words, 500),))
    yield Buttons(
        (
            Button("Kept", f"commitment {promise.id} kept", "main"),
            Button("Changed", f"commitment {promise.id} changed"),
            Button("Dropped", f"commitment {promise.id} dropped"),
        )
    )


def answered(promise: Promised, *, new: bool) -> Card:
    """What became of one, and what one can still do about it."""
    said = SAID[promise.state] if new else f"That is noted already. {SAID[promise.state]}"
    buttons = [Button("Undo", f"commitment {promise.id} open")] if promise.state != "open" else []
    if promise.state == "changed":
        buttons.insert(0, Button("Say to what", f"commitment say {promise.id}"))
    became = [Text(line("Now: ", promise.became))] if promise.became else []
    return card(
        said,
        Small((shorten(promise.words, 300),)),
        *became,
        *([Buttons(tuple(buttons))] if buttons else []),
        summary=said,
        instead=True,
    )


def follow_up(call: CallFacts, first_name: str, promises: Sequence[Promised]) -> Card:
    """To one member, before a call: what became of what you said you will do?"""
    still = [each for each in promises if each.state == "open"]
    done = [each for each in promises if each.state != "open"]
    lead = (
        line(f"{first_name}, before ", Strong(call.name), ", ", call.when, ": how did it go?")
        if still
        else ("Thank you, that is all answered.",)
    )
    return card(
        Text(lead),
        *(element for each in still[:MOST] for element in _asked(each)),
        *([Small((f"and {len(still) - MOST} more after these",))] if len(still) > MOST else []),
        *(Small((f"{shorten(each.words, 200)} – {STANDS[each.state]}",)) for each in done[:MOST]),
        *([Small(("What stays open goes on to the next call.",))] if still else []),
        summary=f"How did your commitment go? {call.name}, {say_when(call.when)}",
    )
