"""One person in two workspaces or on two platforms: a code makes them one member."""

import asyncio
import re
from collections.abc import Callable
from concurrent.futures import Future
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import Refusal
from bot.playground.seen import look
from bot.speech import Card, How, Incoming, Place, Reply, Who, plain
from handlers.answer import Answers
from storage.models import Code, Identity, Member, Network
from tests.cast import CALL, MONDAY, Room
from tests.handlers.acting import (
    all_posts,
    deactivate,
    nothing_changed,
    offers,
    presses,
    problem_id,
    writes,
)
from tests.handlers.test_two_programs import Pair, pair

__all__ = ["pair"]  # a fixture

pytestmark = pytest.mark.slack_only(
    "the other account is on Teams as a door tells it; from there on it is tests/teams/test_mixed"
)

LINK = "https://example.org/talks"
BEN = Who("teams", "Harbor-Tenant", "ben-entra", "Ben B.")
CODE = r"\bLINK-[2-9A-Z]{4}-[2-9A-Z]{4}\b"
UNKNOWN = "That code is none that I can use"
deliveries = count()


async def code_of(room: Room, who: str = "ben", where: str = "learning-call") -> str:
    """The code that someone is shown."""
    seen = await room.says(who, "me link", where)
    found = re.search(CODE, seen.text)
    assert found, seen.text
    return found[0]


async def links(room: Room, who: str, code: str, where: str = "learning-call") -> str:
    """What somebody reads who says a code and confirms that both accounts are theirs."""
    asked = await room.says(who, f"me link {code}", where)
    return (await presses(room, who, asked.message, "Both are me: link them")).text


async def says_code(room: Room, code: str, who: Who = BEN) -> str:
    """The same, on a platform that the room has no hands for."""
    assert "This makes two accounts one member" in await says(room, f"me link {code}", who)
    return await says(room, f"me link yes {code}", who, how="button")


async def says(room: Room, words: str, who: Who = BEN, how: How = "direct") -> str:
    """What somebody reads who says this directly, on a platform that the room has no hands for."""
    place = Place(who.platform, who.workspace, "1:1", direct=True)
    try:
        said = Incoming(f"i{next(deliveries)}", who, place, words, how=how)
        reply = await room.homeroom.answer(said)
    except Refusal as no:
        return str(no)
    assert isinstance(reply, Card)
    return plain(reply.elements)


def known(room: Room) -> dict[str, set[tuple[str, str]]]:
    """Everyone's accounts: name to (network, account)."""
    with Session(room.homeroom.database.engine) as session:
        rows = session.execute(
            select(Member.name, Network.name, Identity.external)
            .join(Identity, Identity.member_id == Member.id)
            .join(Network, Network.id == Member.network_id)
        ).all()
    return {name: {(r[1], r[2]) for r in rows if r[0] == name} for name, _, _ in rows}


async def test_two_members_become_one(room: Room) -> None:
    await room.says("dee", f"share {LINK} it helped us", "harbor")
    shown = await room.says("ben", "me link")
    assert "to me in your other workspace" in shown.text and "/learn me link" in shown.text
    code = await code_of(room)
    done = await links(room, "dee", code, "harbor")
    assert "“Ben” in Coaching Network (Slack) are one member now" in done
    await room.dialog("dee", ("find by:ben", "talks"), where="harbor")
    assert known(room)["Ben"] == {("Coaching Network", "UBEN"), ("Coaching Network", "UDEE")}
    assert "Dee" not in known(room)
    await room.settle()
    assert (
        "The account “Dee” in Harbor Schools (Slack) and you are one member now"
        in room.direct("ben")[-1]
    )
    assert "me unlink" in room.direct("ben")[-1]


@pytest.mark.parametrize(
    "wrap", [str.lower, lambda c: c.replace("-", " "), lambda c: f" {c.replace('-', '')} "]
)
async def test_a_code_may_be_typed_in_other_ways(room: Room, wrap) -> None:
    code = await code_of(room)
    assert "one member now" in await says_code(room, wrap(code))


async def test_a_code_brings_another_platform_s_account_into_the_network(room: Room) -> None:
    assert "not in a network" in await says(room, "me link")
    code = await code_of(room)
    assert "one member now, in Coaching Network" in await says_code(room, code)
    assert known(room)["Ben"] == {("Coaching Network", "UBEN"), ("Coaching Network", "ben-entra")}
    assert "Coaching Network" in await says(room, "home")
    assert "used already" in await says(room, f"me link {code}")


