"""Where a door may write without being asked."""

from sqlalchemy import bindparam, delete, or_, select
from sqlalchemy.orm import Session

from storage.models import Conversation, Workspace
from storage.people import workspace_at

_FIND = (
    select(Conversation)
    .join(Workspace)
    .where(
        Workspace.platform == bindparam("platform"),
        Workspace.external == bindparam("workspace"),
        or_(Conversation.external == bindparam("place"), Conversation.person == bindparam("place")),
    )
    .order_by(Conversation.id.desc())
    .limit(1)
)


def find(session: Session, *, platform: str, workspace: str, place: str) -> Conversation | None:
    """The conversation with the platform's id `place`, or the latest 1:1 with the person of this
    id."""
    return session.scalar(_FIND, {"platform": platform, "workspace": workspace, "place": place})


def learn(
    session: Session,
    *,
    platform: str,
    workspace: str,
    external: str,
    service_url: str,
    person: str = "",
    person_id: str = "",
    team: str = "",
    name: str = "",
) -> Conversation:
    """Keep a conversation, with what is known of it now. One 1:1 a person: a newer one takes the
    older one's place."""
    space = workspace_at(session, platform=platform, external=workspace)
    if person:
        session.execute(
            delete(Conversation).where(
                Conversation.workspace_id == space.id,
                Conversation.person == person,
                Conversation.external != external,
            )
        )
    known = find(session, platform=platform, workspace=workspace, place=external)
    if known is None:
        known = Conversation(
            workspace_id=space.id, external=external, person="", person_id="", team="", name=""
        )
        session.add(known)
    known.service_url = service_url
    known.person, known.person_id = person or known.person, person_id or known.person_id
    known.team, known.name = team or known.team, name or known.name
    session.flush()
    return known


def forget(session: Session, *, platform: str, workspace: str, place: str) -> None:
    """The bot was taken out of the conversation with this id, from the 1:1 with this person, or
    out of all the channels of this team."""
    space = workspace_at(session, platform=platform, external=workspace)
    session.execute(
        delete(Conversation).where(
            Conversation.workspace_id == space.id,
            or_(
                Conversation.external == place,
                Conversation.person == place,
                Conversation.team == place,
            ),
        )
    )


def any_service_url(session: Session, *, platform: str, workspace: str) -> str:
    """A connector's address that this workspace has used; "" where nobody ever wrote."""
    return (
        session.scalar(
            select(Conversation.service_url)
            .join(Workspace)
            .where(Workspace.platform == platform, Workspace.external == workspace)
            .order_by(Conversation.id.desc())
            .limit(1)
        )
        or ""
    )
