"""What people post to each other in a network's channels: links are caught, quietly.

Nothing here says anything. Of a message only its links and the words around them are kept; see
decision 11.
"""

from msgspec import Struct
from msgspec.structs import replace

from bot.compose.phrases import shorten
from bot.links import (
    MOST_WORDS,
    find_links,
    out_of_reach,
    same_page,
    tells_a_secret,
    words_around,
)
from bot.speech import File, Message, Noticed, Reply
from handlers.hearing import aside, heard_in
from handlers.replaced import follow, pairs
from handlers.replies import take_reply
from handlers.voices import reword, speak
from handlers.words import Ask, word
from storage import caught, chores, hiding, people
from storage.models import CaughtLink, CaughtMessage, Channel, Keeping

AT_ONCE = 50  # links that are kept in one go; the rest of them waits


class Found(Struct, frozen=True):
    """A link or a file in a message, and the words around it."""

    url: str
    title: str
    words: str


@word("overheard", who="nobody")
def heard(ask: Ask) -> Reply:
    """Catch the links of a message that was posted."""
    channel, message = heard_in(ask), ask.said.message
    take_reply(ask, "")
    if message is None or ask.standing is None or channel.links == "none":
        return None
    if _known(ask, channel, message) is not None:
        return None  # it came before as edited, or is gone again
    found = found_in(message)
    if not found:
        return None
    return _update(ask, channel, _begin(ask, channel, message, ask.me.member_id), found)


@word("overheard edit", who="nobody")
def edited(ask: Ask) -> Reply:
    """Bring what was caught of a message to what it says now."""
    channel, message = heard_in(ask), ask.said.message
    take_reply(ask, "edit")
    if message is None:
        return None
    known = _known(ask, channel, message)
    if known is None:
        if ask.standing is None or channel.links == "none":
            return None
        known = _begin(ask, channel, message, ask.me.member_id)
    elif known.gone or known.as_of >= (message.at or ask.now):
        return None
    known.as_of = message.at or ask.now
    had, kept = bool(known.links), _kept(known)
    put = _update(ask, channel, known, _found_again(message, known)) or Noticed()
    if had and not known.links:
        return Noticed(take=("caught", "kept"))
    if kept and not _kept(known):
        return replace(put, take=("kept",))
    return put if put.put else None


@word("overheard gone", who="nobody")
def gone(ask: Ask) -> Reply:
    """Let go of a message that was deleted, and of what was kept with its words."""
    channel, message = heard_in(ask), ask.said.message
    take_reply(ask, "gone")
    if message is None:
        return None
    known = _known(ask, channel, message)
    if known is None:
        if channel.links == "none":
            return None
        # Remembered, so that it is not caught when what was posted comes late.
        known = _begin(ask, channel, message, None)
    for link in list(known.links):
        _drop(aside(ask, channel), known, link)
    known.gone, known.permalink = True, ""
    return None


@word("overheard mark", who="nobody")
def marked(ask: Ask) -> Reply:
    """Keep at once what is in a message that somebody marked, with their voice."""
    channel, message = heard_in(ask), ask.said.message
    if message is None or ask.standing is None:
        return None
    known = _known(ask, channel, message)
    if known is None:
        found = found_in(message, quietly=False)
        for key in hiding.links(ask.session, network_id=ask.me.network_id, keys=list(found)):
            del found[key]
        if not found:
            return None
        known = _begin(ask, channel, message, _author(ask, message))
        _add(known, found)
    if known.gone:
        return None
    for link in known.links[:AT_ONCE]:
        keep_link(ask, known, link, by_mark=True)
    ask.session.flush()
    return Noticed(put=("kept",)) if _kept(known) else None


@word("overheard unmark", who="nobody")
def unmarked(ask: Ask) -> Reply:
    """Take back what marking a message had kept, but for what was changed since."""
    channel, message = heard_in(ask), ask.said.message
    if message is None or ask.standing is None:
        return None
    known = _known(ask, channel, message)
    if known is None:
        return None
    for link in known.links:
        for each in list(link.keepings):
            if each.member_id == ask.me.member_id and each.by_mark:
                reword(ask, each.resource_id, each.member_id, each.why, None)
                link.keepings.remove(each)
        if link.state == "kept" and not link.keepings:
            link.state = "waiting"
    ask.session.flush()
    return None if _kept(known) else Noticed(take=("kept",))


def keep_link(ask: Ask, message: CaughtMessage, link: CaughtLink, *, by_mark: bool = False) -> bool:
    """Keep a link with the voice of whoever asks: in their own words where they posted it, else
    quoting who did. Whoever spoke for it before changes nothing by it. What a host hid is not kept
    again."""
    me = ask.me
    if hiding.links(ask.session, network_id=me.network_id, keys=[link.key]):
        return False
    link.state = "kept"
    if any(each.member_id == me.member_id for each in link.keepings):
        return False
    if caught.spoken_for(
        ask.session, network_id=me.network_id, member_id=me.member_id, keys=[link.key]
    ):
        return False
    why = _why(message, link.words, me.member_id)
    spoken = speak(ask, link.url, why, title=link.title, channel_id=message.channel_id)
    link.keepings.append(
        Keeping(
            member_id=me.member_id,
            resource_id=spoken.resource_id,
            why=spoken.why,
            by_mark=by_mark,
            at=ask.now,
        )
    )
    ask.session.flush()
    return True


