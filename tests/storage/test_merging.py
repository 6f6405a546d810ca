"""Two members become one: nothing that either made is lost."""

import random

import pytest
from sqlalchemy import func, select

from storage import (
    caught,
    checkins,
    merging,
    networks,
    outbox,
    people,
    problems,
    resources,
    search,
    tickets,
)
from storage.codes import Account
from storage.models import (
    Absence,
    Base,
    CaughtLink,
    CheckIn,
    Commitment,
    ExitTicket,
    Identity,
    Keeping,
    Linked,
    Member,
    Offer,
    Organisation,
    OutboxPost,
    Passage,
    Problem,
    Recap,
    Trial,
    Voice,
)
from storage.search import Query
from tests.bot.rows import DAY, FIRST, HOUR, MONDAY, WEEK, a_call, a_post

WORDS = ("Number talks", "Wait time", "Exit slips", "")


@pytest.fixture
def two(session, weekly):
    """Ben, who joined first, and Dee, who is known in another workspace."""
    return [
        people.join(
            session,
            network_id=weekly.network_id,
            platform="slack",
            workspace=workspace,
            person=f"U{name.upper()}",
            name=name,
            now=joined,
        )
        for name, workspace, joined in (("Ben", "T1", MONDAY), ("Dee", "T2", MONDAY + DAY))
    ]


@pytest.fixture
def merge(session, two):
    def merge():
        kept, gone = two
        merging.merge(session, kept=kept, gone=gone, now=MONDAY)
        return kept

    return merge


def count(session, model):
    return session.scalar(select(func.count()).select_from(model))


def answers(session, call, member, *words, now=MONDAY):
    checkins.put(session, call=call, member_id=member.id, answers=list(words), now=now)


def test_every_column_that_points_at_a_member_is_followed():
    """A new table with such a column belongs in storage/merging.py: `_ONE_EACH` where a member
    has one row a thing, else `_POINTERS`."""
    member = Base.metadata.tables["member"].c.id
    pointing = {
        column
        for table in Base.metadata.sorted_tables
        for column in table.c
        if column.references(member)
    }
    assert pointing == merging.known_columns()


def test_where_a_member_may_have_one_row_they_are_joined():
    """What `_POINTERS` repoints may not meet a unique key that holds the member."""
    for column in merging._POINTERS:
        keys = [index.columns for index in column.table.indexes if index.unique]
        keys += [each.columns for each in column.table.constraints if hasattr(each, "columns")]
        unique = [each for each in keys if column.name in each and len(each) > 1]
        assert not unique, column


def test_two_check_ins_are_one_that_holds_both(session, weekly, two, merge):
    call = a_call(session, weekly, FIRST)
    ben, dee = two
    answers(session, call, ben, "Number talks", "A video", now=MONDAY + HOUR)
    answers(session, call, dee, "Wait time", "A video", now=MONDAY)
    kept = merge()
    (left,) = session.scalars(select(CheckIn)).all()
    assert (left.member_id, left.answers) == (kept.id, ["Number talks\nWait time", "A video"])
    assert (left.at, left.edited_at) == (MONDAY, MONDAY + HOUR)
    assert count(session, Passage) == 1


def test_a_check_in_and_an_absence_are_both_kept(session, weekly, two, merge):
    call = a_call(session, weekly, FIRST)
    checkins.cannot_come(session, call_id=call.id, member_id=two[0].id, now=MONDAY)
    answers(session, call, two[1], "Wait time")
    kept = merge()
    assert checkins.is_absent(session, call_id=call.id, member_id=kept.id)
    assert checkins.of_member(session, call_id=call.id, member_id=kept.id).answers == ["Wait time"]
    session.refresh(call)
    assert call.stale


