"""One-time codes, and the wrong ones counted."""

import re
from datetime import timedelta

import pytest

from storage import codes
from storage.codes import ALPHABET, CLOSED_FOR, GOOD_FOR, KEPT, LINK, Account
from storage.models import Code, Workspace, WrongCodes
from tests.bot.rows import MONDAY

MINUTE = timedelta(minutes=1)


@pytest.fixture
def ben(session):
    spaces = [Workspace(platform="slack", external=f"T{n}") for n in (1, 2)]
    session.add_all(spaces)
    session.flush()
    return Account(spaces[0].id, "UBEN")


def make(session, account, also=(), now=MONDAY):
    return codes.make(session, account=account, also=also, now=now)


def test_a_code_is_eight_of_an_alphabet_without_look_alikes(session, ben):
    assert len(set(ALPHABET)) == 32 and not set(ALPHABET) & set("01OI")
    made = make(session, ben)
    assert re.fullmatch(r"LINK-.{4}-.{4}", made)
    assert codes.read(made, LINK) == made.replace("-", "") and codes.read(made) is None
    other, _ = codes.fresh()
    assert codes.read(other) == other.replace("-", "") and codes.read(other, LINK) is None


@pytest.mark.parametrize(
    "typed", ["k7qp-2m4x", " K7QP 2M4X ", "k7qp2m4x", "K7QP–2M4X", "k7 qp_2m-4x", "`K7QP-2M4X`."]
)
def test_it_is_read_however_it_is_typed(typed):
    assert codes.read(typed) == "K7QP2M4X"


@pytest.mark.parametrize(
    "typed", ["", "K7QP-2M4", "K7QP-2M4XX", "K0QP-2M4X", "ßßßßßßßß", "１２３４５６７８"]
)
def test_what_cannot_be_one_is_none(typed):
    assert codes.read(typed) is None


def test_a_code_is_found_and_used_once(session, ben):
    code = codes.read(make(session, ben), LINK)
    found = codes.find(session, code=code)
    assert (found.external, found.good_until) == ("UBEN", MONDAY + GOOD_FOR)
    assert codes.use(session, hash=found.hash, now=MONDAY)
    assert not codes.use(session, hash=found.hash, now=MONDAY)
    assert codes.find(session, code="LINKAAAAAAAA") is None
    assert codes.find(session, code=code.removeprefix(LINK)) is None  # it is no code without it


def test_a_new_code_replaces_those_of_the_same_person(session, ben):
    other = Account(ben.workspace_id + 1, "UDEE")
    old = [codes.read(make(session, each), LINK) for each in (ben, other)]
    make(session, ben, also=[other])
    assert [codes.find(session, code=each) for each in old] == [None, None]


def test_old_codes_are_forgotten_in_the_end(session, ben):
    make(session, ben)
    make(session, Account(ben.workspace_id, "UANA"), now=MONDAY + KEPT)
    assert session.query(Code).count() == 2
    make(session, Account(ben.workspace_id, "UANA"), now=MONDAY + KEPT + GOOD_FOR + MINUTE)
    assert session.query(Code).count() == 1


def wrong(session, account, now):
    until = codes.closed_until(session, account=account, now=now)
    if until is None:
        codes.count_wrong(session, account=account, now=now)
    return until


def test_five_wrong_ones_close_for_fifteen_minutes_after_the_last(session, ben):
    tried = [wrong(session, ben, MONDAY + n * MINUTE) for n in range(7)]
    until = MONDAY + 4 * MINUTE + CLOSED_FOR
    assert tried == [None] * 5 + [until] * 2
    assert wrong(session, Account(ben.workspace_id + 1, "UBEN"), MONDAY) is None
    assert wrong(session, ben, until - MINUTE) == until
    assert wrong(session, ben, until) is None


def test_wrong_ones_far_apart_close_nothing(session, ben):
    assert not any(wrong(session, ben, MONDAY + n * 4 * MINUTE) for n in range(20))


def test_a_right_one_forgives(session, ben):
    for _ in range(4):
        wrong(session, ben, MONDAY)
    codes.forgive(session, account=ben)
    assert not any(wrong(session, ben, MONDAY) for _ in range(5))


def test_many_who_guess_in_one_workspace_close_it(session, ben):
    for n in range(50):
        assert wrong(session, Account(ben.workspace_id, f"U{n % 13}"), MONDAY) is None
    assert wrong(session, Account(ben.workspace_id, "UNEW"), MONDAY) == MONDAY + CLOSED_FOR
    assert wrong(session, Account(ben.workspace_id + 1, "UNEW"), MONDAY) is None


def test_what_was_counted_is_forgotten(session, ben):
    wrong(session, ben, MONDAY)
    wrong(session, Account(ben.workspace_id, "UANA"), MONDAY + 2 * CLOSED_FOR + MINUTE)
    assert [each.external for each in session.query(WrongCodes)] == ["UANA"]