async def test_only_its_own_networks(room: Room) -> None:
    """Each is in a network of their own: afterwards both are in both, and nobody else is."""
    before = known(room)
    code = await code_of(room, "eve", "other-network")
    assert "Other Network" in await links(room, "dee", code, "harbor")
    after = known(room)
    assert after.pop("Eve") == {("Other Network", "UEVE"), ("Other Network", "UDEE")}
    assert after.pop("Dee") == {("Coaching Network", "UDEE"), ("Coaching Network", "UEVE")}
    assert after == {name: each for name, each in before.items() if name in after}


async def test_what_is_posted_says_the_kept_name(room: Room) -> None:
    """A problem, an offer, a check-in and what was found and posted: wherever Dee was named."""
    room.clock.move(CALL - timedelta(days=1))
    await room.settle()
    await room.says("dee", f"share {LINK} it helped us", "harbor")
    await room.fills("dee", "ask", "harbor", what="Talk fades", sight="network")
    await room.fills("ben", "ask", what="No time", sight="network")
    await offers(room, "dee", problem_id(room, "No time"), "We had this", "harbor")
    await room.fills("dee", "checkin", "harbor", answer0="Number talks")
    for found in ("resource 1", "checkin 1", f"problem {problem_id(room, 'Talk fades')}"):
        await room.says("dee", f"post {found}", "harbor")
        await room.says("ben", f"post {found}")
    await room.settle()
    before = {where: all_posts(room, where) for where in ("learning-call", "harbor")}
    assert all(sum("Dee" in each for each in posts) > 5 for posts in before.values())
    assert "one member now" in await links(room, "dee", await code_of(room), "harbor")
    await room.settle()
    for where, posts in before.items():
        after = all_posts(room, where)
        assert len(after) == len(posts) and not any("Dee" in each for each in after)


async def test_a_nameless_problem_and_a_withdrawn_one_are_left(room: Room) -> None:
    await room.fills("dee", "ask", "harbor", what="Talk fades", sight="nameless")
    await room.fills("dee", "ask", "harbor", what="No time", sight="network")
    await room.says("dee", f"unask {problem_id(room, 'No time')}", "harbor")
    await room.settle()
    before = all_posts(room, "learning-call")
    assert "one member now" in await links(room, "dee", await code_of(room), "harbor")
    await room.settle()
    assert all_posts(room, "learning-call") == before


# -- what others may read -------------------------------------------------------------------------


async def test_aloud_no_code_is_shown(room: Room) -> None:
    async with nothing_changed(room):
        said = await aloud(room, "ben", "me link")
        assert said.startswith("Say it to me directly, where nobody else reads it: me link")
    assert re.search(CODE, await writes(room, "ben", "me link"))


async def test_a_code_that_is_said_aloud_is_spoilt(room: Room) -> None:
    """Whoever reads it could say it too, and be asked about themselves."""
    code = await code_of(room)
    said = await aloud(room, "dee", f"me link {code}", "harbor")
    assert "Say it to me directly" in said and "good no more" in said
    assert "good no more" not in await aloud(room, "dee", f"me link {code}", "harbor")
    await room.dialog("dee", (f"me link {code}", "used already"), where="harbor")
    assert "Dee" in known(room)


async def aloud(room: Room, who: str, words: str, where: str = "learning-call") -> str:
    """What somebody reads who says this in a channel, where all can read it."""
    hands = room.hands[who]
    with room.world.feeds.subscribe(hands.person.id) as feed:
        seen = await hands.mentions(room.channel(where), room.app, words)
        while not seen.text:
            async with asyncio.timeout(5):
                look(seen, await feed.get(), hands.person.id)
    return seen.text


async def test_who_is_in_two_networks_links_directly(room: Room) -> None:
    """An account that is one with Ben and with Eve: other words ask which network it means."""
    await says_code(room, await code_of(room))
    await says_code(room, await code_of(room, "eve", "other-network"))
    assert "You are in Coaching Network and Other Network" in await says(room, "checkin")
    found = re.search(CODE, await says(room, "me link"))
    assert found
    assert "one member now" in await links(room, "dee", found[0], "harbor")
    assert "not one member any more" in await says(room, "me unlink")


async def test_what_does_not_link(room: Room) -> None:
    code = await code_of(room)
    async with nothing_changed(room):
        await room.dialog("ben", (f"me link {code}", "That is your own code"))
        await room.dialog("grace", (f"me link {code}", "in this same workspace"))
        await room.dialog(
            "grace", ("me link soon", "A code that links two accounts begins with LINK")
        )
    newer = await code_of(room)
    await room.dialog("dee", (f"me link {code}", UNKNOWN), where="harbor")
    room.clock.move(MONDAY + timedelta(minutes=15))
    async with nothing_changed(room):
        await room.dialog("dee", (f"me link {newer}", "too old"), where="harbor")
    assert len(known(room)) == 6


