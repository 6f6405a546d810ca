"""One request: one transaction, one reply."""

import re
from collections.abc import Sequence
from concurrent.futures import Future
from datetime import datetime

from msgspec.structs import replace
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.compose.notices import joined_notice
from bot.compose.phrases import shorten
from bot.errors import Refusal
from bot.links import find_links
from bot.publish import to_member
from bot.speech import Button, Buttons, Form, Incoming, Picks, Reply, Say, Text, card, clean
from handlers import words
from handlers.words import Ask, Word, told_zone
from storage import bases, care, deliveries, networks, outbox, people, removals, turns, wishes
from storage.codes import Account
from storage.database import Database
from storage.models import Channel, Network
from storage.people import Standing

SEARCH = "look"
OVERHEARD = "overheard"
REPLY = "overheard reply"
ANSWERS = (OVERHEARD, REPLY)  # but no edits: they are of what was said before
MOST_SAID = 1900  # what a button can carry on both platforms


class MustWrite(Exception):
    """What only looked has to be answered in a writing transaction."""


class NotYetAMember(MustWrite):
    """Someone in a network's channel asks for the first time: they join."""


class Counts(MustWrite):
    """What somebody typed in a thread is an answer."""


class Answers:
    """Answers what people say. The future holds the reply once it has been committed, or
    raises Refusal, FormErrors, or whatever kept it from being saved."""

    def __init__(self, database: Database, clock: Clock, web: str = "") -> None:
        self._database = database
        self._clock = clock
        self._web = web

    def to(self, said: Incoming) -> "Future[Reply]":
        word, rest = _understood(said)
        if said.how == "search":
            return self._database.read(lambda session: self._search(session, said, word, rest))
        if said.how == "overheard" and word and word.name == REPLY:
            return self._database.read(lambda session: self._glance(session, said))
        if said.how == "overheard":
            return self._database.write(lambda session: self._overhear(session, said, word, rest))
        if word and word.reads:
            return self._database.read(lambda session: self._look(session, said, word, rest))
        return self._database.write(lambda session: self._save(session, said, word, rest))

    def by_writing(self, said: Incoming) -> "Future[Reply]":
        """Answer what raised MustWrite: a word that only looks, for someone who joins by saying
        it, or a reply that counts."""
        word, rest = _understood(said)
        if said.how == "overheard":
            return self._database.write(lambda session: self._overhear(session, said, word, rest))
        return self._database.write(lambda session: self._save(session, said, word, rest))

    def _look(self, session: Session, said: Incoming, word: Word, rest: str) -> Reply:
        standing = self._standing(session, said, word, joining=False)
        return self._reply(session, said, word, rest, standing)

    def _search(self, session: Session, said: Incoming, word: Word | None, rest: str) -> Reply:
        """Whoever searches while they write reads beside what they type why nothing is found.
        They say nothing by it, so they join no network."""
        try:
            try:
                standing = self._standing(session, said, word, joining=False)
            except NotYetAMember:
                standing = None
            return self._reply(session, said, word, rest, standing)
        except Refusal as no:
            return Picks((), str(no))

    def _glance(self, session: Session, said: Incoming) -> Reply:
        """Most threads are none of ours: whether one is, is asked without the writer."""
        if _counts_there(session, said):
            raise Counts
        return None

    def _overhear(self, session: Session, said: Incoming, word: Word | None, rest: str) -> Reply:
        """What was said to others counts in a network's own channels only, and makes nobody a
        member, since they did not speak to us; but whoever replies to a question of ours did."""
        place = said.place
        channel = networks.channel_at(
            session, platform=place.platform, workspace=place.workspace, channel=place.channel
        )
        if word is None or channel is None:
            return None
        if not deliveries.first(session, id=said.delivery, now=self._clock.now()):
            return None
        turns.take(session, network_id=channel.network_id)
        said = _placed(session, said, channel)
        joining = said.words in ANSWERS and _counts_there(session, said)
        try:
            standing = self._standing(session, said, word, joining=joining)
        except (NotYetAMember, Refusal):  # who was removed and erased joins by no reply either
            standing = None
        if joining and standing and wishes.greet(session, member_id=standing.member_id):
            _greet(session, standing, self._clock.now())
        if standing and (not standing.active or standing.removed):
            standing = None  # what they take back counts all the same
        return word.handler(Ask(said, session, self._clock.now(), rest, standing, self._web))

    def _save(self, session: Session, said: Incoming, word: Word | None, rest: str) -> Reply:
        if not deliveries.first(session, id=said.delivery, now=self._clock.now()):
            return _known_already(said)
        standing = self._standing(session, said, word, joining=True)
        if standing and turns.take(session, network_id=standing.network_id):
            # Somebody may have changed the network, and who this is in it, just before.
            standing = self._standing(session, said, word, joining=True)
        if standing:
            _keep_zone(session, said, standing)
            if said.how != "overheard" and wishes.greet(session, member_id=standing.member_id):
                _greet(session, standing, self._clock.now())
        reply = self._reply(session, said, word, rest, standing)
        if isinstance(reply, Form) and said.values is None:
            # Nothing was said yet: should the answer be lost, the form must open again.
            deliveries.take_back(session, id=said.delivery)
        return reply

    def _reply(
        self,
        session: Session,
        said: Incoming,
        word: Word | None,
        rest: str,
        standing: Standing | None,
    ) -> Reply:
        if word is not None and said.how == "mention":
            said = replace(said, message=None)  # it says a word of ours, and points at nothing
        ask = Ask(said, session, self._clock.now(), rest, standing, self._web)
        me = standing if word and word.who in ("anyone", "person") else ask.me
        if ask.standing and ask.standing.removed and not _about_them(word):
            raise _removed_from(ask.standing.network)
        if me and not me.active:
            raise Refusal("Your account was deactivated here, so nothing was changed.")
        if word is None:
            answered = _counts_there(session, said) and words.TABLE[REPLY].handler(ask)
            return answered or unknown(clean(said.words), ask.me)
        if me and me.ended and not (word.reads or word.past or word.who == "person"):
            raise Refusal(
                f"{me.network} has ended, so nothing is added to it any more. What was shared is"
                " still found with ",
                Say("find"),
            )
        if word.who == "host" and not ask.me.hosts:
            raise Refusal(
                f"Only a host of {ask.me.network} can do that. Ask one of them, or type ",
                Say("help"),
                " to see what you can do.",
            )
        return word.handler(ask)

    def _standing(
        self, session: Session, said: Incoming, word: Word | None, *, joining: bool
    ) -> Standing | None:
        who, place = said.who, said.place
        asked = people.asking(
            session,
            platform=place.platform,
            here=place.workspace,
            channel=place.channel,
            home=who.workspace,
            person=who.person,
        )
        if asked.network_id is None:
            theirs = [each for each in asked.standings if not each.removed]
            if _about_them(word):  # what is kept of them is told and erased all the same
                return _any(theirs or asked.standings)
            return _only(theirs)
        here = [each for each in asked.standings if each.network_id == asked.network_id]
        if here or not who.person:
            return here[0] if here else None
        if not joining:
            raise NotYetAMember
        if said.how == "shortcut" and asked.standings:
            # Whoever points at a message there says nothing to that network: they would join it
            # unawares, and what they meant for their own would be kept in another's.
            raise Refusal(
                "That message stands in the channel of another network, which you are not in, so"
                " nothing was saved. To keep its link in yours, say ",
                Say("share <link>"),
                " in a channel of your own.",
            )
        _refuse_removed(session, said, asked.network_id)
        member = people.join(
            session,
            network_id=asked.network_id,
            platform=who.platform,
            workspace=who.workspace,
            person=who.person,
            name=who.name,
            zone=told_zone(who),
            now=self._clock.now(),
        )
        wishes.to_greet(session, member_id=member.id)
        bases.place(session, network_id=member.network_id, member_id=member.id)
        return self._standing(session, said, word, joining=False)


