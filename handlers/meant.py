"""Which of their networks somebody means who is in several, where nothing but a channel tells it.

What they press may tell: words that are marked with a network, or a post that is known. Where
nothing does, they are asked; a word that is the same in all of them is done in each.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace
from sqlalchemy.orm import Session

from bot.compose.phrases import listed, shorten
from bot.errors import Refusal
from bot.speech import (
    Button,
    Buttons,
    Card,
    ChoiceField,
    Element,
    Form,
    Incoming,
    Picks,
    Reply,
    Say,
    Small,
    card,
    plain,
)
from handlers.words import Word, mark
from storage import outbox
from storage.people import Standing

WHICH = "which_network"
"""The field of a form in which one says the network that one means."""
SAME_FORM = ("save", "bring")
"""Said of a message, which no button can carry: their form, the same in every network, asks."""
MOST_SAID = 2000  # what a button can carry on both platforms
LEFT = "You are not in that network any more, so nothing was changed. Type "


@dataclass(frozen=True, slots=True)
class Meant:
    """Who asks: `me`, and `several` where they are in several networks and no channel tells which
    is meant; then `me` is None where nothing else told it either. `outside` of a network's
    channels what they are answered with is marked with theirs."""

    me: Standing | None
    several: tuple[Standing, ...] = ()
    outside: bool = False

    def each(self, word: Word | None) -> tuple[Standing, ...]:
        """Whom a word is done for."""
        if self.me:
            return (self.me,)
        return self.several if word and word.every else ()

    def asks_which(self, word: Word | None) -> bool:
        """Whether they have to be asked which network they mean."""
        known = word is None or word.every or word.who in ("anyone", "person")
        return self.me is None and bool(self.several) and not known


def meant_outside(
    session: Session,
    said: Incoming,
    word: Word | None,
    marked: int | None,
    theirs: list[Standing],
    left: Sequence[Standing] = (),
) -> Meant:
    """Who somebody is where they speak in no network's channel, of all whom they are; and of those
    whom they were in networks that they `left`, where they say something there."""
    if word is not None and word.who == "person":
        return Meant(_any(theirs), _live(theirs))
    named = marked if marked is not None else _chosen(said)
    told = named if named is not None else _where_pressed(session, said, [*theirs, *left])
    found = next((each for each in (*theirs, *left) if each.network_id == told), None)
    if found is None and named is not None:
        raise Refusal(LEFT, Say(), " to see what you can do.")
    live = _live(theirs)
    several = live if len(live) > 1 else ()
    if found is None and not several:
        found = next(iter(live), None)
    if found is None and word is not None and word.who == "host":
        hosted = [each for each in several if each.hosts]
        found = hosted[0] if len(hosted) == 1 else None
    if not theirs and left and _of_a_network(said, word):
        found = found or left[0]
    return Meant(found, several, outside=True)


def _of_a_network(said: Incoming, word: Word | None) -> bool:
    """Whether it is said to a network: in a channel that is none's yet, who asks for the menu may
    begin one."""
    if word is not None and word.name in ("menu", "help", "home"):
        return said.place.direct or not said.place.channel
    return word is None or word.who != "anyone"


def _live(theirs: Sequence[Standing]) -> tuple[Standing, ...]:
    """Those who may do something in a network that goes on, where any of them may."""
    active = [each for each in theirs if each.active] or theirs
    live = [each for each in active if not each.ended] or active
    return tuple(sorted(live, key=lambda each: (each.network.casefold(), each.network_id)))


def _any(theirs: Sequence[Standing]) -> Standing | None:
    """For words that are not about a network: whichever they may speak in, the same each time."""
    return min(theirs, key=lambda each: (not each.active, each.network_id), default=None)


def _chosen(said: Incoming) -> int | None:
    chosen = (said.values or {}).get(WHICH)
    if not isinstance(chosen, str) or not re.fullmatch(r"[0-9]{1,10}", chosen):
        return None
    return int(chosen)


def _where_pressed(session: Session, said: Incoming, theirs: Sequence[Standing]) -> int | None:
    return outbox.network_of_direct(
        session,
        member_ids=[each.member_id for each in theirs],
        platform=said.who.platform,
        channel=said.who.person,
        sent_id=said.pressed if len(theirs) > 1 else "",
    )


# -- asking which, and keeping it -----------------------------------------------------------------


def which(said: Incoming, several: Sequence[Standing]) -> Card:
    """A button for each network, which says the same there."""
    names = listed([each.network for each in several])
    lead = f"You are in {names}. Which one do you mean?"
    says = [mark(said.words, each.network_id) for each in several]
    if said.how == "shortcut" or said.values is not None:
        raise Refusal(
            f"You are in {names}, and I can’t tell which one you mean, so nothing was changed."
            " Please do that in a channel of the one you mean."
        )
    if max(map(len, says)) > MOST_SAID:
        begin = " or ".join(f"in:{each.network_id} for {each.network}" for each in several)
        return card(
            lead,
            f"That is too long for a button. Please say it again, beginning with {begin}. Here are"
            " your words:",
            said.words,
        )
    buttons = (
        Button(name, each) for name, each in zip(labels(several).values(), says, strict=True)
    )
    return card(
        lead,
        Buttons(tuple(buttons)),
        Small((f"You said: {shorten(said.words, 300)}",)),
        summary="Which network do you mean?",
        instead=said.how == "button",
    )


def labels(several: Sequence[Standing]) -> dict[int, str]:
    """What each network is called on a button, by its id; two of one name are told apart."""
    every = [each.network.casefold() for each in several]
    return {
        each.network_id: shorten(each.network, 60)
        + (f" ({each.network_id})" if every.count(each.network.casefold()) > 1 else "")
        for each in several
    }


def with_choice(form: Form, several: Sequence[Standing]) -> Form:
    """The form with a field that asks for the network."""
    options = tuple((str(number), name) for number, name in labels(several).items())
    field = ChoiceField(WHICH, "In which of your networks?", options)
    return replace(form, fields=(field, *form.fields))


def kept(reply: Reply, me: Standing, *, several: bool) -> Reply:
    """The reply, whose form says in which network it was asked for, and whose buttons do where
    somebody is in several."""
    if isinstance(reply, Form):
        return replace(reply, says=mark(reply.says, me.network_id))
    if not several or not isinstance(reply, Card):
        return reply
    shown = marked_card(reply, me.network_id)
    if me.network in plain(shown.elements):
        return shown
    return replace(shown, elements=(*shown.elements, Small((f"In {me.network}.",))))


def marked_card(shown: Card, network_id: int) -> Card:
    """The card, whose buttons say their words in a network."""
    return replace(shown, elements=tuple(_marked(each, network_id) for each in shown.elements))


def _marked(element: Element, network_id: int) -> Element:
    if not isinstance(element, Buttons):
        return element
    return Buttons(tuple(_marked_button(each, network_id) for each in element.buttons))


def _marked_button(button: Button, network_id: int) -> Button:
    says = mark(button.says, network_id) if button.says else ""
    return replace(button, says=says) if len(says) <= MOST_SAID else button


def together(replies: Sequence[Reply], several: Sequence[Standing]) -> Reply:
    """One reply to what was done in each network."""
    if all(isinstance(each, Picks) for each in replies):
        return _picks([each for each in replies if isinstance(each, Picks)])
    last = replies[-1]
    if not isinstance(last, Card):
        return last
    said = Small((f"In {listed([each.network for each in several])}.",))
    return replace(last, elements=(*last.elements, said))


def _picks(found: Sequence[Picks]) -> Picks:
    """The best of each first."""
    most = max(len(each.picks) for each in found)
    rows: list[Any] = [
        each.picks[at] for at in range(most) for each in found if at < len(each.picks)
    ]
    return Picks(tuple(rows), found[0].nothing)


# -- a network that has ended ---------------------------------------------------------------------


def only_past(reply: Reply, may: Any) -> Reply:
    """The reply without the buttons that could only be refused; `may` tells of words."""
    if not isinstance(reply, Card):
        return reply
    shown: list[Element] = []
    for each in reply.elements:
        if isinstance(each, Buttons):
            left = tuple(one for one in each.buttons if one.url or may(one.says))
            shown += [Buttons(left)] if left else []
        else:
            shown.append(each)
    return replace(reply, elements=tuple(shown))
