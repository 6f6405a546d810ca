"""One request: one transaction, one reply."""

import re
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace as living_in
from datetime import datetime
from functools import wraps

from msgspec import Struct
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
from handlers.words import Ask, Word, told_zone
from storage import bases, care, deliveries, networks, outbox, people, removals, turns, wishes
from storage.codes import Account
from storage.database import Database
from storage.models import Channel, Network
from storage.people import Standing

SEARCH = "look"
OVERHEARD = "overheard"
REPLY = "overheard reply"
LEAVE, REJOIN, NETWORKS = "leave", "rejoin", "me networks"
ANSWERS = (OVERHEARD, REPLY)  # but no edits: they are of what was said before
MOST_SAID = 1900  # what a button can carry on both platforms


class MustWrite(Exception):
    """What only looked has to be answered in a writing transaction."""


class NotYetAMember(MustWrite):
    """Someone in a network's channel asks for the first time: they join."""


class Counts(MustWrite):
    """What somebody typed in a thread is an answer."""


class Heard(Struct, frozen=True):
    """What was said, in our words: the network that it is marked with, the word, None for one that
    we do not know, and what follows it. `said` is without the mark."""

    said: Incoming
    marked: int | None
    word: Word | None
    rest: str


Step = Callable[["Answers", Session, Heard], Reply]
LEAST_WORTH = 20  # characters after a word that one would not like to type again


def _gives_back(step: Step) -> Step:
    """A command's words are gone from where they were typed: whoever is refused reads them."""

    @wraps(step)
    def tried(answers: "Answers", session: Session, heard: Heard) -> Reply:
        try:
            return step(answers, session, heard)
        except Refusal as no:
            lost = heard.said.how == "command" and len(heard.rest) >= LEAST_WORTH
            if not lost or type(no) is not Refusal or heard.rest in str(no):
                raise
            raise Refusal(*no.said, f" You typed: {heard.said.words}") from None

    return tried


class Answers:
    """Answers what people say. The future holds the reply once it has been committed, or
    raises Refusal, FormErrors, or whatever kept it from being saved."""

    def __init__(self, database: Database, clock: Clock, web: str = "") -> None:
        self._database = database
        self._clock = clock
        self._web = web

    def to(self, said: Incoming) -> "Future[Reply]":
        heard = _understood(said)
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
        heard = _understood(said)
        if said.how == "overheard":
            return self._database.write(lambda session: self._overhear(session, heard))
        return self._database.write(lambda session: self._save(session, heard))

    @_gives_back
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

    @_gives_back
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
            raise _removed_from(standing.network)
        if standing and standing.left and not _about_them(word) and said.how != "join":
            return you_left(ask)
        if standing and not standing.active:
            raise Refusal("Your account was deactivated here, so nothing was changed.")
        if word is None:
            answered = _counts_there(session, said) and words.TABLE[REPLY].handler(ask)
            hosts = any(each.hosts for each in several) if several else ask.me.hosts
            return answered or unknown(clean(said.words), hosts=hosts)
        if word.who not in ("anyone", "person"):
            _refuse(ask.me, word, rest)
        reply = word.handler(ask)
        return only_past(reply, _after_end) if standing and standing.ended else reply

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
        _refuse_gone(session, said, asked.network_id, word)
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


def _refuse(me: Standing, word: Word, rest: str) -> None:
    """Refuse what may not be done in a network that has ended, or by whoever does not host it."""
    if me.ended and not word.after_end(rest):
        raise Refusal(
            f"{me.network} has ended, so that can’t be done in it any more. What was shared is"
            " still found with ",
            Say("find"),
        )
    if word.who == "host" and not me.hosts:
        raise Refusal(
            f"Only a host of {me.network} can do that. Ask one of them, or type ",
            Say("help"),
            " to see what you can do.",
        )


def _after_end(said: str) -> bool:
    """Whether a button may say this in a network that has ended."""
    found = words.match(said)
    return found is None or found[0].after_end(found[1])


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


def _refuse_gone(session: Session, said: Incoming, network_id: int, word: Word | None) -> None:
    """Whom a host removed, and who has since been erased, does not join by speaking; who left
    joins by no word but the one that says so."""
    who = said.who
    space = people.workspace_at(session, platform=who.platform, external=who.workspace)
    account = Account(space.id, who.person)
    why = removals.why(session, network_id=network_id, account=account)
    network = session.get_one(Network, network_id).name
    if why == "removed":
        raise _removed_from(network)
    if why == "left" and (word is None or word.name != REJOIN):
        raise Refusal(
            f"You left {network} and had what you gave erased, so nothing was changed. To join"
            " again, as somebody new: ",
            Say(REJOIN),
        )
    if why:
        removals.come_back(session, network_id=network_id, account=account)


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


def _understood(said: Incoming) -> Heard:
    """What was said, in our words."""
    marked, bare = words.unmarked(clean(said.words))
    said = replace(said, words=bare if marked is not None else said.words)
    return Heard(said, marked, *_word_of(said, clean(bare)))


def _word_of(said: Incoming, bare: str) -> tuple[Word | None, str]:
    """The word that was said, and the rest; None for one that we do not know."""
    found = words.match(bare or "menu")
    looked = found is not None and found[0].name == SEARCH
    if said.how == "search" and not looked:
        return words.TABLE[SEARCH], bare  # whatever it is, a search does nothing else
    if said.how != "search" and looked:
        return None, ""
    if (said.how == OVERHEARD) != (found is not None and found[0].name.startswith(OVERHEARD)):
        return None, ""
    typed = said.how in ("command", "mention", "direct")
    if not found or (typed and found[0].who == "nobody" and not re.search(r"\d", found[1])):
        return None, ""  # a button's word, typed: what it is about is not said
    return found


def unknown(said: str, *, hosts: bool) -> Reply:
    """The nearest word, with an example of it and a button that says it."""
    show = Button("Show what I can do", "help")
    lost = f"I don’t know “{shorten(said.split(maxsplit=1)[0], 40)}” yet."
    if find_links(said.split(maxsplit=1)[0]):
        near: tuple[Word, str] | None = (words.TABLE["share"], f"share {said}")
    else:
        near = words.nearest(said, hosts=hosts)
    if near is None:
        return card(Text((f"{lost} ", Say("help"), " shows what I know.")), Buttons((show,)))
    word, meant = near
    says = meant if len(meant) <= MOST_SAID else word.name
    return card(
        Text((f"{lost} Did you mean {word.name}? For example: ", Say(word.example))),
        Buttons((Button(shorten(says, 60), says, "main"), show)),
    )