def say(session, network_id, member, why, tags=(), now=MONDAY, withdrawn=False):
    resource_id, _, _ = resources.keep(
        session,
        network_id=network_id,
        key="k",
        url="https://example.org",
        now=MONDAY,
        title="Talks",
    )
    voice_id = resources.add_voice(
        session,
        resource_id=resource_id,
        network_id=network_id,
        member_id=member.id,
        channel_id=None,
        why=why,
        tags=list(tags),
        now=now,
    )
    if withdrawn:
        resources.withdraw(session, voice_id=voice_id, now=now)
    resources.index(session, resource_id=resource_id)


def test_two_voices_are_one_with_all_tags(session, weekly, two, merge):
    say(session, weekly.network_id, two[0], "It helped", ["maths"])
    say(session, weekly.network_id, two[1], "It still helps", ["talk", "maths"], MONDAY + DAY)
    merge()
    (voice,) = session.scalars(select(Voice)).all()
    assert (voice.why, voice.tags) == ("It still helps\nIt helped", ["talk", "maths"])
    assert voice.at == MONDAY + DAY


@pytest.mark.parametrize("withdrawn", [0, 1])
def test_what_was_taken_back_gives_way(session, weekly, two, merge, withdrawn):
    for n, member in enumerate(two):
        say(session, weekly.network_id, member, f"why {n}", withdrawn=n == withdrawn)
    merge()
    (voice,) = session.scalars(select(Voice)).all()
    assert (voice.why, voice.withdrawn_at) == (f"why {1 - withdrawn}", None)


def test_exit_tickets_commitments_and_outcomes(session, weekly, two, merge):
    call = a_call(session, weekly, FIRST)
    say(session, weekly.network_id, two[0], "It helped")
    for n, member in enumerate(two):
        now = MONDAY + n * HOUR
        mine = {"call_id": call.id, "member_id": member.id, "now": now}
        tickets.put(
            session, **mine, useful=3 + n, recommend=None if n else True, takeaway=f"take {n}"
        )
        tickets.commit_to(session, network_id=weekly.network_id, words=f"do {n}", **mine)
        tickets.tried(
            session, resource_id=1, member_id=member.id, outcome=("no", "helped")[n], now=now
        )
    merge()
    (ticket,) = session.scalars(select(ExitTicket)).all()
    assert (ticket.useful, ticket.recommend, ticket.takeaway) == (4, True, "take 1\ntake 0")
    assert [each.words for each in session.scalars(select(Commitment))] == ["do 1\ndo 0"]
    assert tickets.outcomes(session, resource_id=1) == {"helped": 1}


def test_what_was_caught_and_kept(session, weekly, two, merge):
    """Both kept the same link of a message that the second had posted."""
    channel = networks.add_channel(
        session,
        network_id=weekly.network_id,
        platform="slack",
        workspace="T1",
        channel="C1",
        now=MONDAY,
    )
    message = caught.add(
        session,
        network_id=weekly.network_id,
        channel_id=channel.id,
        external="m1",
        member_id=two[1].id,
        permalink="",
        as_of=MONDAY,
        now=MONDAY,
    )
    link = CaughtLink(key="//x.org", url="https://x.org", state="kept")
    message.links.append(link)
    for n, member in enumerate(two):
        say(session, weekly.network_id, member, f"why {n}")
        kept = {"resource_id": 1, "why": f"why {n}", "by_mark": n == 0, "at": MONDAY}
        link.keepings.append(Keeping(member_id=member.id, **kept))
    session.flush()
    kept = merge()
    session.expire_all()
    assert message.member_id == kept.id
    assert [(each.member_id, each.by_mark) for each in link.keepings] == [(kept.id, False)]


def raise_problem(session, member, sight="network", what="Talk fades"):
    return problems.add(
        session,
        network_id=member.network_id,
        raised_by=member.id,
        organisation_id=None,
        sight=sight,
        what=what,
        tried="",
        wanted="",
        now=MONDAY,
    )


