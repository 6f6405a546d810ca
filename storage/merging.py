"""Making two members one, and letting an account leave again.

Nothing that either made is lost. Where each had a row for the same thing, one is left, and holds
what both said:

- check-ins: for each question the newer words, then the older ones where they differ;
- what was said of a resource: likewise, with all tags; what was taken back gives way;
- exit tickets: the newer rating, both takeaways; commitments: the newer state, both words;
- what was kept of a message: as what either kept, until they part from its words;
- absences: the first time they said so, whatever they answered besides: who can't come may still
  be heard; what became of a resource: the newer answer;
- seats in home bases: that of the member who stays.

Who changes two networks at once takes the turns of both first: see `networks_of`.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from typing import Any, NamedTuple

from sqlalchemy import Column, delete, select, tuple_, update
from sqlalchemy.orm import Session

from storage import calls, checkins, people, problems, removals, resources, search
from storage.codes import Account
from storage.models import (
    Absence,
    Answer,
    Base,
    Call,
    CheckIn,
    Commitment,
    Echo,
    ExitTicket,
    Helped,
    Identity,
    Keeping,
    Linked,
    Member,
    Network,
    Offer,
    Problem,
    RoleTaken,
    Saved,
    Seat,
    Trial,
    Voice,
    Wish,
)

# -- who is who -----------------------------------------------------------------------------------


def members_of(session: Session, *, accounts: Collection[Account]) -> Sequence[Member]:
    """The members that these accounts lead to, of all networks, the first joined first."""
    return session.scalars(
        select(Member)
        .where(Member.id.in_(select(Identity.member_id).where(_named(accounts))))
        .order_by(Member.joined_at, Member.id)
    ).all()


def accounts_of(session: Session, *, account: Account) -> set[Account]:
    """All accounts that are one person with this one, itself included."""
    same = select(Identity.member_id).where(_named([account]))
    rows = session.execute(
        select(Identity.workspace_id, Identity.external).where(Identity.member_id.in_(same))
    )
    return {account, *(Account(*row) for row in rows)}


def networks_of(session: Session, *, accounts: Iterable[Account]) -> set[int]:
    """The networks in which linking these accounts would change something."""
    everyone = {one for account in accounts for one in accounts_of(session, account=account)}
    return {each.network_id for each in members_of(session, accounts=everyone)}


def _named(accounts: Collection[Account]) -> Any:
    key = tuple_(Identity.workspace_id, Identity.external)
    return key.in_([tuple(each) for each in accounts])


def is_active(session: Session, *, account: Account) -> bool:
    """Whether no network knows that this account was deactivated."""
    gone = select(Identity.id).where(_named([account]), Identity.active.is_(False)).limit(1)
    return session.scalar(gone) is None


def are_one(session: Session, *, one: Account, other: Account) -> bool:
    """Whether both accounts lead to the same members already, in every network."""
    return {each.id for each in members_of(session, accounts=[one])} == {
        each.id for each in members_of(session, accounts=[other])
    }


# -- linking and parting --------------------------------------------------------------------------


@dataclass
class Said:
    """What was said in a name that is no more, by ids, where it is read in another now."""

    checkins: set[int] = field(default_factory=set)
    resources: set[int] = field(default_factory=set)
    problems: set[int] = field(default_factory=set)

    def __ior__(self, more: "Said") -> "Said":
        self.checkins |= more.checkins
        self.resources |= more.resources
        self.problems |= more.problems
        return self


class Stays(NamedTuple):
    """The one member of a network, and what the others had said there."""

    member: Member
    said: Said


def link(session: Session, *, maker: Account, user: Account, now: datetime) -> list[Stays]:
    """Let both accounts lead to one member in every network that either is in; the members.

    Where both were members, they become one: the host, where one hosts, or who joined first. Where
    they part again, the host's account keeps the member, or else the one that made the code,
    unless it came there by this code itself.
    """
    own = accounts_of(session, account=maker)
    others = accounts_of(session, account=user)
    found: dict[int, list[Member]] = {}
    for member in members_of(session, accounts=own | others):
        found.setdefault(member.network_id, []).append(member)
    stays = []
    for members in found.values():
        members.sort(key=lambda each: each.role != "host")
        _mark_the_others(session, members, own, now)
        said = Said()
        for gone in members[1:]:
            said |= merge(session, kept=members[0], gone=gone, now=now)
        _add_accounts(session, members[0], own | others, now)
        stays.append(Stays(members[0], said))
    return stays


def hosted(session: Session, *, account: Account) -> dict[int, str]:
    """The networks that an account hosts, by their names."""
    theirs = accounts_of(session, account=account)
    hosting = [each.network_id for each in members_of(session, accounts=theirs) if _hosts(each)]
    rows = session.execute(
        select(Network.id, Network.name).where(Network.id.in_(hosting)).order_by(Network.id)
    )
    return {network_id: name for network_id, name in rows}  # noqa: C416 - typed rows


def _hosts(member: Member) -> bool:
    return member.role == "host" and member.removed_at is None


def were_removed(session: Session, *, accounts: Collection[Account]) -> bool:
    """Whether a host removed one of these accounts from a network that they lead to."""
    everyone = {one for account in accounts for one in accounts_of(session, account=account)}
    every = members_of(session, accounts=everyone)
    return any(
        each.removed_at
        or any(
            removals.holds(session, network_id=each.network_id, account=account)
            for account in everyone
        )
        for each in every
    )


def _identities(session: Session, members: Iterable[Member]) -> Sequence[Identity]:
    ids = [each.id for each in members]
    return session.scalars(
        select(Identity).where(Identity.member_id.in_(ids)).order_by(Identity.id)
    ).all()


def _mark_the_others(
    session: Session, members: Collection[Member], own: set[Account], now: datetime
) -> None:
    """Where two become one, the account stays that hosted, or else the maker's own: nobody gets
    a host's person and words by parting."""
    known = _identities(session, members)
    hosting = {each.id for each in members if each.role == "host"}
    if 0 < len(hosting) < len(members):
        own = {_account(each) for each in known if each.member_id in hosting}
    if len(members) < 2 or not any(_account(each) in own for each in known):
        return
    for each in known:
        if _account(each) not in own and session.get(Linked, each.id) is None:
            session.add(Linked(identity_id=each.id, at=now))
    session.flush()