async def test_a_linked_account_makes_no_second_code(room: Room) -> None:
    await says_code(room, await code_of(room))
    first = await code_of(room)
    second = re.search(CODE, await says(room, "me link"))
    assert second
    await room.dialog("dee", (f"me link {first}", UNKNOWN), where="harbor")
    await room.dialog("ben", (f"me link {second[0]}", "one member already"))


async def test_after_five_wrong_codes_none_is_tried(room: Room) -> None:
    code = await code_of(room)
    for _ in range(5):
        assert UNKNOWN in await says(room, "me link LINK-AAAA-AAAA")
    before = known(room)
    for tried in ("me link LINK-AAAA-AAAA", f"me link {code}"):
        said = await says(room, tried)
        assert "too many wrong codes" in said and UNKNOWN not in said
    assert known(room) == before
    other = Who("teams", "Harbor-Tenant", "other")
    assert UNKNOWN in await says(room, "me link LINK-AAAA-AAAA", other)
    room.clock.move(MONDAY + timedelta(minutes=15))
    assert "one member now" in await says_code(room, await code_of(room))


async def test_whoever_was_deactivated_can_neither_make_nor_use_one(room: Room) -> None:
    code, theirs = await code_of(room), await code_of(room, "dee", "harbor")
    deactivate(room, "Ben")
    async with nothing_changed(room):
        await room.dialog("ben", ("me link", "deactivated"), (f"me link {theirs}", "deactivated"))
        await room.dialog("dee", (f"me link {code}", "active no more"), where="harbor")


async def test_a_code_is_kept_hashed(room: Room) -> None:
    code = await code_of(room)
    with Session(room.homeroom.database.engine) as session:
        (kept,) = session.scalars(select(Code)).all()
    assert code.replace("-", "") not in kept.hash and len(kept.hash) == 64


async def test_in_a_network_joined_later_they_are_one_too(room: Room) -> None:
    """Ben's other account is in the other workspace: both speak in a channel that is new."""
    assert "one member now" in await links(room, "dee", await code_of(room), "harbor")
    for who in (Who("slack", "T1", "UBEN", "Ben"), DEE):
        said = Incoming(
            f"i{next(deliveries)}", who, Place("slack", "T1", "C4"), f"share {LINK} it helped"
        )
        await room.homeroom.answer(said)
    assert ("Other Network", "UDEE") in known(room)["Ben"] and "Dee" not in known(room)


async def test_parting_leaves_what_was_made_with_whoever_made_the_code(room: Room) -> None:
    await room.says("dee", f"share {LINK} it helped us", "harbor")
    assert "one member now" in await links(room, "dee", await code_of(room), "harbor")
    await room.dialog("ben", ("me unlink", "not one member any more"), ("find by:me", "talks"))
    await room.dialog("ben", ("me unlink", "linked to no other"))
    assert known(room)["Ben"] == {("Coaching Network", "UBEN")}
    # Dee speaks in a channel of the network, and joins it as somebody new.
    await room.dialog("dee", ("find by:me", "Nothing found"), where="harbor")
    assert ("Coaching Network", "UDEE") not in known(room)["Ben"]


async def test_a_stolen_code_takes_nothing_away(room: Room) -> None:
    """Whoever typed it may say that they part: the member stays with who made the code."""
    assert "one member now" in await says_code(room, await code_of(room, "ana"))
    await room.settle()  # in a clock that stands still, two posts have no order
    assert "Teams and you are one member now" in room.direct("ana")[-1]
    assert "not one member any more" in await says(room, "me unlink")
    assert known(room)["Ana"] == {("Coaching Network", "UANA")}
    assert "not in a network" in await says(room, "checkin")
    await room.settle()
    assert "unlinked again" in room.direct("ana")[-1]
    await room.dialog("ana", ("call", "Weekly call"))


async def test_nothing_is_joined_before_one_has_seen_whose_account_it_is(room: Room) -> None:
    code = await code_of(room, "dee", "harbor")
    before = known(room)
    for typed in (code, f"yes {code}"):
        assert "one member now" not in (await room.says("ben", f"me link {typed}")).text
    asked = await room.says("ben", f"me link {code}")
    for words in (
        "“Dee” in Harbor Schools (Slack), who made this code",
        "“Ben” in Coaching Network (Slack), from which you speak",
        "somebody else gave you this code",
    ):
        assert words in asked.text
    assert "hosts" not in asked.text
    left = await presses(room, "ben", asked.message, "No, leave it")
    assert "Nothing was linked" in left.text
    await room.dialog("ben", (f"me link {code}", "used already"))
    assert known(room) == before