def test_search_finds_all_under_the_kept_name(session, weekly, two, merge):
    ben, dee = two
    call = a_call(session, weekly, FIRST)
    answers(session, call, dee, "Wait time")
    say(session, weekly.network_id, dee, "It helped")
    own, ana = raise_problem(session, dee), raise_problem(session, ben, what="No time")
    problems.offer(session, problem=ana, member_id=dee.id, words="We had this", now=MONDAY)
    kept = merge()

    def found(**asked):
        return search.find(session, Query(weekly.network_id, **asked), limit=9)

    assert {hit.byline for hit in found()} == {"Ben"}
    assert {(hit.kind, hit.ref) for hit in found(member_ids=(kept.id,))} == {
        ("checkin", 1),
        ("resource", 1),
        ("problem", own.id),
        ("problem", ana.id),
    }
    assert found(words=("dee",)) == []
    assert len(found(words=("ben",))) == 2  # the check-in's title, and the offer


def test_a_nameless_problem_stays_nameless_and_its_raiser_s(session, two, merge):
    problem = raise_problem(session, two[1], "nameless")
    kept = merge()
    session.expire_all()
    assert problem.author is None and problem.raised_by == kept.id
    hits = search.find(session, Query(kept.network_id, member_ids=(kept.id,)), limit=9)
    assert hits == []
    (hit,) = search.find(session, Query(kept.network_id), limit=9)
    assert hit.byline == "A member, without their name"


def test_what_points_at_a_member_follows(session, weekly, two, merge):
    call = a_call(session, weekly, FIRST)
    session.add(Recap(call_id=call.id, left_out=[], approved_by=two[1].id))
    a_post(session, weekly.network_id, "to dee", member_id=two[1].id)
    kept = merge()
    assert session.scalars(select(Recap.approved_by)).one() == kept.id
    assert outbox.get(session, key="to dee").member_id == kept.id
    assert set(session.scalars(select(Identity.member_id))) == {kept.id}
    assert session.scalars(select(Member.name)).all() == ["Ben"]


@pytest.mark.parametrize(
    ("field", "ben", "dee", "then"),
    [
        ("role", "member", "host", "host"),
        ("role", "host", "member", "host"),
        ("guest", True, False, False),
        ("guest", True, True, True),
        ("active", False, True, True),
        ("zone", "", "America/Chicago", "America/Chicago"),
        ("zone", "Europe/Berlin", "America/Chicago", "Europe/Berlin"),
    ],
)
def test_what_the_member_is_then(session, two, merge, field, ben, dee, then):
    for member, value in zip(two, (ben, dee), strict=True):
        setattr(member, field, value)
    assert getattr(merge(), field) == then


def test_the_organisation_that_is_set_else_the_older_member_s(session, two, merge):
    homes = [Organisation(network_id=two[0].network_id, name=name) for name in ("North", "South")]
    session.add_all(homes)
    session.flush()
    two[1].organisation_id = homes[1].id
    assert merge().organisation_id == homes[1].id


def test_members_of_two_networks_never_become_one(session, two):
    other = networks.add(session, name="Other", zone="UTC", organisations=[], now=MONDAY)
    two[1].network_id = other.id
    with pytest.raises(ValueError, match="one network"):
        merging.merge(session, kept=two[0], gone=two[1], now=MONDAY)


# -- histories ------------------------------------------------------------------------------------

TWINS = (  # one row a member and thing: the table, and what the thing is
    (CheckIn, CheckIn.call_id),
    (Absence, Absence.call_id),
    (Voice, Voice.resource_id),
    (ExitTicket, ExitTicket.call_id),
    (Commitment, Commitment.call_id),
    (Trial, Trial.resource_id),
)
EVERY = (*(model for model, _ in TWINS), Problem, Offer, OutboxPost, Identity)


