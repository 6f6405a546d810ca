"""One request: one transaction, one reply."""

from collections.abc import Sequence
from concurrent.futures import Future

from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.errors import Refusal
from bot.speech import Button, Buttons, Incoming, Reply, card
from handlers import words
from handlers.words import Ask, Word
from storage import deliveries, people
from storage.database import Database
from storage.people import Standing


class NotYetAMember(Exception):
    """Someone in a network's channel asks for the first time: they join, in a writing
    transaction."""


class Answers:
    """Answers what people say. The future holds the reply once it has been committed, or
    raises Refusal, FormErrors, or whatever kept it from being saved."""

    def __init__(self, database: Database, clock: Clock, web: str = "") -> None:
        self._database = database
        self._clock = clock
        self._web = web

    def to(self, said: Incoming) -> "Future[Reply]":
        word, rest = words.match(said.words or "menu") or (None, "")
        if word and word.reads:
            return self._database.read(lambda session: self._look(session, said, word, rest))
        return self._database.write(lambda session: self._save(session, said, word, rest))

    def to_newcomer(self, said: Incoming) -> "Future[Reply]":
        """Answer a word that only looks, for someone who joins by saying it."""
        word, rest = words.match(said.words) or (None, "")
        return self._database.write(lambda session: self._save(session, said, word, rest))

    def _look(self, session: Session, said: Incoming, word: Word, rest: str) -> Reply:
        standing = self._standing(session, said, joining=False)
        return self._reply(session, said, word, rest, standing)

    def _save(self, session: Session, said: Incoming, word: Word | None, rest: str) -> Reply:
        if not deliveries.first(session, id=said.delivery, now=self._clock.now()):
            return card("I already have that: it was saved the first time.")
        standing = self._standing(session, said, joining=True)
        if word is None:
            return unknown(said.words)
        return self._reply(session, said, word, rest, standing)

    def _reply(
        self, session: Session, said: Incoming, word: Word, rest: str, standing: Standing | None
    ) -> Reply:
        ask = Ask(said, session, self._clock.now(), rest, standing, self._web)
        if word.who != "anyone" and not ask.me.active:
            raise Refusal("Your account was deactivated here, so nothing was changed.")
        if word.who == "host" and not ask.me.hosts:
            raise Refusal(
                f"Only a host of {ask.me.network} can do that. Ask one of them, or type"
                " `/learn help` to see what you can do."
            )
        return word.handler(ask)

    def _standing(self, session: Session, said: Incoming, *, joining: bool) -> Standing | None:
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
            return _only(asked.standings)
        here = [each for each in asked.standings if each.network_id == asked.network_id]
        if here or not who.person:
            return here[0] if here else None
        if not joining:
            raise NotYetAMember
        people.join(
            session,
            network_id=asked.network_id,
            platform=who.platform,
            workspace=who.workspace,
            person=who.person,
            name=who.name,
            now=self._clock.now(),
        )
        return self._standing(session, said, joining=False)


def _only(found: Sequence[Standing]) -> Standing | None:
    if len(found) > 1:
        names = " or ".join(each.network for each in found)
        raise Refusal(f"You are in {names}. Please say that in a channel of the one you mean.")
    return found[0] if found else None


def unknown(said: str) -> Reply:
    """The nearest word, with an example of it."""
    near = words.nearest(said)
    first = said.split(maxsplit=1)[0][:40]
    return card(
        f"I don't know “{first}” yet. Did you mean {near.name}? For example: /learn {near.example}",
        Buttons((Button("Show what I can do", "help"),)),
    )
