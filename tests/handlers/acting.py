"""What the conversations of these tests need beside the room: pressing, looking, asking rows."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.speech import decode_card, plain
from storage import people
from storage.models import Member, OutboxPost, Problem
from tests.room import Message, Room, Seen, buttons, field, inside, links, strong, text

__all__ = ["buttons", "field", "links", "strong"]


async def presses(room: Room, who: str, place: Message, label: str) -> Seen:
    """What someone sees after pressing a button of a message or a window."""
    return await room.presses(who, place, label)


async def writes(room: Room, who: str, words: str) -> str:
    """What Homeroom answers to a direct message."""
    return await room.writes(who, words)


async def says_in_form(
    room: Room, who: str, words: str, where: str = "learning-call", **values: Any
) -> str:
    """What a form answers that was opened with these words and sent."""
    return (await room.fills(who, words, where, **values)).text


@asynccontextmanager
async def nothing_posted(room: Room) -> AsyncIterator[None]:
    """What happens inside shows in no channel and no direct message."""
    await room.settle()
    before = _everywhere(room)
    yield
    await room.settle()
    assert _everywhere(room) == before


@asynccontextmanager
async def nothing_changed(room: Room) -> AsyncIterator[None]:
    """What happens inside is kept in no row and posted nowhere."""
    async with nothing_posted(room):
        before = room.rows()
        yield
        assert room.rows() == before


def _everywhere(room: Room) -> dict[str, list[str]]:
    posted = {name: all_posts(room, name) for name in room.channels}
    return posted | {f"to {who}": room.direct(who) for who in room.hands}


def lively(message: Message) -> list[Message]:
    """What in a message would do something: mentions, and marks in text that a platform reads."""
    if not isinstance(message, dict):
        return list(message.lively)
    every = list(inside(message.get("blocks")))
    kinds = ("user", "broadcast", "channel", "usergroup", "team")
    marked = [each for each in every if each.get("type") == "mrkdwn"]
    calls = [each for each in marked if re.search(r"<[!@#](?!date)", each["text"])]
    return [each for each in every if each.get("type") in kinds] + calls


def all_posts(room: Room, where: str) -> list[str]:
    """Every message of ours in a channel, those in threads too."""
    return [text(each) for each in room.every_post(where)]


def outbox_cards(room: Room) -> list[str]:
    """The words of every card that was ever wanted on a platform."""
    with Session(room.homeroom.database.engine) as session:
        return [
            f"{plain(decode_card(card).elements)}\n{decode_card(card).summary}"
            for card in session.scalars(select(OutboxPost.card))
        ]


def problem_id(room: Room, what: str) -> int:
    """The id of a problem, as someone might guess it."""
    with Session(room.homeroom.database.engine) as session:
        return session.scalars(select(Problem.id).where(Problem.what == what)).one()


def deactivate(room: Room, name: str) -> None:
    """The platform told that this person's account was deactivated."""

    def leave(session: Session) -> None:
        member = session.scalars(select(Member).where(Member.name == name)).one()
        for account in people.identities(session, member_id=member.id):
            account.active = False
        session.flush()
        people.settle(session, member=member)

    room.homeroom.database.write(leave).result()


async def offers(
    room: Room, who: str, number: int, words: str, where: str = "learning-call"
) -> str:
    """What someone reads after offering help for a problem."""
    opened = await room.says(who, f"offer {number}", where)
    assert opened.view, opened.text
    return (await room.hands[who].submit(opened.view, {"words": words})).text


def of_no_role(room: Room, who: str) -> list[str]:
    """What is said to one alone; that they have a role in a call is told apart."""
    of_one = ("goes round", "is off: you need not")
    return [said for said in room.direct(who) if not any(each in said for each in of_one)]