def live(session, weekly, calls, shared, member, dice):
    """A random history of a member."""
    for call in calls:
        mine = {"call_id": call.id, "member_id": member.id}
        now = MONDAY + dice.randrange(99) * HOUR
        if dice.random() < 0.6:
            answers(session, call, member, *dice.choices(WORDS, k=2), now=now)
        if dice.random() < 0.3:
            checkins.cannot_come(session, now=now, **mine)
        if dice.random() < 0.5:
            takeaway = dice.choice(WORDS)
            tickets.put(session, useful=4, recommend=None, takeaway=takeaway, now=now, **mine)
        if dice.random() < 0.5:
            words = dice.choice(WORDS)
            tickets.commit_to(session, network_id=call.network_id, words=words, now=now, **mine)
    for resource_id in shared:
        now = MONDAY + dice.randrange(99) * HOUR
        if dice.random() < 0.5:
            resources.add_voice(
                session,
                resource_id=resource_id,
                network_id=weekly.network_id,
                member_id=member.id,
                channel_id=None,
                why=dice.choice(WORDS),
                tags=dice.sample(["maths", "talk", "grade 3"], k=dice.randrange(3)),
                now=now,
            )
            resources.index(session, resource_id=resource_id)
        if dice.random() < 0.5:
            outcome = dice.choice(["helped", "no"])
            tickets.tried(
                session, resource_id=resource_id, member_id=member.id, outcome=outcome, now=now
            )
    for n in range(dice.randrange(4)):
        problem = raise_problem(session, member, what=f"{member.name} {n}")
        helper = session.get_one(Member, dice.choice([1, 2]))
        problems.offer(session, problem=problem, member_id=helper.id, words="Here", now=MONDAY)
        a_post(session, weekly.network_id, f"{member.name} {n}", member_id=member.id)


def twins(session, model, thing, ids):
    """How many things both have a row of."""
    owned = [set(session.scalars(select(thing).where(model.member_id == each))) for each in ids]
    return len(owned[0] & owned[1])


def said(session):
    """Every word of check-ins, voices, tickets and commitments, and every tag, each once a
    thing."""
    return {
        *(
            (c.call_id, "in", w)
            for c in session.scalars(select(CheckIn))
            for a in c.answers
            for w in a.split("\n")
        ),
        *(
            (v.resource_id, "why", w)
            for v in session.scalars(select(Voice))
            for w in v.why.split("\n")
        ),
        *((v.resource_id, "tag", tag) for v in session.scalars(select(Voice)) for tag in v.tags),
        *(
            (t.call_id, "out", w)
            for t in session.scalars(select(ExitTicket))
            for w in t.takeaway.split("\n")
        ),
        *(
            (c.call_id, "do", w)
            for c in session.scalars(select(Commitment))
            for w in c.words.split("\n")
        ),
    }


def spoken(words):
    return {each for each in words if each[2]}


@pytest.mark.parametrize("seed", range(12))
def test_of_random_histories_nothing_is_lost(session, weekly, two, merge, seed):
    dice = random.Random(seed)  # noqa: S311 - the same every time
    calls = [a_call(session, weekly, FIRST + n * WEEK) for n in range(4)]
    shared = [
        resources.keep(
            session,
            network_id=weekly.network_id,
            key=f"k{n}",
            url=f"https://example.org/{n}",
            now=MONDAY,
            title=f"Talk {n}",
        )[0]
        for n in range(4)
    ]
    for member in two:
        live(session, weekly, calls, shared, member, dice)
    ids = [each.id for each in two]
    before = {model: count(session, model) for model in EVERY}
    same = {model: twins(session, model, thing, ids) for model, thing in TWINS}
    words = spoken(said(session))
    kept = merge()
    after = {model: count(session, model) for model in EVERY}
    assert after == {model: number - same.get(model, 0) for model, number in before.items()}
    assert spoken(said(session)) == words
    for column in merging.known_columns():
        named = set(session.execute(select(column).where(column.is_not(None))).scalars())
        assert named <= {kept.id}
    hits = search.find(session, Query(weekly.network_id, member_ids=(kept.id,)), limit=99)
    assert len(hits) == len(search.find(session, Query(weekly.network_id), limit=99))
    assert {hit.byline for hit in hits} <= {"Ben"}


# -- accounts -------------------------------------------------------------------------------------