def _add_accounts(session: Session, member: Member, all_: set[Account], now: datetime) -> None:
    known = {_account(each) for each in _identities(session, [member])}
    for workspace_id, external in sorted(all_ - known):
        people.add_identity(
            session, member=member, workspace_id=workspace_id, external=external, now=now
        )


def _account(identity: Identity) -> Account:
    return Account(identity.workspace_id, identity.external)


def part(session: Session, *, account: Account) -> set[Account]:
    """Take apart what codes have put together: in each network the account that came by a code
    leaves its member, and what was made stays there. Who leaves is in that network no more, until
    they speak in one of its channels. The accounts that left a network, or nobody."""
    own = session.scalars(select(Identity).where(_named([account]))).all()
    leaving: list[Identity] = []
    for mine in own:
        every = session.scalars(select(Identity).where(Identity.member_id == mine.member_id)).all()
        came = [each for each in every if session.get(Linked, each.id)]
        leaving += [mine] if mine in came else came
    ids = [each.id for each in leaving]
    gone, left = {_account(each) for each in leaving}, {each.member_id for each in leaving}
    session.execute(delete(Linked).where(Linked.identity_id.in_(ids)))
    session.execute(delete(Identity).where(Identity.id.in_(ids)))
    for member_id in left:
        people.settle(session, member=session.get_one(Member, member_id))
    return gone


# -- two members become one -----------------------------------------------------------------------


def merge(session: Session, *, kept: Member, gone: Member, now: datetime) -> Said:
    """Let `kept` have all that `gone` made, and `gone` be no more; what others read in another
    name now. Both are of one network."""
    if kept.network_id != gone.network_id or kept.id == gone.id:
        raise ValueError("only two members of one network can become one")
    said, answered = _said_by(session, gone.id), _answered_by(session, gone.id)
    for model, thing, join in _ONE_EACH:
        _settle(session, model, thing, join, kept.id, gone.id)
    session.flush()
    for column in _POINTERS:
        connection = session.connection()
        connection.execute(
            update(column.table).where(column == gone.id).values({column.name: kept.id})
        )
    _join_members(kept, gone)
    _join_wishes(session, kept.id, gone.id)
    session.flush()
    session.execute(delete(Member).where(Member.id == gone.id))
    session.expire_all()
    said.checkins = _read_again(session, kept, said, answered)
    _show_again(session, kept.network_id, now)
    return said


