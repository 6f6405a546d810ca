"""Recaps and what hosts changed of agendas."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import search
from storage.calls import LONGEST, end_of, touch, window
from storage.models import AgendaItem, Call, Recap


def of_call(session: Session, *, call_id: int) -> Recap | None:
    """A call's recap."""
    return session.scalar(select(Recap).where(Recap.call_id == call_id))


def draft(session: Session, *, call: Call) -> Recap:
    """The recap of a call, begun if it was not."""
    known = of_call(session, call_id=call.id)
    if known is None:
        known = Recap(call_id=call.id, left_out=[])
        known.call = call
        session.add(known)
        session.flush()
    return known


def opening_wanted(session: Session, *, now: datetime) -> bool:
    """Whether a recap waits for the opening that a model is to be asked for."""
    asked = select(Recap.id).where(Recap.opening_due <= now, Recap.state == "drafted").limit(1)
    return session.scalar(asked) is not None


def claim_opening(session: Session, *, now: datetime, again: datetime) -> Recap | None:
    """The next recap whose opening a model is to be asked for. It is ours until `again`: then
    whoever looks next takes it that we came to grief."""
    found = session.scalar(
        select(Recap)
        .where(Recap.opening_due <= now, Recap.state == "drafted")
        .order_by(Recap.opening_due)
        .limit(1)
        .with_for_update(of=Recap, skip_locked=True)
    )
    if found:
        found.opening_due = again
    return found


def index(session: Session, recap: Recap, *, words: str) -> None:
    """Let search find a posted recap, by the time of its call."""
    call = recap.call
    search.put(
        session,
        kind="recap",
        ref=recap.id,
        title=f"Recap of {call.series.name}, {call.original_on:%d %B %Y}",
        body=words,
        byline=call.series.network.name,
        at=end_of(call),
        scope=search.Scope(call.network_id, "recap"),
    )


def touch_of(session: Session, *, network_id: int, at: datetime) -> None:
    """Let the recaps be composed again that tell of what was said at that time, however long ago:
    in each series one."""
    for call in _since(session, network_id, at):
        since, until = window(session, call=call)
        if since <= at < until:
            touch(session, call_id=call.id)


def touch_since(session: Session, *, network_id: int, at: datetime) -> None:
    """Let every recap from that time on be composed again."""
    for call in _since(session, network_id, at):
        touch(session, call_id=call.id)


def _since(session: Session, network_id: int, at: datetime) -> list[Call]:
    """The calls with a recap that ended after this."""
    known = session.scalars(
        select(Call)
        .join(Recap, Recap.call_id == Call.id)
        .where(Call.network_id == network_id, Call.starts_at > at - LONGEST)
    )
    return [call for call in known if end_of(call) > at]


def agenda_changes(session: Session, *, call_id: int) -> Sequence[AgendaItem]:
    """What hosts changed of a call's agenda."""
    return session.scalars(
        select(AgendaItem).where(AgendaItem.call_id == call_id).order_by(AgendaItem.id)
    ).all()


def agenda_change(session: Session, *, call_id: int, kind: str) -> AgendaItem:
    """The change of a composed item, made if there was none."""
    known = session.scalar(
        select(AgendaItem).where(AgendaItem.call_id == call_id, AgendaItem.kind == kind)
    )
    if known is None:
        known = AgendaItem(call_id=call_id, kind=kind)
        session.add(known)
        session.flush()
    return known


def add_agenda_item(session: Session, *, call_id: int, title: str, minutes: int) -> AgendaItem:
    """Add an item of the host's own."""
    made = AgendaItem(call_id=call_id, kind="added", title=title, minutes=minutes)
    session.add(made)
    session.flush()
    return made


def bring_message(
    session: Session, *, call_id: int, title: str, by: int, link: str, source: str
) -> bool:
    """Put a message on a call's agenda, once, as a member's item; whether it is new."""
    known = select(AgendaItem.id).where(AgendaItem.call_id == call_id, AgendaItem.source == source)
    if session.scalar(known) is not None:
        return False
    made = AgendaItem(call_id=call_id, kind="added", title=title, minutes=5)
    made.by_id, made.link, made.source = by, link, source
    session.add(made)
    session.flush()
    return True


def carry(session: Session, *, call_id: int, to: int, keys: Collection[str] | None) -> bool:
    """Copy what hosts added to one call's agenda to another's: the items with these keys
    (`added:7`), or with None all that were not taken out. Whether anything was copied."""
    every = agenda_changes(session, call_id=call_id)
    gone = {each.kind for each in every if each.left_out}
    minutes = {each.kind: each.minutes for each in every if each.minutes}
    known = {each.title for each in agenda_changes(session, call_id=to)}
    copies = [
        AgendaItem(
            call_id=to,
            kind="carried",
            title=each.title,
            minutes=minutes.get(f"added:{each.id}", each.minutes),
            by_id=each.by_id,
            link=each.link,
            source=each.source,
        )
        for each in every
        if each.kind in ("added", "carried")
        and each.title not in known
        and (f"added:{each.id}" in keys if keys is not None else f"added:{each.id}" not in gone)
    ]
    session.add_all(copies)
    session.flush()
    return bool(copies)


def waiting(session: Session, *, network_id: int) -> Recap | None:
    """The oldest recap that waits for a host."""
    return session.scalar(
        select(Recap)
        .join(Call)
        .where(Call.network_id == network_id, Recap.state.in_(("drafted", "held")))
        .order_by(Recap.id)
        .limit(1)
    )
