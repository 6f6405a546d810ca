"""A card into the outbox, for every channel, in pages where it is long."""

import pytest

from bot.publish import to_channels, to_member
from bot.speech import Heading, Text, card, decode_card, plain
from storage import merging, networks, people
from storage.codes import Account
from storage.models import Identity, Member, OutboxPost
from tests.bot.rows import MONDAY, a_network

LONG = card(*(each for n in range(4) for each in (Heading(f"Part {n}"), Text(("x" * 6000,)))))


@pytest.fixture
def network(session):
    return a_network(session)


@pytest.fixture
def channels(session, network):
    return [
        networks.add_channel(
            session,
            network_id=network.id,
            platform="slack",
            workspace=space,
            channel=name,
            name=name,
            now=MONDAY,
        )
        for space, name in (("T1", "C1"), ("T2", "C2"))
    ]


def posts(session):
    session.flush()
    return session.query(OutboxPost).order_by(OutboxPost.channel, OutboxPost.due_at).all()


def test_every_channel_gets_the_card_once(session, channels):
    for _ in range(2):
        to_channels(session, channels, card("Hello"), of="call 1 agenda", kind="agenda", now=MONDAY)
    assert [(post.workspace, post.channel, post.edition) for post in posts(session)] == [
        ("T1", "C1", 1),
        ("T2", "C2", 1),
    ]


def test_a_reply_belongs_to_its_own_channels_post(session, channels):
    to_channels(session, channels, card("Root"), of="root", kind="x", now=MONDAY)
    to_channels(session, channels, card("Reply"), of="reply", under="root", kind="x", now=MONDAY)
    keys = {post.channel: post.key for post in posts(session) if not post.thread_key}
    replies = [post for post in posts(session) if post.thread_key]
    assert [post.thread_key for post in replies] == [keys[post.channel] for post in replies]
    assert len(replies) == 2


def test_a_long_card_goes_on_in_its_thread_in_order(session, channels):
    to_channels(session, channels[:1], LONG, of="recap", kind="recap", now=MONDAY)
    first, *rest = posts(session)
    assert not first.thread_key
    assert {post.thread_key for post in rest} == {first.key}
    assert all(post.due_at <= MONDAY for post in [first, *rest])
    parts = [plain(decode_card(post.card).elements) for post in [first, *rest]]
    assert [f"Part {n}" in part for n, part in enumerate(parts)] == [True] * len(parts)


def test_a_card_that_became_shorter_leaves_no_old_page(session, channels):
    to_channels(session, channels[:1], LONG, of="recap", kind="recap", now=MONDAY)
    before = len(posts(session))
    to_channels(session, channels[:1], card("Short"), of="recap", kind="recap", now=MONDAY)
    shown = [plain(decode_card(post.card).elements) for post in posts(session)]
    assert len(shown) == before
    assert [text for text in shown if "Part" in text] == []


def test_a_member_is_written_to_directly(session, network):
    known = people.join(
        session,
        network_id=network.id,
        platform="slack",
        workspace="T1",
        person="U1",
        name="Ana",
        now=MONDAY,
    )
    assert to_member(
        session,
        known.id,
        card("Hi"),
        network_id=network.id,
        of="nudge",
        kind="nudge",
        now=MONDAY,
    )
    (post,) = posts(session)
    assert (post.channel, post.direct, post.member_id) == ("U1", True, known.id)


def test_a_member_whom_no_platform_knows_is_not_written_to(session, network):
    assert not to_member(
        session, 404, card("Hi"), network_id=network.id, of="x", kind="x", now=MONDAY
    )
    assert posts(session) == []


@pytest.fixture
def ben(session, network):
    """Ben and Dee: how they become one member, and Dee."""
    for space, name in (("T1", "UBEN"), ("T2", "UDEE")):
        member = people.join(
            session,
            network_id=network.id,
            platform="slack",
            workspace=space,
            person=name,
            name=name,
            now=MONDAY,
        )
    accounts = [Account(each.workspace_id, each.external) for each in session.query(Identity)]

    def become_one():
        (stays,) = merging.link(session, maker=accounts[0], user=accounts[1], now=MONDAY)
        return stays.member

    return become_one, member


def nudge(session, member, said="Hello"):
    told = {"network_id": member.network_id, "of": "call 1 nudge", "kind": "nudge", "now": MONDAY}
    assert to_member(session, member.id, card(said), **told)


def test_what_the_other_account_has_is_not_sent_again(session, ben):
    """Dee was reminded, and then became one member with Ben."""
    become_one, dee = ben
    nudge(session, dee)
    nudge(session, become_one(), "Thank you")
    (post,) = posts(session)
    assert (post.channel, post.edition) == ("UDEE", 2)


def test_what_both_accounts_have_is_changed_at_both(session, ben):
    become_one, dee = ben
    nudge(session, dee)
    for member in session.query(Member).filter(Member.id != dee.id):
        nudge(session, member)
    nudge(session, become_one(), "Thank you")
    assert [(post.channel, post.edition) for post in posts(session)] == [("UBEN", 2), ("UDEE", 2)]


def test_what_a_deactivated_account_has_is_sent_to_the_other(session, ben):
    become_one, dee = ben
    nudge(session, dee)
    for account in session.query(Identity).filter(Identity.external == "UDEE"):
        people.tell(session, account=account, name="Dee", zone="", guest=False, active=False)
    nudge(session, become_one())
    assert [post.channel for post in posts(session)] == ["UBEN", "UDEE"]
