"""Every card as it was when somebody last looked at it. HOMEROOM_GOLDEN=write renews them."""

import json
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from bot.compose import caught, roles
from bot.compose.agenda import agenda, agenda_card
from bot.compose.calls import checkin_open, checkin_reply, exit_ticket, nudge, starting
from bot.compose.caught import CaughtFacts
from bot.compose.facts import AgendaFacts
from bot.compose.finds import hits_card, nothing_card
from bot.compose.home import HomeFacts, home, menu
from bot.compose.notices import (
    LostCall,
    cancelled_notice,
    guest_notice,
    left_out_notice,
    longer_notice,
    moved_notice,
    welcome,
    zone_lost_notice,
)
from bot.compose.recap import RecapFacts, draft_card, posted_card, recap
from bot.compose.tried import Tried, tried
from bot.speech import Card, Link, decode_card, encode_card
from storage.search import Hit
from tests.compose.cast import (
    AGENDA,
    ANA,
    CALL,
    MATHS,
    NAMELESS,
    RECAP,
    RUBRIC,
    SECRET,
    TUESDAY,
    UNTITLED,
    ZONE,
)

GOLDEN = Path(__file__).parent / "golden"
EARLIER = TUESDAY - timedelta(days=1)
RECAPPED = recap(RECAP)
HITS = (
    Hit(
        "resource",
        12,
        TUESDAY,
        "https://example.org/rubric",
        "Ben",
        "A \x02rubric\x03",
        "…no \x02row",
    ),
    Hit("problem", 2, TUESDAY, "", "A member", "Which \x02rubric\x03?", "Which \x02rubric\x03?"),
)
HOST = HomeFacts(
    "North Network", "Ana", True, CALL, "answered", (MATHS, SECRET), (RUBRIC,), (NAMELESS,), CALL
)

LINKS = (
    CaughtFacts(
        7,
        "https://example.org/rubric",
        "A rubric",
        "My team argues less.",
        "learning-call",
        "https://north.example.org/archives/C1/p1",
    ),
    CaughtFacts(8, "https://example.org/no/words"),
)
MANY = tuple(
    CaughtFacts(n, f"https://example.org/{n}", "", "Long words. " * 30, "maths") for n in range(60)
)

CARDS = {
    "agenda": agenda_card(CALL, agenda(AGENDA), for_host=False),
    "agenda_host": agenda_card(CALL, agenda(AGENDA), for_host=True),
    "agenda_short": agenda_card(CALL, agenda(replace(AGENDA, minutes=20)), for_host=False),
    "agenda_first_call": agenda_card(CALL, agenda(AgendaFacts(60)), for_host=False),
    "checkin_open": checkin_open(CALL, calendar="https://homeroom.example.org/feed.ics"),
    "checkin_open_nobody": checkin_open(replace(CALL, answered=(), absent=())),
    "checkin_moved": checkin_open(CALL, moved_from=EARLIER),
    "checkin_closed": checkin_open(CALL, state="closed"),
    "checkin_cancelled": checkin_open(CALL, state="cancelled"),
    "checkin_reply": checkin_reply(ANA, CALL.questions, ("A rubric", ""), edited=True),
    "nudge": nudge(CALL, "Cleo"),
    "nudge_answered": nudge(CALL, state="answered"),
    "nudge_absent": nudge(CALL, state="absent"),
    "starting": starting(CALL, agenda(AGENDA)),
    "exit_ticket": exit_ticket(CALL, 1),
    "role_asked": roles.asked(CALL, "time"),
    "role_bring": roles.asked(CALL, "present"),
    "role_problem": roles.asked(CALL, "present", MATHS.what),
    "role_passed_on": roles.passed_on(CALL, "notes", "Dee"),
    "role_not_needed": roles.not_needed(CALL, "present"),
    "role_called_off": roles.called_off(CALL, "notes"),
    "role_offered": roles.offered(CALL, "host", "Ana"),
    "nudge_over": nudge(CALL, state="over"),
    "moved_notice": moved_notice(CALL, EARLIER),
    "longer_notice": longer_notice(CALL, 45),
    "guest_notice": guest_notice("Gus"),
    "cancelled_notice": cancelled_notice(CALL),
    "left_out": left_out_notice([LostCall(CALL, ("agenda", "nudge"))]),
    "left_out_of_many": left_out_notice([LostCall(CALL, ("recap",))] * 8),
    "zone_lost": zone_lost_notice(3, "Weekly call", "US/Pacific-New", "US/Pacific"),
    "welcome": welcome("North Network", CALL),
    "welcome_new": welcome(),
    "tried": tried(CALL, [Tried(RUBRIC, 2, 1, 3), Tried(UNTITLED)]),
    "recap_head": RECAPPED.head,
    **{f"recap_detail_{i}": each for i, each in enumerate(RECAPPED.details, start=1)},
    "recap_empty": recap(RecapFacts(CALL)).head,
    "recap_draft": draft_card(RECAP, CALL.when),
    "recap_held": draft_card(RECAP, CALL.when, held=True),
    "recap_posted": posted_card(RECAP),
    "hits": hits_card("rubric row", HITS, zone=ZONE, next_says="find rubric row page:2"),
    "nothing": nothing_card("rubrik tag:maths since:3w"),
    "caught": caught.waiting(LINKS, ("Kept: ", Link(LINKS[0].url, "A rubric"), "."), setting="ask"),
    "caught_many": caught.waiting(MANY, setting="all", hosts=True),
    "caught_none": caught.waiting([]),
    "caught_settled": caught.settled("none", "Ana"),
    "home_caught": home(HomeFacts("North Network", "Ben", call=CALL), tuple(caught.at_home(MANY))),
    "menu": menu(HomeFacts("North Network", "Ben", call=CALL)),
    "menu_between_calls": menu(HomeFacts("North Network", "Ben")),
    "home": home(HomeFacts("North Network", "Ben", False, CALL, "absent", (MATHS,))),
    "home_host": home(HOST),
}


def pretty(card: Card) -> str:
    return json.dumps(msgspec.to_builtins(card), ensure_ascii=False, indent=1) + "\n"


@pytest.mark.parametrize("name", CARDS)
def test_it_looks_as_before(name: str) -> None:
    kept = GOLDEN / f"{name}.json"
    if os.environ.get("HOMEROOM_GOLDEN") == "write":
        kept.write_text(pretty(CARDS[name]))
    assert kept.read_text() == pretty(CARDS[name])


@pytest.mark.parametrize("name", CARDS)
def test_it_can_wait_in_the_outbox(name: str) -> None:
    assert decode_card(encode_card(CARDS[name])) == CARDS[name]


def test_no_golden_file_is_left_behind() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(CARDS)
