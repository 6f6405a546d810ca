"""One request: one transaction, one reply."""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import replace as living_in
from datetime import datetime

from msgspec.structs import replace
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.compose.notices import joined_notice
from bot.errors import Refusal
from bot.publish import to_member
from bot.speech import Form, Incoming, Picks, Reply, Say, card, clean
from handlers import words
from handlers.left import you_left
from handlers.meant import (
    SAME_FORM,
    Meant,
    kept,
    meant_outside,
    only_past,
    together,
    which,
    with_choice,
)
from handlers.refusing import after_end, gives_back, refuse, refuse_gone, removed_from
from handlers.understanding import OVERHEARD, Heard, understood, unknown
from handlers.words import Ask, Word, told_zone
from storage import bases, care, deliveries, networks, outbox, people, turns, wishes
from storage.database import Database
from storage.models import Channel
from storage.people import Standing

REPLY = "overheard reply"
LEAVE, NETWORKS = "leave", "me networks"
ANSWERS = (OVERHEARD, REPLY)  # but no edits: they are of what was said before


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
        heard = understood(said)
        word = heard.word
        if said.how == "search":
            return self._database.read(lambda session: self._search(session, heard))
        if said.how == "overheard" and word and word.name == REPLY:
            return self._database.read(lambda session: self._glance(session, heard.said))
        if said.how == "overheard":
            return self._database.write(lambda session: self._overhear(session, heard))
        if word and word.reads:
            return self._database.read(lambda session: self._look(session, heard))
        return self._database.write(lambda session: self._save(session, heard))

    def by_writing(self, said: Incoming) -> "Future[Reply]":
        """Answer what raised MustWrite: a word that only looks, for someone who joins by saying
        it, or a reply that counts."""
        heard = understood(said)
        if said.how == "overheard":
            return self._database.write(lambda session: self._overhear(session, heard))
        return self._database.write(lambda session: self._save(session, heard))

    @gives_back
    def _look(self, session: Session, heard: Heard) -> Reply:
        meant = self._meant(session, heard, joining=False)
        return self._reply(session, heard.said, heard, meant)

    def _search(self, session: Session, heard: Heard) -> Reply:
        """Whoever searches while they write reads beside what they type why nothing is found.
        They say nothing by it, so they join no network."""
        try:
            try:
                meant = self._meant(session, heard, joining=False)
            except NotYetAMember:
                meant = Meant(None)
            return self._reply(session, heard.said, heard, meant)
        except Refusal as no:
            return Picks((), str(no))

    def _glance(self, session: Session, said: Incoming) -> Reply:
        """Most threads are none of ours: whether one is, is asked without the writer."""
        if _counts_there(session, said):
            raise Counts
        return None

    def _overhear(self, session: Session, heard: Heard) -> Reply:
        """What was said to others counts in a network's own channels only, and makes nobody a
        member, since they did not speak to us; but whoever replies to a question of ours did."""
        said, word = heard.said, heard.word
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
            standing = self._meant(session, replace(heard, said=said), joining=joining).me
        except (NotYetAMember, Refusal):  # who was removed and erased joins by no reply either
            standing = None
        if standing and (not standing.active or standing.removed or standing.left):
            standing = None  # what they take back counts all the same
        if joining and standing and wishes.greet(session, member_id=standing.member_id):
            _greet(session, standing, self._clock.now())
        return word.handler(Ask(said, session, self._clock.now(), heard.rest, standing, self._web))

    @gives_back
    def _save(self, session: Session, heard: Heard) -> Reply:
        said, word = heard.said, heard.word
        if not deliveries.first(session, id=said.delivery, now=self._clock.now()):
            return _known_already(said)
        meant = self._meant(session, heard, joining=True)
        if _take_turns(session, meant.each(word)):
            # Somebody may have changed the network, and who this is in it, just before.
            meant = self._meant(session, heard, joining=True)
        if meant.me and not meant.me.left:
            _keep_zone(session, said, meant.me)
            if said.how != "overheard" and wishes.greet(session, member_id=meant.me.member_id):
                _greet(session, meant.me, self._clock.now())
        reply = self._reply(session, said, heard, meant)
        if said.values is None and (isinstance(reply, Form) or meant.asks_which(word)):
            # Nothing was said yet: should the answer be lost, the form must open again.
            deliveries.take_back(session, id=said.delivery)
        return reply

    def _reply(self, session: Session, said: Incoming, heard: Heard, meant: Meant) -> Reply:
        if meant.asks_which(heard.word):
            return self._asking_which(session, heard, meant)
        each = meant.each(heard.word) or (None,)
        replies = [self._answered(session, heard, one, meant.several) for one in each]
        if len(replies) > 1:
            return together(replies, meant.several)
        if meant.me and meant.outside:
            return kept(replies[0], meant.me, several=bool(meant.several))
        return replies[0]

    def _asking_which(self, session: Session, heard: Heard, meant: Meant) -> Reply:
        word = heard.word
        if heard.said.how != "shortcut" or word is None or word.name not in SAME_FORM:
            return which(heard.said, meant.several)
        no: Refusal | None = None
        for each in meant.several:
            try:
                form = self._answered(session, heard, each, meant.several)
            except Refusal as why:  # there is no call to bring it to, say, in this one
                no = no or why
                continue
            assert isinstance(form, Form)
            return with_choice(form, meant.several)
        assert no
        raise no

    def _answered(
        self,
        session: Session,
        heard: Heard,
        standing: Standing | None,
        several: tuple[Standing, ...],
    ) -> Reply:
        said, word, rest = heard.said, heard.word, heard.rest
        if word is not None and said.how == "mention":
            said = replace(said, message=None)  # it says a word of ours, and points at nothing
        said = _at_home(said, standing)
        if standing and told_zone(said.who):  # they may have moved since they spoke to us last
            standing = living_in(standing, own_zone=told_zone(said.who))
        ask = Ask(said, session, self._clock.now(), rest, standing, self._web, several)
        if standing and standing.removed and not _about_them(word):
            raise removed_from(standing.network)
        if standing and standing.left and not _about_them(word) and said.how != "join":
            return you_left(ask)
        if standing and not standing.active:
            raise Refusal("Your account was deactivated here, so nothing was changed.")
        if word is None:
            answered = _counts_there(session, said) and words.TABLE[REPLY].handler(ask)
            hosts = any(each.hosts for each in several) if several else ask.me.hosts
            return answered or unknown(clean(said.words), hosts=hosts)
        if word.who not in ("anyone", "person"):
            refuse(ask.me, word, rest)
        reply = word.handler(ask)
        return only_past(reply, after_end) if standing and standing.ended else reply

    def _meant(self, session: Session, heard: Heard, *, joining: bool) -> Meant:
        said, word = heard.said, heard.word
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
            theirs = [each for each in asked.standings if not each.removed and not each.left]
            left = [each for each in asked.standings if each.left and not each.removed]
            if not theirs and _about_them(word):
                # What is kept of them is told and erased all the same.
                theirs = list(asked.standings)
            return meant_outside(session, said, word, heard.marked, theirs, left)
        if heard.marked not in (None, asked.network_id):
            raise Refusal(
                "This channel is another network’s, so nothing was changed. Please say that to me"
                " directly."
            )
        here = [each for each in asked.standings if each.network_id == asked.network_id]
        if here or not who.person or (word and word.name == LEAVE):
            return Meant(here[0] if here else None)
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
        refuse_gone(session, said, asked.network_id, word)
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
        if member.active:  # else by another account of somebody who has left
            wishes.to_greet(session, member_id=member.id)
            bases.place(session, network_id=member.network_id, member_id=member.id)
        return self._meant(session, heard, joining=False)


def _take_turns(session: Session, each: Sequence[Standing]) -> bool:
    """Whether somebody may have changed any of these networks before; always in one order."""
    changed = False
    for number in sorted(one.network_id for one in each):
        changed |= turns.take(session, network_id=number)
    return changed


def _counts_there(session: Session, said: Incoming) -> bool:
    """Whether it was said in a thread of ours where what people type is an answer."""
    place = said.place
    return said.message is not None and bool(
        outbox.thread_of(
            session, platform=place.platform, channel=place.channel, thread=place.thread
        )
    )


def _about_them(word: Word | None) -> bool:
    """Whether a word is about whoever says it, and shows nothing of a network."""
    return word is not None and word.who == "person" and word.name != NETWORKS


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


def _at_home(said: Incoming, standing: Standing | None) -> Incoming:
    """The same, said in the workspace by which the network knows the channel, where several share
    it."""
    known = standing.channel_of if standing else None
    if not known or known == said.place.workspace:
        return said
    return replace(said, place=replace(said.place, workspace=known))


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