def _counts_there(session: Session, said: Incoming) -> bool:
    """Whether it was said in a thread of ours where what people type is an answer."""
    place = said.place
    return said.message is not None and bool(
        outbox.thread_of(
            session, platform=place.platform, channel=place.channel, thread=place.thread
        )
    )


def _about_them(word: Word | None) -> bool:
    """Whether a word is about whoever says it, and about no network."""
    return word is not None and word.who == "person"


def _refuse_removed(session: Session, said: Incoming, network_id: int) -> None:
    """Whom a host removed, and who has since been erased, does not join by speaking."""
    who = said.who
    space = people.workspace_at(session, platform=who.platform, external=who.workspace)
    if removals.holds(session, network_id=network_id, account=Account(space.id, who.person)):
        raise _removed_from(session.get_one(Network, network_id).name)


def _removed_from(network: str) -> Refusal:
    return Refusal(
        f"A host of {network} has removed you from it, so nothing was changed. Please ask them if"
        " that is a mistake."
    )


def _placed(session: Session, said: Incoming, channel: Channel) -> Incoming:
    """The same, told as the network knows it: of a channel that several workspaces share we hear
    from any of them, and not always whose a person is."""
    place = replace(said.place, workspace=channel.workspace.external)
    home = people.home_of(
        session,
        network_id=channel.network_id,
        platform=place.platform,
        workspace=said.who.workspace,
        person=said.who.person,
    )
    return replace(said, place=place, who=replace(said.who, workspace=home))


