"""A person of another network, in the same tenant, with a client that sends whatever they like."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.teams.said import Carried, carry
from handlers.words import TABLE
from storage import networks, people
from storage.models import Base
from tests.databases import Template
from tests.teams.connector import Teams
from tests.teams.hands import Hands
from tests.teams.program import MONDAY, Program, program

SECRET = "quokka"  # stands in everything that the network says
REFS = ("1", "resource 1", SECRET)
VALUES = {
    "typed:why": "mine",
    "typed:link": "https://example.org/mine",
    "typed:words": "mine",
    "typed:what": "mine",
    "typed:answer0": "mine",
    "typed:items": "5 min – mine",
    "typed:title": "mine",
    "typed:minutes": "5",
    "typed:on": "2026-12-01",
    "typed:at": "10:00",
    "typed:opening": "mine",
    "choice:sight": "network",
}


@pytest.fixture
async def here(tmp_path: Path, template: Template, teams: Teams) -> AsyncIterator[Program]:
    async with program(tmp_path, template, teams) as made:
        direct = made.ben.direct()
        await made.ben.says(direct, f"share https://example.org/{SECRET} {SECRET} talks")
        form = await made.ben.says(direct, "ask")
        await made.ben.submit(form, what=f"{SECRET} coaches", sight="network")
        form = await made.ben.says(direct, "checkin")
        await made.ben.submit(form, answer0=f"{SECRET} time")
        await made.settle()
        yield made


@pytest.fixture
def cleo(here: Program, teams: Teams) -> Hands:
    """She hosts another network, whose channel is in the same tenant."""
    person = teams.person("Cleo Stone")
    _, theirs = teams.team("Hill Schools", ["Theirs"], [person])

    def begin(session: Session) -> None:
        other = networks.add(session, name="Hill Network", zone="UTC", organisations=[], now=MONDAY)
        where: dict[str, Any] = {"network_id": other.id, "platform": "teams", "now": MONDAY}
        where["workspace"] = teams.tenant
        networks.add_channel(session, channel=theirs.id, name="Theirs", **where)
        people.join(session, person=person.aad, name=person.name, role="host", **where)

    here.homeroom.database.write(begin).result()
    return Hands(teams, person, here.http, here.app.later.settled)


def of_the_network(here: Program) -> dict[str, list[Any]]:
    """Every row that is the first network's, or nobody's."""
    theirs = {"delivery", "conversation", "lane", "wrong_codes", "code", "mark"}
    with Session(here.homeroom.database.engine) as session:
        return {
            table.name: [
                tuple(row)
                for row in session.execute(select(table).order_by(*table.primary_key))
                if row._mapping.get("network_id", 1) == 1 and row._mapping.get("id") != 2
            ]
            for table in Base.metadata.sorted_tables
            if table.name not in theirs
        }


def tries(word: str, ref: str) -> list[tuple[str, dict[str, Any]]]:
    """The ways in which words reach us that nobody typed."""
    says = f"{word} {ref}".strip()
    button, form = carry(Carried(says)), carry(Carried(says, "0123")) | VALUES
    return [
        ("adaptiveCard/action", {"action": {"verb": "say", "data": button}}),
        ("adaptiveCard/action", {"action": {"verb": "send", "data": form}}),
        ("composeExtension/fetchTask", {"commandId": says}),
    ]


@pytest.mark.parametrize("where", ["theirs", "direct"])
async def test_nothing_is_seen_or_changed_from_outside(
    where: str, here: Program, cleo: Hands
) -> None:
    theirs = next(each for each in here.teams.chats.values() if each.name == "Theirs")
    chat = {"theirs": theirs, "direct": cleo.direct()}[where]
    before = of_the_network(here)
    assert SECRET in str(before)
    own = {"begin", "welcome", "adopt", "host", "me link", "me unlink"}  # in places of her own
    for word in sorted(set(TABLE) - own):
        for ref in REFS:
            if (word, ref) == ("commit", SECRET):
                continue  # she would say it herself, and read it at home
            for name, value in tries(word, ref):
                seen = await cleo.invoke(chat, name, value)
                assert seen.status == 200
                said = seen.text.replace(f"“{SECRET}”", "").replace(f"find {SECRET}", "")
                if ref != SECRET:
                    assert SECRET not in said, (word, ref, name, seen.text)
    now = of_the_network(here)
    for table, rows in before.items():
        assert rows == now[table][: len(rows)], table