async def test_who_is_talked_into_saying_a_code_keeps_their_person_words_and_role(
    room: Room,
) -> None:
    """Dee sends Ana, who hosts, a code "to join our channel"; Ana presses on, then parts."""
    await room.says("dee", "commit to number talks", "harbor")
    await room.says("ana", "share https://example.org/talks It helped us")
    code = await code_of(room, "dee", "harbor")
    asked = await room.says("ana", f"me link {code}")
    assert "You host Coaching Network: “Dee” in Harbor Schools (Slack) would host it" in asked.text
    await presses(room, "ana", asked.message, "Both are me: link them")
    seen = (await room.says("ana", "network audit")).text
    assert "linked the accounts “Dee” in Harbor Schools" in seen
    await room.dialog("ana", ("me unlink", "not one member any more"), ("find by:me", "talks"))
    assert known(room)["Ana"] == {("Coaching Network", "UANA")}
    assert (
        "unlinked the account in Harbor Schools" in (await room.says("ana", "network audit")).text
    )
    # Dee comes back as somebody new, who hosts nothing.
    await room.dialog("dee", ("network people", "Only a host"), where="harbor")
    await room.dialog("dee", ("find by:me", "Nothing found"), where="harbor")


async def test_a_host_is_told_before_and_after_that_the_other_account_hosts_too(
    room: Room,
) -> None:
    shown = await room.says("ana", "me link")
    assert "You host Coaching Network: whoever says this code hosts it as you do" in shown.text
    code = await code_of(room, "ana")
    asked = await room.says("dee", f"me link {code}", "harbor")
    assert "hosts Coaching Network: you would host it as they do" in asked.text
    await presses(room, "dee", asked.message, "Both are me: link them")
    await room.settle()
    assert "You host Coaching Network: so does that account now" in room.direct("ana")[-1]


async def test_a_code_for_a_channel_links_nobody_and_the_other_way_round(room: Room) -> None:
    made = re.search(r"\w{4}-\w{4}", (await room.says("ana", "network code")).text)
    assert made
    link = await code_of(room)
    async with nothing_changed(room):
        await room.dialog("dee", (f"me link {made[0]}", "Without LINK it is for"), where="harbor")
        await room.dialog("cleo", (f"network join {link}", "links two accounts"), where="elsewhere")


async def test_who_was_removed_is_linked_with_nobody(room: Room) -> None:
    """Else the other account would be removed with them."""
    with Session(room.homeroom.database.engine) as session:
        ben = session.scalars(select(Member).where(Member.name == "Ben")).one()
    code = await code_of(room, "dee", "harbor")
    await room.dialog("ana", (f"network remove {ben.id}", "no member"))
    async with nothing_changed(room):
        await room.dialog("ben", (f"me link {code}", "A host has removed one of these accounts"))
    assert "Dee" in known(room)


def act(pair: Pair, number: int, who: Who, channel: str, words: str) -> Callable[[], Future[Reply]]:
    """What somebody does, by one of the two programs."""
    place = Place("slack", "T2" if channel == "C2" else "T1", channel)
    how: How = "button" if "yes" in words else "command"
    said = Incoming(f"i{next(deliveries)}", who, place, words, how=how)
    answers = Answers(pair.databases[number], pair.room.clock)
    return lambda: answers.to(said)


DEE, OTHER = Who("slack", "T2", "UDEE", "Dee"), Who("slack", "T2", "UOTHER", "Other")


@pytest.mark.postgresql_only("on SQLite there is one writer")
async def test_the_same_code_at_once_works_once(pair: Pair) -> None:
    code = await code_of(pair.room)
    told = pair.at_once(
        "storage.codes.use",
        act(pair, 0, DEE, "C2", f"me link yes {code}"),
        act(pair, 1, OTHER, "C4", f"me link yes {code}"),
    )
    assert sum("Done" in each for each in told) == 1
    assert sum("used just now" in each for each in told) == 1
    assert len(known(pair.room)["Ben"]) == 2


@pytest.mark.postgresql_only("on SQLite there is one writer")
async def test_two_who_need_each_other_s_turns_both_get_them(pair: Pair) -> None:
    """Each speaks in one network and is to be linked with somebody of the other."""
    eve, ana = await code_of(pair.room, "eve", "other-network"), await code_of(pair.room, "ana")
    told = pair.at_once(
        "storage.merging.networks_of",
        act(pair, 0, DEE, "C2", f"me link yes {eve}"),
        act(pair, 1, OTHER, "C4", f"me link yes {ana}"),
    )
    assert all("Done" in each for each in told)


@pytest.mark.postgresql_only("on SQLite there is one writer")
async def test_wrong_codes_typed_at_once_are_all_counted(pair: Pair) -> None:
    typed = [act(pair, n % 2, BEN, "", "me link LINK-AAAA-AAAA") for n in range(12)]
    told = [each.result(10) for each in [begin() for begin in typed]]
    assert sum(UNKNOWN in plain(each.elements) for each in told if isinstance(each, Card)) == 5