def accounts(session):
    return [
        Account(each.workspace_id, each.external)
        for each in session.scalars(select(Identity).order_by(Identity.id))
    ]


def test_linking_and_parting(session, two):
    ben, dee = accounts(session)
    (stays,) = merging.link(session, maker=dee, user=ben, now=MONDAY)
    assert stays.member.name == "Ben"  # who joined first
    assert merging.are_one(session, one=ben, other=dee)
    assert merging.accounts_of(session, account=ben) == {ben, dee}
    assert merging.part(session, account=ben) == {ben}  # Dee made the code
    assert [each.name for each in merging.members_of(session, accounts=[dee])] == ["Ben"]
    assert merging.members_of(session, accounts=[ben]) == []
    assert merging.part(session, account=dee) == set()
    assert count(session, Linked) == 0


def know(session, member, **told):
    """What the platform tells of a member's account."""
    (account,) = people.identities(session, member_id=member.id)
    known = {"name": member.name, "zone": "", "guest": False, "active": True}
    people.tell(session, account=account, **(known | told))


@pytest.mark.parametrize("field", ["guest", "active"])
def test_who_parts_is_again_what_their_account_is(session, two, field):
    ben, dee = accounts(session)
    know(session, two[0], **{field: field == "guest"})
    merging.link(session, maker=ben, user=dee, now=MONDAY)
    (kept,) = merging.members_of(session, accounts=[ben])
    assert (kept.guest, kept.active) == (False, True)
    merging.part(session, account=dee)
    assert getattr(kept, field) is (field == "guest")


def test_what_is_known_of_an_account_is_known_in_the_other_s_network(session, two):
    _, dee = accounts(session)
    other = networks.add(session, name="Other", zone="UTC", organisations=[], now=MONDAY)
    account = {"platform": "slack", "workspace": "T3", "person": "UEVE"}
    eve = people.join(session, network_id=other.id, name="Eve", now=MONDAY, guest=True, **account)
    know(session, two[1], guest=True, active=False)
    (third,) = [each for each in accounts(session) if each.external == "UEVE"]
    merging.link(session, maker=dee, user=third, now=MONDAY)
    assert (two[1].guest, two[1].active) == (True, True)  # Eve's own is a guest's, and active
    (first, came) = people.identities(session, member_id=eve.id)
    assert (first.external, came.external, came.guest, came.active) == ("UEVE", "UDEE", True, False)


def test_of_an_account_that_no_network_knows_a_guest_stays_one(session, two):
    ben, _ = accounts(session)
    know(session, two[0], guest=True)
    third = Account(people.workspace_at(session, platform="teams", external="x").id, "entra")
    merging.link(session, maker=ben, user=third, now=MONDAY)
    assert two[0].guest and two[0].active


def test_the_other_account_fills_in_what_is_not_known(session, two):
    ben, dee = accounts(session)
    two[0].name, two[0].zone = people.NAMELESS, ""
    merging.link(session, maker=ben, user=dee, now=MONDAY)
    first, other = people.identities(session, member_id=two[0].id)
    for account, name, zone, then in (
        (other, "Dee", "Asia/Tokyo", ("Dee", "Asia/Tokyo")),
        (first, "Ben", "Europe/Berlin", ("Ben", "Europe/Berlin")),
        (other, "Dee", "Asia/Tokyo", ("Ben", "Europe/Berlin")),
    ):
        people.tell(session, account=account, name=name, zone=zone, guest=False, active=True)
        assert (two[0].name, two[0].zone) == then


def test_a_third_account_belongs_to_all(session, two):
    ben, dee = accounts(session)
    third = Account(people.workspace_at(session, platform="teams", external="x").id, "entra")
    merging.link(session, maker=ben, user=dee, now=MONDAY)
    merging.link(session, maker=dee, user=third, now=MONDAY)
    assert merging.accounts_of(session, account=ben) == {ben, dee, third}
    assert merging.part(session, account=third) == {third}
    assert merging.part(session, account=ben) == {dee}
