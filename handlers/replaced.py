"""A message's kept link that was edited into another: the new one is kept in place of the old."""

from collections.abc import Callable, Mapping, Sequence

from bot.links import same_page
from handlers.voices import reword, show
from handlers.words import Ask
from storage import hiding, resources, wishes
from storage.models import CaughtLink, Keeping


def pairs(gone: Sequence[CaughtLink], new: Mapping[str, str]) -> list[tuple[CaughtLink, str]]:
    """Which links of those that are gone became which of the new ones, these by page with the
    words around each. It is plain where one went and one came, and where the words around both are
    the same and no others'."""
    if len(gone) == len(new) == 1:
        return [(gone[0], next(iter(new)))]
    return [
        (link, page)
        for link in gone
        for page, words in new.items()
        if words and words == link.words
        if sum(each.words == words for each in gone) == 1
        if sum(each == words for each in new.values()) == 1
    ]


def follow(
    ask: Ask, link: CaughtLink, url: str, title: str, why_of: Callable[[int], str], channel_id: int
) -> bool:
    """Let everyone who kept a link keep this one instead, in the words that the message has now,
    and as of when they did. What one of them has changed since is theirs, and stays. Whether
    anybody keeps it by this message still."""
    if hiding.links(ask.session, network_id=ask.me.network_id, keys=[same_page(url)]):
        return False
    if not any(_still_reads_so(ask, each) for each in link.keepings):
        return False
    resource_id, _, _ = resources.keep(
        ask.session,
        network_id=ask.me.network_id,
        key=same_page(url),
        url=url,
        now=ask.now,
        title=title,
    )
    for each in list(link.keepings):
        was = each.resource_id
        why = why_of(each.member_id)
        if _moved(ask, each, resource_id, why, channel_id):
            each.resource_id, each.why = resource_id, why
        else:
            link.keepings.remove(each)
        if not resources.is_spoken_for(ask.session, resource_id=was):
            wishes.save_instead(ask.session, kind="resource", was=was, becomes=resource_id)
    ask.session.flush()
    return bool(link.keepings)


def _still_reads_so(ask: Ask, kept: Keeping) -> bool:
    said = resources.voice_of(ask.session, resource_id=kept.resource_id, member_id=kept.member_id)
    return said is not None and said.withdrawn_at is None and said.why == kept.why


def _moved(ask: Ask, kept: Keeping, resource_id: int, why: str, channel_id: int) -> bool:
    """Take a member's word from the old link to the new one, unless it is their own by now, or
    they spoke for the new one before."""
    session, member_id = ask.session, kept.member_id
    old = resources.voice_of(session, resource_id=kept.resource_id, member_id=member_id)
    if not reword(ask, kept.resource_id, member_id, kept.why, None):
        return False
    known = resources.voice_of(session, resource_id=resource_id, member_id=member_id)
    if known is not None and known.withdrawn_at is None:
        return False
    if known is None:
        resources.add_voice(
            session,
            resource_id=resource_id,
            network_id=ask.me.network_id,
            member_id=member_id,
            channel_id=channel_id,
            why=why,
            tags=[],
            now=old.at,
        )
    else:
        resources.change_voice(session, voice_id=known.id, why=why, tags=[], now=old.at)
    show(ask, resource_id, old.at)
    return True