def _join_members(kept: Member, gone: Member) -> None:
    kept.guest = kept.guest and gone.guest
    kept.removed_at = kept.removed_at or gone.removed_at
    kept.with_since = kept.with_since or gone.with_since
    kept.left_at = kept.left_at and gone.left_at and min(kept.left_at, gone.left_at)
    kept.active = (kept.active or gone.active) and kept.removed_at is None
    kept.role = "host" if "host" in (kept.role, gone.role) else kept.role
    kept.zone = kept.zone or gone.zone
    kept.organisation_id = kept.organisation_id or gone.organisation_id
    kept.away_until = kept.away_until and gone.away_until and min(kept.away_until, gone.away_until)
    kept.joined_at = min(kept.joined_at, gone.joined_at)


def _join_wishes(session: Session, kept_id: int, gone_id: int) -> None:
    """Whoever wished to be left alone as either of the two is."""
    kept, gone = session.get(Wish, kept_id), session.get(Wish, gone_id)
    if gone is None:
        return
    if kept is None:
        kept = Wish(member_id=kept_id, nudges=True, paused_until=None, greet=False)
        session.add(kept)
    kept.nudges = kept.nudges and gone.nudges
    kept.paused_until = max(filter(None, (kept.paused_until, gone.paused_until)), default=None)
    kept.greet = kept.greet and gone.greet
    session.delete(gone)


def _settle(
    session: Session,
    model: Any,
    thing: str,
    join: Callable[[Any, Any], None],
    kept_id: int,
    gone_id: int,
) -> None:
    """Give `kept` the rows of `gone`; a twin of one of theirs is joined with it."""
    own = {
        getattr(row, thing): row
        for row in session.scalars(select(model).where(model.member_id == kept_id))
    }
    for row in session.scalars(select(model).where(model.member_id == gone_id)).all():
        of = getattr(row, thing)
        twin = own.get(of) if of is not None else None  # of nothing in particular: no twins
        if twin is None:
            row.member_id = kept_id
        else:
            join(twin, row)
            session.delete(row)


def _both(newer: str, older: str) -> str:
    """What was said last, and what was said before where that is something else."""
    return newer if older in ("", newer) else f"{newer}\n{older}".strip()


def _join_checkins(kept: CheckIn, gone: CheckIn) -> None:
    older, newer = sorted((kept, gone), key=lambda each: each.edited_at or each.at)
    pairs = zip_longest(newer.answers, older.answers, fillvalue="")
    answers, last = [_both(*pair) for pair in pairs], newer.edited_at or newer.at
    if answers != kept.answers:
        kept.answers, kept.edited_at = answers, last
    kept.at = min(kept.at, gone.at)


def _join_voices(kept: Voice, gone: Voice) -> None:
    older, newer = sorted((kept, gone), key=lambda each: each.at)
    if (older.withdrawn_at is None) != (newer.withdrawn_at is None):
        older = newer = older if older.withdrawn_at is None else newer
    kept.why, kept.tags = (
        _both(newer.why, older.why),
        list(dict.fromkeys([*newer.tags, *older.tags])),
    )
    kept.channel_id = newer.channel_id or older.channel_id
    kept.at, kept.withdrawn_at = newer.at, newer.withdrawn_at


def _join_tickets(kept: ExitTicket, gone: ExitTicket) -> None:
    older, newer = sorted((kept, gone), key=lambda each: each.at)
    kept.takeaway = _both(newer.takeaway, older.takeaway)
    kept.recommend = older.recommend if newer.recommend is None else newer.recommend
    kept.useful, kept.at = newer.useful, newer.at


def _join_commitments(kept: Commitment, gone: Commitment) -> None:
    older, newer = sorted((kept, gone), key=lambda each: each.at)
    kept.words = _both(newer.words, older.words)
    kept.state, kept.at = newer.state, newer.at


def _keep_first(kept: Any, gone: Any) -> None:
    kept.at = min(kept.at, gone.at)


def _join_answers(kept: Answer, gone: Answer) -> None:
    older, newer = sorted((kept, gone), key=lambda each: each.edited_at or each.at)
    kept.words, kept.edited_at = _both(newer.words, older.words), newer.edited_at or newer.at
    kept.own = _both(newer.own, older.own)


