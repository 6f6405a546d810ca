"""Links that a network keeps, each once, with the voices of those who shared them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, insert, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage import search
from storage.models import Instant, Member, Organisation, Resource, Voice

_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def _upsert_resource(dialect: str) -> Any:
    made = _INSERTS[dialect](Resource)
    # Setting a column to itself makes the row come back when it was there already.
    return made.on_conflict_do_update(
        index_elements=["network_id", "key"], set_={"key": made.excluded.key}
    ).returning(Resource.id, Resource.title, Resource.url)


_UPSERT = {dialect: _upsert_resource(dialect) for dialect in _INSERTS}
_VOICE = select(Voice.id, Voice.why, Voice.tags, Voice.withdrawn_at, Voice.at).where(
    Voice.resource_id == bindparam("resource"), Voice.member_id == bindparam("member")
)


def keep(
    session: Session, *, network_id: int, key: str, url: str, now: datetime, title: str = ""
) -> tuple[int, str, str]:
    """(id, title, url) of the network's resource with this `key`, kept from now on if it was
    not; a new one without a title will be asked for it."""
    row = (
        session.connection()
        .execute(
            _UPSERT[session.get_bind().dialect.name],
            {
                "network_id": network_id,
                "key": key,
                "url": url,
                "title": title,
                "title_due": None if title else now,
                "title_tries": 0,
                "at": now,
            },
        )
        .one()
    )
    return row[0], row[1], row[2]


def voice_of(session: Session, *, resource_id: int, member_id: int) -> Any:
    """(id, why, tags, withdrawn_at, at) of what a member said of a resource, or None."""
    return session.execute(_VOICE, {"resource": resource_id, "member": member_id}).one_or_none()


_ADD_VOICE = insert(Voice).returning(Voice.id)


def add_voice(
    session: Session,
    *,
    resource_id: int,
    network_id: int,
    member_id: int,
    channel_id: int | None,
    why: str,
    tags: list[str],
    now: datetime,
) -> int:
    """Keep a member's first word for a resource; its id."""
    done = session.connection().execute(
        _ADD_VOICE,
        {
            "resource_id": resource_id,
            "network_id": network_id,
            "member_id": member_id,
            "channel_id": channel_id,
            "why": why,
            "tags": tags,
            "at": now,
        },
    )
    return int(done.scalar_one())


def change_voice(
    session: Session, *, voice_id: int, why: str, tags: list[str], now: datetime
) -> None:
    """Change what was said; a withdrawn voice is back, as said now."""
    again = case((Voice.withdrawn_at.is_(None), Voice.at), else_=literal(now, Instant()))
    session.execute(
        update(Voice)
        .where(Voice.id == voice_id)
        .values(why=why, tags=tags, at=again, withdrawn_at=None)
    )


def withdraw(session: Session, *, voice_id: int, now: datetime) -> None:
    """Take a voice back. The resource stays while somebody else speaks for it."""
    session.execute(update(Voice).where(Voice.id == voice_id).values(withdrawn_at=now))


def is_spoken_for(session: Session, *, resource_id: int) -> bool:
    """Whether anybody still speaks for a resource."""
    said = select(Voice.id).where(Voice.resource_id == resource_id, Voice.withdrawn_at.is_(None))
    return session.scalar(said.limit(1)) is not None


def get(session: Session, *, network_id: int, resource_id: int) -> Resource | None:
    """A resource of this network."""
    found = session.get(Resource, resource_id)
    return found if found and found.network_id == network_id else None


def shared_between(
    session: Session, *, network_id: int, since: datetime, until: datetime
) -> Sequence[Voice]:
    """What was said of resources in a time, oldest first, without what was withdrawn."""
    return session.scalars(
        select(Voice)
        .join(Resource)
        .where(
            Voice.network_id == network_id,
            Voice.at >= since,
            Voice.at < until,
            Voice.withdrawn_at.is_(None),
        )
        .order_by(Voice.at, Voice.id)
    ).all()


_TITLE = select(Resource.title, Resource.url, Resource.network_id).where(
    Resource.id == bindparam("id")
)
_SAID = (
    select(
        Voice.why,
        Voice.tags,
        Voice.member_id,
        Member.name,
        Organisation.name,
        Voice.channel_id,
        Voice.at,
    )
    .join(Member, Member.id == Voice.member_id)
    .outerjoin(Organisation, Organisation.id == Member.organisation_id)
    .where(Voice.resource_id == bindparam("id"), Voice.withdrawn_at.is_(None))
    .order_by(Voice.at)
)


def index(session: Session, *, resource_id: int) -> tuple[int, str] | None:
    """Let search find a resource by its title and by all that was said of it; a resource that
    nobody speaks for any more is found no more. (id, name) of whoever shared it first."""
    connection = session.connection()
    said = connection.execute(_SAID, {"id": resource_id}).all()
    if not said:
        search.drop(session, kind="resource", ref=resource_id)
        return None
    title, url, network_id = connection.execute(_TITLE, {"id": resource_id}).one()
    search.put(
        session,
        kind="resource",
        ref=resource_id,
        title=title or url,
        # A line a voice, whatever lines it was typed in: they are told apart where it is read.
        body="\n".join(
            " ".join((*row.why.split(), *(f"#{tag}" for tag in row.tags))) for row in said
        ),
        byline=_byline(said),
        url=url,
        at=max(row.at for row in said),
        scope=search.Scope(
            network_id,
            "resource",
            tags={tag for row in said for tag in row.tags},
            member_ids={row.member_id for row in said},
            channel_ids={row.channel_id for row in said},
        ),
    )
    return said[0].member_id, _named(said[0])


def _byline(said: Sequence[Any]) -> str:
    first, more = _named(said[0]), len(said) - 1
    return f"{first} and {more} more" if more else first


def _named(said: Any) -> str:
    name, organisation = said[3], said[4]
    return f"{name} ({organisation})" if organisation else str(name)


def title_wanted(session: Session, *, now: datetime) -> bool:
    """Whether a resource waits for its title."""
    asked = select(Resource.id).where(Resource.title_due <= now).limit(1)
    return session.scalar(asked) is not None


def claim_title(session: Session, *, now: datetime, again: datetime) -> tuple[int, str, int] | None:
    """(id, url, tries) of the resource whose title has been wanted longest. It is ours until
    `again`: then whoever looks next takes it that we came to grief."""
    found = session.execute(
        select(Resource.id, Resource.url, Resource.title_tries)
        .where(Resource.title_due <= now)
        .order_by(Resource.title_due)
        .limit(1)
        .with_for_update(of=Resource, skip_locked=True)
    ).one_or_none()
    if found is None:
        return None
    session.execute(update(Resource).where(Resource.id == found[0]).values(title_due=again))
    return found[0], found[1], found[2]


def title_answer(session: Session, *, resource_id: int, title: str, again: datetime | None) -> None:
    """Keep the title found, or when to try again; None settles it."""
    resource = session.get(Resource, resource_id)
    if resource is None:
        return
    resource.title_tries += 1
    resource.title_due = again
    if title and not resource.title:
        resource.title = title
        session.flush()
        index(session, resource_id=resource_id)


def by_key(session: Session, *, key: str) -> Resource | None:
    """A resource of any network by its key."""
    return session.scalar(select(Resource).where(Resource.key == key).limit(1))