def found_in(message: Message, *, quietly: bool = True) -> dict[str, Found]:
    """What in a message can be kept, by page: the last word about each. Quietly, what others
    cannot open is passed over, and so are pictures: they are seldom resources, and often of
    people."""
    found: dict[str, Found] = {}
    for link in message.links:
        if find_links(link) and not (out_of_reach(link) or tells_a_secret(link)):
            found.setdefault(same_page(link), Found(link, "", words_around(message.text, link)))
    for file in message.files:
        if not (quietly and file.picture):
            found[same_page(file.url)] = Found(file.url, file.title, _beside(message.text, file))
    return found


def _found_again(message: Message, known: CaughtMessage) -> dict[str, Found]:
    """What is in a message that was edited: what was kept of it loudly is still there."""
    pages = {each.key for each in known.links}
    loud = found_in(message, quietly=False).items()
    return found_in(message) | {page: each for page, each in loud if page in pages}


def _beside(text: str, file: File) -> str:
    """What was said beside a file; it may name it in the text, too."""
    return words_around(text, file.url) if file.url in text else shorten(text, MOST_WORDS)


def _known(ask: Ask, channel: Channel, message: Message) -> CaughtMessage | None:
    return caught.message(ask.session, channel_id=channel.id, external=message.id)


def _author(ask: Ask, message: Message) -> int | None:
    account = people.called(
        ask.session,
        network_id=ask.me.network_id,
        platform=ask.said.place.platform,
        person=message.author,
    )
    return account.member_id if account else None


def _begin(ask: Ask, channel: Channel, message: Message, member_id: int | None) -> CaughtMessage:
    made = caught.add(
        ask.session,
        network_id=channel.network_id,
        channel_id=channel.id,
        external=message.id,
        member_id=member_id,
        permalink=message.permalink,
        as_of=message.at or ask.now,
        now=ask.now,
    )
    known = chores.when(ask.session, kind="caught", ref=channel.network_id)
    if known is None:
        chores.put(
            ask.session,
            network_id=channel.network_id,
            kind="caught",
            ref=channel.network_id,
            due_at=ask.now + caught.LONGEST,
        )
    return made


def _add(known: CaughtMessage, found: dict[str, Found]) -> None:
    for key, each in found.items():
        known.links.append(
            CaughtLink(key=key, url=each.url, title=each.title, words=each.words, state="waiting")
        )


def _update(
    ask: Ask, channel: Channel, known: CaughtMessage, found: dict[str, Found]
) -> Noticed | None:
    """Let a message have these links, and no others; the signs that it gets for new ones."""
    quietly = aside(ask, channel)
    _replace(quietly, known, found)
    for link in list(known.links):
        now = found.pop(link.key, None)
        if now is None:
            _drop(quietly, known, link)
        else:
            _reword(quietly, known, link, now)
    if channel.links == "none" or ask.standing is None:
        return None
    spoken = caught.spoken_for(
        ask.session,
        network_id=ask.me.network_id,
        member_id=ask.me.member_id,
        keys=list(found),
    )
    hidden = hiding.links(ask.session, network_id=ask.me.network_id, keys=list(found))
    new = {key: each for key, each in found.items() if key not in spoken | hidden}
    if not new:
        return None
    _add(known, new)
    ask.session.flush()
    if channel.links != "all":
        return Noticed(put=("caught",))
    for link in [each for each in known.links if each.key in new][:AT_ONCE]:
        keep_link(ask, known, link)
    return Noticed(put=("kept",))


def _replace(aside: Ask, known: CaughtMessage, found: dict[str, Found]) -> None:
    """Where a link that was kept became another one, keep that one in its place. Where it is not
    plain which, the new ones wait."""
    pages = {each.key for each in known.links}
    gone = [each for each in known.links if each.key not in found]
    new = {page: each.words for page, each in found.items() if page not in pages}
    for link, page in pairs(gone, new):
        now = found[page]
        if not link.keepings:
            continue

        def why_of(member_id: int, words: str = now.words) -> str:
            return _why(known, words, member_id)

        if follow(aside, link, now.url, now.title, why_of, known.channel_id):
            link.key, link.url, link.title, link.words = page, now.url, now.title, now.words
            aside.session.flush()


def _drop(aside: Ask, known: CaughtMessage, link: CaughtLink) -> None:
    for each in link.keepings:
        reword(aside, each.resource_id, each.member_id, each.why, None)
    known.links.remove(link)
    aside.session.flush()


def _reword(aside: Ask, known: CaughtMessage, link: CaughtLink, now: Found) -> None:
    link.url, link.title = now.url, now.title or link.title
    if link.words == now.words:
        return
    link.words = now.words
    for each in link.keepings:
        why = _why(known, now.words, each.member_id)
        if reword(aside, each.resource_id, each.member_id, each.why, why):
            each.why = why
    aside.session.flush()


def _why(message: CaughtMessage, words: str, member_id: int) -> str:
    """What stands for why it helped: one's own words, or somebody else's in quotation marks."""
    if message.member_id == member_id:
        return words
    author = message.member.name if message.member else "someone in the channel"
    return f"“{words}” – {author}" if words else f"Posted by {author}"


def _kept(known: CaughtMessage) -> bool:
    return any(each.keepings for each in known.links)