def _join_trials(kept: Trial, gone: Trial) -> None:
    newer = max((kept, gone), key=lambda each: each.at)
    kept.outcome, kept.at = newer.outcome, newer.at


def _join_keepings(kept: Keeping, gone: Keeping) -> None:
    kept.by_mark, kept.at = kept.by_mark and gone.by_mark, min(kept.at, gone.at)


def _join_seats(_kept: Seat, _gone: Seat) -> None:
    """One seat a round: the one of whoever stays."""


_ONE_EACH: tuple[tuple[Any, str, Callable[[Any, Any], None]], ...] = (
    (CheckIn, "call_id", _join_checkins),
    (Absence, "call_id", _keep_first),
    (Voice, "resource_id", _join_voices),
    (ExitTicket, "call_id", _join_tickets),
    (Commitment, "call_id", _join_commitments),
    (Trial, "resource_id", _join_trials),
    (RoleTaken, "thing", _keep_first),
    (Saved, "thing", _keep_first),
    (Answer, "asking_id", _join_answers),
    (Keeping, "link_id", _join_keepings),
    (Echo, "problem_id", _keep_first),
    (Helped, "offer_id", _keep_first),
    (Seat, "round_id", _join_seats),
)
"""Of these a member has one row a thing, whose `member_id` says whose."""

_POINTERS: tuple[Column[Any], ...] = tuple(
    Base.metadata.tables[table].c[name]
    for table, name in (
        ("identity", "member_id"),
        ("problem", "raised_by"),
        ("offer", "member_id"),
        ("recap", "approved_by"),
        ("outbox", "member_id"),
        ("audit", "by_id"),
        ("run", "by_id"),
        ("thought", "member_id"),
        ("hidden", "member_id"),
        ("hidden", "by_id"),
        ("prompt", "by_id"),
        ("caught_message", "member_id"),
        ("thread_reply", "member_id"),
        ("agenda_item", "by_id"),
        ("join_code", "made_by"),
        ("joining", "decided_by"),
        ("removed_account", "member_id"),
        ("handover", "from_id"),
        ("handover", "to_id"),
    )
)
"""These may name the same member as often as they like."""


def known_columns() -> set[Column[Any]]:
    """Every column that merging follows."""
    every = (Wish, *(model for model, _, _ in _ONE_EACH))
    return {*_POINTERS, *(model.__table__.c.member_id for model in every)}


def _said_by(session: Session, member_id: int) -> Said:
    raised = select(Problem.id).where(Problem.raised_by == member_id)
    helped = select(Offer.problem_id).where(Offer.member_id == member_id)
    shared = select(Voice.resource_id).where(Voice.member_id == member_id)
    return Said(
        resources=set(session.scalars(shared)),
        problems={*session.scalars(raised), *session.scalars(helped)},
    )


def _answered_by(session: Session, member_id: int) -> dict[int, int]:
    """A member's check-ins, and of which call each is."""
    rows = session.execute(
        select(CheckIn.id, CheckIn.call_id).where(CheckIn.member_id == member_id)
    )
    return {ref: call_id for ref, call_id in rows}  # noqa: C416 - typed rows


def _read_again(session: Session, kept: Member, said: Said, answered: dict[int, int]) -> set[int]:
    """Let search find what `gone` said under the name and the filters of `kept`; which check-ins
    are left of those that `gone` had `answered`."""
    left = session.scalars(
        select(CheckIn).where(CheckIn.member_id == kept.id, CheckIn.call_id.in_(answered.values()))
    ).all()
    for ref in answered.keys() - {each.id for each in left}:
        search.drop(session, kind="checkin", ref=ref)
    for each in left:
        checkins.index(session, session.get_one(Call, each.call_id), kept, each)
    for resource_id in said.resources:
        resources.index(session, resource_id=resource_id)
    for problem_id in said.problems:
        problems.index(session, session.get_one(Problem, problem_id))
    return {each.id for each in left}


def _show_again(session: Session, network_id: int, now: datetime) -> None:
    """Let the posts of the calls to come, and of the one held last, be composed again."""
    coming = calls.upcoming(session, network_id=network_id, now=now, limit=20)
    for call in filter(None, (calls.last(session, network_id=network_id, now=now), *coming)):
        calls.touch(session, call_id=call.id)
