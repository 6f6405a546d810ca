"""What was found when a network was looked at, and who asked for another look."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import marks
from storage.models import Mark

_ASKED, _FOUND = "doctor asked ", "doctor found "


def ask(session: Session, *, network_id: int, member_id: int) -> None:
    """Let a network be looked at soon, for this member."""
    name = f"{_ASKED}{network_id}"
    asked, until = _read(marks.get(session, name))
    marks.put(session, name, _written((*asked, member_id), until))


def is_asked(session: Session) -> bool:
    """Whether any network is to be looked at."""
    asked = select(Mark.name).where(Mark.name.startswith(_ASKED)).limit(1)
    return session.scalar(asked) is not None


def claim(session: Session, *, now: datetime, lasting: timedelta) -> int | None:
    """The network to look at next; nobody else does, for as long as `lasting`."""
    for name in marks.claim(session, prefix=_ASKED, limit=50):
        members, until = _read(marks.get(session, name))
        if until <= now.timestamp():
            marks.put(session, name, _written(members, (now + lasting).timestamp()))
            return int(name.removeprefix(_ASKED))
    return None


def keep(session: Session, *, network_id: int, found: str, now: datetime) -> tuple[int, ...]:
    """Keep what was found: the members who wait for it, and from now on do no more."""
    members, _ = _read(marks.get(session, f"{_ASKED}{network_id}"))
    marks.forget(session, f"{_ASKED}{network_id}")
    marks.put(session, f"{_FOUND}{network_id}", f"{now.timestamp():.0f} {found}")
    return members


def last(session: Session, *, network_id: int) -> tuple[float, str] | None:
    """When a network was looked at last (in seconds since 1970), and what was found."""
    at, _, found = (marks.get(session, f"{_FOUND}{network_id}") or "").partition(" ")
    return (float(at), found) if found else None


def _written(members: tuple[int, ...], until: float) -> str:
    return f"{','.join(str(each) for each in dict.fromkeys(members))} {until:.0f}"


def _read(value: str | None) -> tuple[tuple[int, ...], float]:
    """Who asked, and until when somebody looks for them."""
    members, _, until = (value or " 0").partition(" ")
    return tuple(int(each) for each in members.split(",") if each), float(until)
