"""What somebody saves for themselves of what they find."""

from collections.abc import Iterator

from bot.compose.me import saved_list
from bot.errors import Refusal
from bot.speech import Button, Buttons, Card, Element, Reply, Say, card
from handlers.home_parts import part
from handlers.me import own_zone
from handlers.words import Ask, number, word
from storage import problems, search, wishes

MOST_SAVED = 5


@word("me save", who="nobody")
def save(ask: Ask) -> Reply:
    """Save something found for yourself."""
    kind, ref = _thing(ask)
    if not _is_seen(ask, kind, ref):
        raise Refusal("That is not here any more. ", Say("find"), " shows what is.")
    new = wishes.save(ask.session, member_id=ask.me.member_id, kind=kind, ref=ref, now=ask.now)
    return card(
        "Saved for you; nobody else sees that." if new else "You saved that already.",
        Buttons((Button("See what I saved", "me saved"),)),
    )


def _is_seen(ask: Ask, kind: str, ref: int) -> bool:
    """Whether whoever asks may find it."""
    if kind == "problem":
        found = problems.get(
            ask.session,
            network_id=ask.me.network_id,
            organisation_id=ask.me.organisation_id,
            problem_id=ref,
        )
        return found is not None
    return wishes.is_here(ask.session, network_id=ask.me.network_id, kind=kind, ref=ref)


@word("me unsave", who="nobody")
def unsave(ask: Ask) -> Reply:
    """Save something no longer."""
    kind, ref = _thing(ask)
    wishes.let_go(ask.session, member_id=ask.me.member_id, kind=kind, ref=ref)
    return _saved(ask)


@word("me saved", example="me saved", reads=True, told=True)
def saved(ask: Ask) -> Reply:
    """See what you saved for yourself."""
    return _saved(ask)


def _saved(ask: Ask) -> Card:
    every = wishes.saved(
        ask.session, member_id=ask.me.member_id, organisation_id=ask.me.organisation_id
    )
    titles = search.titles(ask.session, ids=[each.id for each in every])
    return saved_list([(each, titles.get(each.id, "")) for each in every], own_zone(ask))


@part(30)
def in_home(ask: Ask) -> Iterator[Element]:
    """What you saved for yourself."""
    every = wishes.saved(
        ask.session, member_id=ask.me.member_id, organisation_id=ask.me.organisation_id
    )
    if every:
        titles = search.titles(ask.session, ids=[each.id for each in every[:MOST_SAVED]])
        shown = saved_list(
            [(each, titles.get(each.id, "")) for each in every[:MOST_SAVED]], own_zone(ask)
        )
        yield from shown.elements[:2]
        if len(every) > MOST_SAVED:
            yield Buttons((Button("See all that I saved", "me saved"),))


def _thing(ask: Ask) -> tuple[str, int]:
    kind, _, ref = ask.rest.partition(" ")
    return kind, number(ref)
