"""The links that someone posted: kept, dismissed, and what becomes of those to come."""

from collections.abc import Iterator, Sequence

from bot.compose import caught as compose
from bot.compose.caught import AT_ONCE, SETTINGS, CaughtFacts
from bot.compose.phrases import count
from bot.errors import Refusal
from bot.publish import to_channels
from bot.speech import Card, Element, HowTo, Line, Link, Reply, Say, Text, line
from bot.stops import is_outside
from handlers.home import home
from handlers.home_parts import part
from handlers.network_channels import called
from handlers.overheard import keep_link
from handlers.words import Ask, number, word
from storage import audit, caught, networks
from storage.models import CaughtLink, Channel

DECIDED = {
    "kept": "That one is kept already. ",
    "dismissed": "You dismissed that one already. ",
    "hidden": "A host has hidden that link from the network. ",
}


@word("links", example="links", past="bare")
def links(ask: Ask) -> Reply:
    """See the links you posted, to keep or dismiss them."""
    setting = ask.rest.strip().casefold()
    if not setting:
        return _list(ask)
    if setting not in dict(SETTINGS):
        raise Refusal(
            "I know ",
            Say("links all"),
            ", ",
            Say("links ask"),
            " and ",
            Say("links none"),
            f". You typed: {ask.rest}",
        )
    return _set(ask, setting)


@word("keep", who="nobody")
def keep(ask: Ask) -> Reply:
    """Keep a link that you posted, for the whole network."""
    which, _, where = ask.rest.partition(" ")
    if which == "all":
        return _keep_all(ask, where)
    link = _mine(ask, which)
    for twin in caught.twins(ask.session, link=link):
        twin.state = "kept"
    keep_link(ask, link.message, link)
    return _after(ask, where, line("Kept: ", _named(link), "."))


@word("dismiss", who="nobody")
def dismiss(ask: Ask) -> Reply:
    """Let a link that you posted be forgotten."""
    which, _, where = ask.rest.partition(" ")
    link = _mine(ask, which)
    for twin in caught.twins(ask.session, link=link):
        twin.state = "dismissed"
    ask.session.flush()
    again = (" Changed your mind? Type ", Say("share"))
    return _after(ask, where, line("Dismissed: ", _named(link), ".", *again))


@part(40)
def waiting(ask: Ask) -> Iterator[Element]:
    """The links that one posted and has not decided upon."""
    yield from compose.at_home([_facts(each) for each in _waiting(ask)])


def _waiting(ask: Ask) -> Sequence[CaughtLink]:
    me = ask.me
    return caught.waiting(ask.session, network_id=me.network_id, member_id=me.member_id)


def _list(ask: Ask, said: Line = ()) -> Card:
    channel = _here(ask)
    return compose.waiting(
        [_facts(each) for each in _waiting(ask)],
        said,
        setting=channel.links if channel else "",
        hosts=ask.me.hosts,
    )


def _here(ask: Ask) -> Channel | None:
    channel_id = ask.me.channel_id
    return networks.channel(ask.session, channel_id=channel_id) if channel_id else None


def _mine(ask: Ask, which: str) -> CaughtLink:
    me = ask.me
    found = caught.get(
        ask.session, network_id=me.network_id, member_id=me.member_id, link_id=number(which)
    )
    if found is None:
        raise Refusal("That link is not here any more. ", Say("links"), " shows those that are.")
    if found.state != "waiting":
        raise Refusal(
            DECIDED[found.state],
            Say("links"),
            " shows what still waits.",
        )
    return found


def _keep_all(ask: Ask, where: str) -> Reply:
    every = _waiting(ask)
    if not every:
        raise Refusal("None of your links waits any more. ", Say("links"), " shows it.")
    for link in every[:AT_ONCE]:
        for twin in caught.twins(ask.session, link=link):
            twin.state = "kept"
        keep_link(ask, link.message, link)
    rest = len(every) - AT_ONCE
    more = f" {count(rest, 'more waits', 'more wait')}." if rest > 0 else ""
    return _after(ask, where, (f"Kept {count(min(len(every), AT_ONCE), 'link')}.{more}",))


def _after(ask: Ask, where: str, said: Line) -> Reply:
    """What was done, above what is left: in the home, or in the list where it was pressed."""
    ask.session.flush()
    if where != "home":
        return _list(ask, said)
    shown = home(ask)
    assert isinstance(shown, Card)
    first, *rest = shown.elements
    return Card((first, Text(said), *rest), shown.summary, instead=True)


def _facts(link: CaughtLink) -> CaughtFacts:
    message = link.message
    return CaughtFacts(
        link.id, link.url, link.title, link.words, message.channel.name, message.permalink
    )


def _named(link: CaughtLink) -> Link:
    return Link(link.url, compose.title_of(_facts(link)))


def _set(ask: Ask, setting: str) -> Reply:
    channel = _here(ask)
    if not ask.me.hosts:
        raise Refusal(
            f"Only a host of {ask.me.network} can say what becomes of a channel’s links. ",
            Say("links"),
            " shows yours.",
        )
    if channel is None:
        raise Refusal("Please say that in the channel that you mean: ", Say(f"links {setting}"))
    if channel.links == setting:
        return compose.setting_card(("Nothing changed: it is so already.",), setting)
    channel.links = setting
    audit.note(
        ask.session,
        network_id=ask.me.network_id,
        by=ask.me.member_id,
        what="channel",
        ref=channel.id,
        words=f"set the links of {called(channel)} to “{dict(SETTINGS)[setting]}”",
        now=ask.now,
    )
    told = compose.settled(setting, ask.me.name)
    of = f"links of channel {channel.id} {ask.now.isoformat()}"
    to_channels(ask.session, [channel], told, of=of, kind="links", now=ask.now)
    space = channel.workspace
    outside = is_outside(
        ask.session, platform=space.platform, workspace=space.external, channel=channel.external
    )
    if outside:
        when = "Done. I am not in this channel yet, so its people read of it once I am. "
        return compose.setting_card((when, HowTo("invite me")), setting)
    return compose.setting_card(("Done, and the channel is told.",), setting)