def _keep_zone(session: Session, said: Incoming, standing: Standing) -> None:
    """Some platforms tell where people live only with what they say."""
    zone, who = told_zone(said.who), said.who
    if not zone or zone == standing.own_zone:
        return
    account = people.identity(
        session,
        network_id=standing.network_id,
        platform=who.platform,
        workspace=who.workspace,
        person=who.person,
    )
    if account:
        people.lives_in(session, account=account, zone=zone)


def _greet(session: Session, me: Standing, now: datetime) -> None:
    """Tell whoever is new, once, what is kept of them and how they leave."""
    to_member(
        session,
        me.member_id,
        joined_notice(me.network, care.of_network(session, network_id=me.network_id).keep_months),
        network_id=me.network_id,
        of=f"member {me.member_id} greeted",
        kind="greeting",
        now=now,
    )


def _known_already(said: Incoming) -> Reply:
    """What came twice is told to whoever said it; a welcome nobody asked for is not."""
    if said.how in ("home", "join"):
        return None
    return card("I already have that: it was saved the first time.")


def _only(found: Sequence[Standing]) -> Standing | None:
    if len(found) > 1:
        names = " or ".join(sorted(each.network for each in found))
        raise Refusal(f"You are in {names}. Please say that in a channel of the one you mean.")
    return found[0] if found else None


def _any(found: Sequence[Standing]) -> Standing | None:
    """For words that are not about a network: whichever they may speak in, the same each time."""
    return min(found, key=lambda each: (not each.active, each.network_id), default=None)


def _understood(said: Incoming) -> tuple[Word | None, str]:
    """The word that was said, and the rest; None for one that we do not know."""
    found = words.match(clean(said.words) or "menu")
    looked = found is not None and found[0].name == SEARCH
    if said.how == "search" and not looked:
        return words.TABLE[SEARCH], clean(said.words)  # whatever it is, a search does nothing else
    if said.how != "search" and looked:
        return None, ""
    if (said.how == OVERHEARD) != (found is not None and found[0].name.startswith(OVERHEARD)):
        return None, ""
    typed = said.how in ("command", "mention", "direct")
    if not found or (typed and found[0].who == "nobody" and not re.search(r"\d", found[1])):
        return None, ""  # a button's word, typed: what it is about is not said
    return found


def unknown(said: str, me: Standing) -> Reply:
    """The nearest word, with an example of it and a button that says it."""
    show = Button("Show what I can do", "help")
    lost = f"I don’t know “{shorten(said.split(maxsplit=1)[0], 40)}” yet."
    if find_links(said.split(maxsplit=1)[0]):
        near: tuple[Word, str] | None = (words.TABLE["share"], f"share {said}")
    else:
        near = words.nearest(said, hosts=me.hosts)
    if near is None:
        return card(Text((f"{lost} ", Say("help"), " shows what I know.")), Buttons((show,)))
    word, meant = near
    says = meant if len(meant) <= MOST_SAID else word.name
    return card(
        Text((f"{lost} Did you mean {word.name}? For example: ", Say(word.example))),
        Buttons((Button(shorten(says, 60), says, "main"), show)),
    )
